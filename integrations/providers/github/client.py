"""GitHub issues over its REST API."""

import re
import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

import httpx2

from integrations.choices import Ability
from integrations.errors import Gone, Refused
from integrations.http import UNKNOWN_WAIT, Http, object_in
from integrations.limiter import Rate
from integrations.provider import (
    Call,
    Defaults,
    Draft,
    Identity,
    OutgoingComment,
    Page,
    RemoteRecord,
    RemoteRef,
    Values,
)
from integrations.providers.github import mapping, models, webhook
from integrations.shapes import needed, readable
from integrations.typed import TypedProvider

PAGE_SIZE = 100
PAGES_AT_MOST = 20
OVERLAP = timedelta(minutes=2)
RATE = Rate(calls=60, seconds=60)  # 5,000 an hour, and 80 creates a minute
NEXT = re.compile(r'<[^>]+[?&]page=(\d+)[^>]*>;\s*rel="next"')


class GitHubProvider(TypedProvider[models.GitHubSettings, models.GitHubCredentials]):
    settings_model = models.GitHubSettings
    credentials_model = models.GitHubCredentials
    webhook = webhook
    abilities: ClassVar[frozenset[Ability]] = frozenset(
        {
            Ability.UPDATE,
            Ability.COMMENT,
            Ability.EDIT,
            Ability.READ,
            Ability.IMPORT,
            Ability.CHANGES,
            Ability.WEBHOOK,
        }
    )
    defaults: ClassVar[Defaults] = mapping.DEFAULTS

    def client(self) -> Http:
        return Http(
            name=self.name,
            base_url=self.settings.base_url,
            headers={
                "Accept": "application/vnd.github+json",
                "X-GitHub-Api-Version": "2022-11-28",
                "Authorization": f"Bearer {self.credentials.token.get_secret_value()}",
            },
            rate=RATE,
            said=said,
            rest=rest,
        )

    def test(self) -> Identity:
        """Prove that the repository is there and takes issues."""
        found = models.Repository.model_validate(self.http.get(f"/repos/{self.settings.repository}"))
        if not found.has_issues:
            raise Refused("Issues are switched off in this repository.")
        me = models.Account.model_validate(self.http.get("/user"))
        return Identity(str(me.id), me.login)

    def create(self, draft: Draft) -> RemoteRef:
        """Make the issue with its marker, and the ticket's address, at the end of its body."""
        body = f"{draft.fields.get('body') or ''}\n\n[{draft.title.partition(' ')[0]}]({draft.url})".strip()
        fields = mapping.encoded({**draft.fields, "body": body}, draft.marker)
        for later in ("state", "state_reason"):
            fields.pop(later, None)
        made = self.http.json("POST", self._issues, json=fields)
        return mapping.reference(models.Issue.model_validate(made))

    def find(self, marker: str, since: datetime) -> RemoteRef | None:
        """Look through the issues of late; the search index would come too late."""
        for page in self._pages(self._issues, self._query(since - OVERLAP)):
            for issue in readable(models.Issue, page):
                if mapping.marker_of(issue.body) == marker:
                    return mapping.reference(issue)
        return None

    def update(self, ref: RemoteRef, fields: Values) -> None:
        """Change fields; a new body keeps the marker of the old one."""
        marker = ""
        if "body" in fields:
            marker = mapping.marker_of(models.Issue.model_validate(self.http.get(self._issue(ref))).body)
        self.http.json("PATCH", self._issue(ref), json=mapping.encoded(fields, marker), safe=True)

    def comment(self, ref: RemoteRef, comment: OutgoingComment) -> str:
        made = self.http.json("POST", f"{self._issue(ref)}/comments", json=mapping.said(comment))
        return str(models.Comment.model_validate(made).id)

    def edit(self, ref: RemoteRef, comment_id: str, comment: OutgoingComment) -> None:
        self.http.json("PATCH", self._comment(comment_id), json=mapping.said(comment), safe=True)

    def is_comment_gone(self, ref: RemoteRef, comment_id: str) -> bool:
        try:
            self.http.get(self._comment(comment_id))
        except Gone:
            return True
        return False

    def find_comment(self, ref: RemoteRef, comment: OutgoingComment) -> str | None:
        return next((found.id for found in self._comments(ref) if found.marker == comment.marker), None)

    def read(self, ref: RemoteRef) -> RemoteRecord:
        issue = needed(models.Issue, self.http.get(self._issue(ref)))
        return mapping.record(issue, tuple(self._comments(ref)))

    def changes(self, cursor: Mapping[str, Any]) -> Page:
        """Ask for what changed: this also fills the gaps of webhooks, which GitHub does not send again."""
        now = datetime.now(UTC)
        since = datetime.fromisoformat(cursor["since"]) if "since" in cursor else now
        return self._page(cursor, self._query(since - OVERLAP), {"since": cursor.get("began", now.isoformat())}, now)

    def history(self, cursor: Mapping[str, Any]) -> Page:
        asked = {"state": "all", "sort": "created", "direction": "asc", "per_page": PAGE_SIZE}
        return self._page(cursor, asked, {}, datetime.now(UTC))

    def _page(self, cursor: Mapping[str, Any], asked: dict[str, Any], after: dict[str, Any], now: datetime) -> Page:
        number = int(cursor.get("page", 1))
        response = self.http.send("GET", self._issues, params={**asked, "page": number})
        issues = readable(models.Issue, response.json())
        records = [mapping.record(issue) for issue in issues if issue.pull_request is None]
        following = _next_page(response)
        if following is None or following <= number:
            return Page(records, after, more=False)
        return Page(records, {**cursor, "page": following, "began": cursor.get("began", now.isoformat())}, more=True)

    @classmethod
    def challenge(cls, call: Call, credentials: Mapping[str, Any]) -> Mapping[str, Any] | None:
        return {"status": "pong"} if call.headers.get("x-github-event") == "ping" else None

    @property
    def _issues(self) -> str:
        return f"/repos/{self.settings.repository}/issues"

    def _issue(self, ref: RemoteRef) -> str:
        return f"{self._issues}/{int(ref.id)}"

    def _comment(self, comment_id: str) -> str:
        return f"{self._issues}/comments/{int(comment_id)}"

    @staticmethod
    def _query(since: datetime) -> dict[str, Any]:
        moment = since.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        return {"state": "all", "sort": "updated", "direction": "asc", "per_page": PAGE_SIZE, "since": moment}

    def _pages(self, path: str, asked: Mapping[str, Any]) -> Iterator[list[Any]]:
        number: int | None = 1
        for _ in range(PAGES_AT_MOST):
            response = self.http.send("GET", path, params={**asked, "page": number})
            yield response.json()
            number = _next_page(response)
            if number is None:
                return

    def _comments(self, ref: RemoteRef) -> Iterator[Any]:
        for page in self._pages(f"{self._issue(ref)}/comments", {"per_page": PAGE_SIZE}):
            for said in readable(models.Comment, page):
                yield mapping.comment(said)


def _next_page(response: httpx2.Response) -> int | None:
    match = NEXT.search(response.headers.get("Link", ""))
    return int(match[1]) if match else None


def rest(response: httpx2.Response, now: float | None = None) -> float | None:
    """Return how long GitHub wants to be left alone where it says so with a 403, as its limits do; None where that is no limit."""
    if response.status_code != 403:
        return None
    if after := response.headers.get("Retry-After", ""):
        return float(after) if after.isdecimal() else UNKNOWN_WAIT
    if response.headers.get("X-RateLimit-Remaining") == "0":
        reset = response.headers.get("X-RateLimit-Reset", "")
        return max(float(reset) - (time.time() if now is None else now), 1.0) if reset.isdecimal() else UNKNOWN_WAIT
    return UNKNOWN_WAIT if "secondary rate limit" in said(response) else None


def said(response: httpx2.Response) -> str:
    """Return the reason of a refusal."""
    body = object_in(response)
    errors = [entry for entry in body.get("errors") or [] if isinstance(entry, dict)]
    details = [f"{entry.get('field', '')}: {entry.get('message') or entry.get('code', '')}" for entry in errors]
    return " ".join([str(body.get("message", "")), *details])
