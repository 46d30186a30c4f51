"""Zendesk Support over its API, version 2."""

import time
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, ClassVar
from urllib.parse import quote

import httpx2

from integrations.choices import Ability
from integrations.http import Http, object_in
from integrations.limiter import Rate
from integrations.provider import (
    Defaults,
    Draft,
    Identity,
    OutgoingComment,
    OutgoingFile,
    Page,
    RemoteComment,
    RemoteRecord,
    RemoteRef,
    Values,
)
from integrations.providers.zendesk import mapping, models, webhook
from integrations.shapes import needed
from integrations.typed import TypedProvider

API = "/api/v2"
PAGES_AT_MOST = 20
RATE = Rate(calls=180, seconds=60)  # the smallest plan has 200
NEWEST = 60  # seconds; what is younger the export does not show


class ZendeskProvider(TypedProvider[models.ZendeskSettings, models.ZendeskCredentials]):
    settings_model = models.ZendeskSettings
    credentials_model = models.ZendeskCredentials
    webhook = webhook
    abilities: ClassVar[frozenset[Ability]] = frozenset(Ability) - {
        Ability.EDIT,
        Ability.TRANSITION,
        Ability.LINK_BACK,
        Ability.NOTIFY,
    }
    defaults: ClassVar[Defaults] = mapping.DEFAULTS
    files_are_comments: ClassVar[bool] = True

    def client(self) -> Http:
        return Http(
            name=self.name,
            base_url=self.settings.base_url,
            headers={"Accept": "application/json"},
            auth=(f"{self.credentials.email}/token", self.credentials.api_token.get_secret_value()),
            rate=RATE,
            said=said,
        )

    def test(self) -> Identity:
        me = models.Account.model_validate(self.http.get(f"{API}/users/me")["user"])
        return Identity(me.id, me.name)

    def create(self, draft: Draft) -> RemoteRef:
        """Make the ticket; Zendesk answers the same marker with the same ticket for two hours."""
        body = f"{draft.fields.get('description') or draft.title}\n\n{draft.url}"
        ticket = {**mapping.encoded(draft.fields), "comment": {"body": body}, "external_id": draft.marker}
        headers = {"Idempotency-Key": draft.marker}
        made = self.http.json("POST", f"{API}/tickets", json={"ticket": ticket}, headers=headers, safe=True)
        return mapping.reference(models.Ticket.model_validate(made["ticket"]), self.settings)

    def find(self, marker: str, since: datetime) -> RemoteRef | None:
        found = models.Found.model_validate(self.http.get(f"{API}/tickets", params={"external_id": marker}))
        same = [ticket for ticket in found.tickets if ticket.external_id == marker]
        return mapping.reference(same[0], self.settings) if same else None

    def update(self, ref: RemoteRef, fields: Values) -> None:
        if encoded := mapping.encoded(fields):
            self.http.json("PUT", self._ticket(ref), json={"ticket": encoded})

    def comment(self, ref: RemoteRef, comment: OutgoingComment) -> str:
        return self._say(ref, {"body": text_of(comment), "public": comment.is_public})

    def find_comment(self, ref: RemoteRef, comment: OutgoingComment) -> str | None:
        """Look for the same words, for comments carry no marks."""
        wanted = _squeezed(text_of(comment))
        return next((found.id for found in self._comments(ref) if _squeezed(found.body) == wanted), None)

    def attach(self, ref: RemoteRef, file: OutgoingFile) -> str:
        """Upload the file and put it on the ticket with a note that names it; the note's id stands for both."""
        headers = {"Content-Type": "application/binary"}
        content = file.content.read()
        sent = self.http.json(
            "POST", f"{API}/uploads", params={"filename": file.filename}, content=content, headers=headers, safe=True
        )
        return self._say(ref, {"body": file.filename, "public": False, "uploads": [sent["upload"]["token"]]})

    def find_file(self, ref: RemoteRef, file: OutgoingFile) -> str | None:
        return next((found.id for found in self._comments(ref) if found.body.strip() == file.filename), None)

    def read(self, ref: RemoteRef) -> RemoteRecord:
        ticket = needed(models.Ticket, self.http.get(self._ticket(ref)).get("ticket"))
        pages = list(self._pages(ref))
        description = pages[0].first_id if pages else ""
        comments = tuple(found for found in _said_on(pages) if found.id != description)
        return mapping.record(ticket, self.settings, comments)

    def changes(self, cursor: Mapping[str, Any]) -> Page:
        return self._increment(cursor, int(time.time()) - NEWEST)

    def history(self, cursor: Mapping[str, Any]) -> Page:
        return self._increment(cursor, 1)

    def _increment(self, cursor: Mapping[str, Any], start: int) -> Page:
        asked = {"cursor": cursor["cursor"]} if "cursor" in cursor else {"start_time": start}
        answer = self.http.get(f"{API}/incremental/tickets/cursor", params=asked)
        found = models.Increment.model_validate(answer)
        records = [mapping.record(ticket, self.settings) for ticket in found.tickets]
        following = {"cursor": found.after_cursor} if found.after_cursor else dict(cursor)
        return Page(records, following, more=not found.end_of_stream)

    @staticmethod
    def _ticket(ref: RemoteRef) -> str:
        return f"{API}/tickets/{quote(ref.id, safe='')}"

    def _say(self, ref: RemoteRef, comment: Mapping[str, Any]) -> str:
        """Add a comment, which is an update of the ticket; a lost answer may have done it."""
        answer = self.http.json("PUT", self._ticket(ref), json={"ticket": {"comment": comment}}, safe=False)
        events = models.Updated.model_validate(answer).audit.events
        return next((event.id for event in events if event.type == "Comment"), "")

    def _comments(self, ref: RemoteRef) -> Iterator[RemoteComment]:
        return _said_on(self._pages(ref))

    def _pages(self, ref: RemoteRef) -> Iterator[models.Comments]:
        after: str | None = None
        for _ in range(PAGES_AT_MOST):
            asked = {"include": "users", "page[size]": "100", **({"page[after]": after} if after else {})}
            answer = models.Comments.model_validate(self.http.get(f"{self._ticket(ref)}/comments", params=asked))
            yield answer
            after = answer.meta.after_cursor if answer.meta.has_more else None
            if after is None:
                return


def _said_on(pages: Iterable[models.Comments]) -> Iterator[RemoteComment]:
    for page in pages:
        names = {user.id: user.name for user in page.users}
        for found in page.comments:
            yield mapping.comment(found, names.get(found.author_id, ""))


def text_of(comment: OutgoingComment) -> str:
    return f"{comment.author}:\n\n{comment.body}"


def _squeezed(text: str) -> str:
    return " ".join(text.split())


def said(response: httpx2.Response) -> str:
    """Return the reason of a refusal."""
    body = object_in(response)
    details = body.get("details")
    found = details.values() if isinstance(details, dict) else []
    reasons = [entry.get("description", "") for entries in found if isinstance(entries, list) for entry in entries]
    return " ".join(filter(None, [str(body.get("description") or body.get("error") or ""), *map(str, reasons)]))
