"""Jira Cloud over its REST API, version 3."""

import math
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar
from urllib.parse import quote

import httpx2

from integrations.choices import Ability
from integrations.errors import Gone, Refused
from integrations.http import Http, object_in
from integrations.limiter import Rate
from integrations.provider import (
    Defaults,
    Draft,
    Identity,
    OutgoingComment,
    OutgoingFile,
    Page,
    RemoteRecord,
    RemoteRef,
    Values,
)
from integrations.providers.jira import mapping, models, webhook
from integrations.shapes import needed
from integrations.typed import TypedProvider

API = "/rest/api/3"
PAGE_SIZE = 50
PAGES_AT_MOST = 20
OVERLAP_MINUTES = 2  # Jira reckons in minutes, and its index lags behind
RATE = Rate(calls=50, seconds=5)


class JiraProvider(TypedProvider[models.JiraSettings, models.JiraCredentials]):
    settings_model = models.JiraSettings
    credentials_model = models.JiraCredentials
    webhook = webhook
    abilities: ClassVar[frozenset[Ability]] = frozenset(Ability) - {Ability.NOTIFY}
    defaults: ClassVar[Defaults] = mapping.DEFAULTS

    def client(self) -> Http:
        return Http(
            name=self.name,
            base_url=self.settings.base_url,
            headers={"Accept": "application/json"},
            auth=(self.credentials.email, self.credentials.api_token.get_secret_value()),
            rate=RATE,
            said=said,
        )

    def test(self) -> Identity:
        me = models.Person.model_validate(self.http.get(f"{API}/myself"))
        self.http.get(f"{API}/issue/createmeta/{quote(self.settings.project_key)}/issuetypes")
        return Identity(me.accountId, me.displayName)

    def create(self, draft: Draft) -> RemoteRef:
        """Make the issue with its marker as a property. A status other than the first is set by a transition afterwards."""
        fields = mapping.encoded(draft.fields) | {
            "project": {"key": self.settings.project_key},
            "issuetype": {"name": self.settings.issue_type},
        }
        body = {"fields": fields, "properties": [{"key": models.PROPERTY, "value": {"marker": draft.marker}}]}
        made = models.Created.model_validate(self.http.json("POST", f"{API}/issue", json=body))
        return RemoteRef(made.id, made.key, mapping.address_of(made.key, self.settings))

    def find(self, marker: str, since: datetime) -> RemoteRef | None:
        """Look through what our account has made lately: properties cannot be searched for unless an app declares them."""
        minutes = _minutes_since(since)
        jql = f'{self._project} AND creator = currentUser() AND created >= "-{minutes}m" ORDER BY created DESC'
        for issue in self._all(jql, fields="summary", properties=models.PROPERTY):
            if mapping.marker_of(issue.properties.get(models.PROPERTY)) == marker:
                return RemoteRef(issue.id, issue.key, mapping.address_of(issue.key, self.settings))
        return None

    def update(self, ref: RemoteRef, fields: Values) -> None:
        if encoded := mapping.encoded(fields):
            self.http.json("PUT", self._issue(ref), json={"fields": encoded})

    def transition(self, ref: RemoteRef, status: str) -> None:
        """Take the transition that leads to the status. Raises Refused where none does."""
        path = f"{self._issue(ref)}/transitions"
        ways = models.Transitions.model_validate(self.http.get(path)).transitions
        fit = [way.id for way in ways if status.casefold() in (str(way.to).casefold(), way.name.casefold())]
        if not fit:
            names = ", ".join(str(way.to) for way in ways) or "none"
            raise Refused(f"No transition leads to {status}; possible are: {names}.")
        self.http.json("POST", path, json={"transition": {"id": fit[0]}}, safe=True)

    def comment(self, ref: RemoteRef, comment: OutgoingComment) -> str:
        made = self.http.json("POST", f"{self._issue(ref)}/comment", json=mapping.said(comment))
        return models.Comment.model_validate(made).id

    def edit(self, ref: RemoteRef, comment_id: str, comment: OutgoingComment) -> None:
        self.http.json("PUT", self._comment(ref, comment_id), json=mapping.said(comment))

    def is_comment_gone(self, ref: RemoteRef, comment_id: str) -> bool:
        try:
            self.http.get(self._comment(ref, comment_id))
        except Gone:
            return True
        return False

    def find_comment(self, ref: RemoteRef, comment: OutgoingComment) -> str | None:
        return next(
            (found.id for found in self._comments(ref) if mapping.comment(found).marker == comment.marker), None
        )

    def attach(self, ref: RemoteRef, file: OutgoingFile) -> str:
        sent = self.http.json(
            "POST",
            f"{self._issue(ref)}/attachments",
            headers={"X-Atlassian-Token": "no-check"},
            files={"file": (file.filename, file.content.read(), file.file_type)},
        )
        return str(models.Attached.model_validate(sent[0]).id)

    def find_file(self, ref: RemoteRef, file: OutgoingFile) -> str | None:
        """Look for a file of this name and size."""
        answer = self.http.get(self._issue(ref), params={"fields": "attachment"})
        there = [models.Attached.model_validate(entry) for entry in answer.get("fields", {}).get("attachment") or []]
        same = [found for found in there if (found.filename, found.size) == (file.filename, file.size)]
        return str(same[0].id) if same else None

    def link_back(self, ref: RemoteRef, url: str, title: str) -> None:
        body = {"globalId": url, "object": {"url": url, "title": title}}
        self.http.json("POST", f"{self._issue(ref)}/remotelink", json=body, safe=True)

    def read(self, ref: RemoteRef) -> RemoteRecord:
        asked = {"fields": ",".join(models.FIELDS), "properties": models.PROPERTY}
        issue = needed(models.Issue, self.http.get(self._issue(ref), params=asked))
        comments = tuple(mapping.comment(found) for found in self._comments(ref))
        return mapping.record(issue, self.settings, comments)

    def changes(self, cursor: Mapping[str, Any]) -> Page:
        now = datetime.now(UTC)
        since = datetime.fromisoformat(cursor["since"]) if "since" in cursor else now
        jql = f'{self._project} AND updated >= "-{_minutes_since(since)}m" ORDER BY updated ASC'
        return self._page(cursor, jql, {"since": cursor.get("began", now.isoformat())}, now)

    def history(self, cursor: Mapping[str, Any]) -> Page:
        return self._page(cursor, f"{self._project} ORDER BY created ASC", {}, datetime.now(UTC))

    def _page(self, cursor: Mapping[str, Any], jql: str, after: dict[str, Any], now: datetime) -> Page:
        """Return one page; the query stays as it was while the token leads on, for Jira ties the two together."""
        jql = cursor.get("jql", jql)
        found = self._search(jql, cursor.get("token"), fields=",".join(models.FIELDS), properties=models.PROPERTY)
        records = [mapping.record(issue, self.settings) for issue in found.issues]
        if not found.nextPageToken:
            return Page(records, after, more=False)
        on = {"token": found.nextPageToken, "jql": jql, "began": cursor.get("began", now.isoformat())}
        return Page(records, {**cursor, **on}, more=True)

    @property
    def _project(self) -> str:
        return f'project = "{self.settings.project_key}"'

    @staticmethod
    def _issue(ref: RemoteRef) -> str:
        return f"{API}/issue/{quote(ref.id, safe='')}"

    def _comment(self, ref: RemoteRef, comment_id: str) -> str:
        return f"{self._issue(ref)}/comment/{quote(comment_id, safe='')}"

    def _search(self, jql: str, token: str | None, **asked: str) -> models.Found:
        page = {"nextPageToken": token} if token else {}
        params = {"jql": jql, "maxResults": PAGE_SIZE, **asked, **page}
        return models.Found.model_validate(self.http.get(f"{API}/search/jql", params=params))

    def _all(self, jql: str, **asked: str) -> Iterator[models.Issue]:
        token: str | None = None
        for _ in range(PAGES_AT_MOST):
            found = self._search(jql, token, **asked)
            yield from found.issues
            token = found.nextPageToken
            if not token:
                return

    def _comments(self, ref: RemoteRef) -> Iterator[models.Comment]:
        start = 0
        for _ in range(PAGES_AT_MOST):
            asked = {"startAt": start, "maxResults": 100, "orderBy": "created", "expand": "properties"}
            found = models.Comments.model_validate(self.http.get(f"{self._issue(ref)}/comment", params=asked))
            yield from found.comments
            start += len(found.comments)
            if not found.comments or start >= found.total:
                return


def _minutes_since(moment: datetime) -> int:
    """Return how many minutes ago that is, generously: relative times mean the same in every user's zone."""
    past = max(datetime.now(UTC) - moment, timedelta())
    return math.ceil(past.total_seconds() / 60) + OVERLAP_MINUTES


def said(response: httpx2.Response) -> str:
    """Return the reasons of a refusal: Jira's ErrorCollection."""
    body = object_in(response)
    errors = body.get("errors")
    fields = [f"{name}: {text}" for name, text in errors.items()] if isinstance(errors, dict) else []
    return " ".join([*map(str, body.get("errorMessages") or []), *fields])
