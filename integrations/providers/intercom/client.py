"""Intercom's tickets and conversations over its REST API. A record's id is its path: `tickets/631`, `conversations/503`."""

import base64
import re
import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any, ClassVar
from urllib.parse import quote

import httpx2

from integrations.choices import Ability
from integrations.errors import Gone, OutcomeUnknown, Refused
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
from integrations.providers.intercom import mapping, models, webhook
from integrations.providers.intercom.mapping import CONVERSATIONS, TICKETS
from integrations.shapes import needed, readable
from integrations.typed import TypedProvider

VERSION = "2.14"
PAGE_SIZE = 150
PAGES_AT_MOST = 5  # of a search for what may have been made a moment ago
OVERLAP = timedelta(minutes=2)
WHOLE_DAY = timedelta(days=1)  # a search may take a time for its day, and begin with the next one
RATE = Rate(calls=160, seconds=10)  # of the 167 that an app has at least in ten seconds
PATH = re.compile(rf"({TICKETS}|{CONVERSATIONS})/\d+")


class IntercomProvider(TypedProvider[models.IntercomSettings, models.IntercomCredentials]):
    settings_model = models.IntercomSettings
    credentials_model = models.IntercomCredentials
    webhook = webhook
    abilities: ClassVar[frozenset[Ability]] = frozenset(Ability) - {Ability.EDIT, Ability.LINK_BACK, Ability.NOTIFY}
    defaults: ClassVar[Defaults] = mapping.DEFAULTS
    files_are_comments: ClassVar[bool] = True

    def client(self) -> Http:
        headers = {
            "Authorization": f"Bearer {self.credentials.access_token.get_secret_value()}",
            "Accept": "application/json",
            "Intercom-Version": VERSION,
        }
        return Http(name=self.name, base_url=self.settings.base_url, headers=headers, rate=RATE, said=said, rest=rest)

    def test(self) -> Identity:
        """Say who we are, and which states and types of tickets there are."""
        states = ", ".join(dict.fromkeys(state.internal_label for state in self._states))
        types = readable(models.TicketType, self.http.get("/ticket_types")["data"])
        named = ", ".join(f"{found.name} ({found.id})" for found in types)
        return Identity(self._admin.id, self._admin.name, (("States", states), ("Ticket types", named)))

    def create(self, draft: Draft) -> RemoteRef:
        """Make a ticket of the person who asks, whom Intercom knows by external id or address, or gets to know."""
        contact = self._contact(draft)
        given = {mapping.TITLE: draft.title, **mapping.attributes(draft.fields)}
        made = self.http.json(
            "POST",
            "/tickets",
            json={
                "ticket_type_id": self.settings.ticket_type_id,
                "contacts": [{"id": contact}],
                "ticket_attributes": {**given, mapping.DESCRIPTION: mapping.description_of(draft)},
            },
        )
        found = readable(models.Ticket, [made])
        if not found:
            raise OutcomeUnknown("The answer names no ticket. It may have been made.")
        return mapping.ticket_ref(found[0], self.settings)

    def find(self, marker: str, since: datetime) -> RemoteRef | None:
        """Look for the marker in the descriptions of tickets made of late."""
        after = ""
        for _ in range(PAGES_AT_MOST):
            found, after = self._search(TICKETS, "created_at", since - WHOLE_DAY, after)
            for ticket in readable(models.Ticket, found):
                if mapping.marker_of(str(ticket.ticket_attributes.get(mapping.DESCRIPTION) or "")) == marker:
                    return mapping.ticket_ref(ticket, self.settings)
            if not after:
                break
        return None

    def update(self, ref: RemoteRef, fields: Values) -> None:
        """Change a ticket's attributes; what a conversation is about is not changed."""
        changed = mapping.attributes(fields)
        if changed and ref.id.startswith(TICKETS):
            self.http.json("PUT", self._path(ref), json={"ticket_attributes": changed})

    def transition(self, ref: RemoteRef, status: str) -> None:
        """Set a ticket's state, by its name; open or close a conversation."""
        if ref.id.startswith(TICKETS):
            self.http.json("PUT", self._path(ref), json={"ticket_state_id": self._state(status).id})
            return
        act = "close" if status == mapping.CLOSED or self._state(status).category == "resolved" else "open"
        asked = {"message_type": act, "type": "admin", "admin_id": self._admin.id}
        self.http.json("POST", f"{self._path(ref)}/parts", json=asked, safe=True)

    def comment(self, ref: RemoteRef, comment: OutgoingComment) -> str:
        return self._say(ref, mapping.content_of(comment), public=comment.is_public)

    def find_comment(self, ref: RemoteRef, comment: OutgoingComment) -> str | None:
        """Look for the same words, for comments carry no marks."""
        return self._said(ref, mapping.content_of(comment))

    def attach(self, ref: RemoteRef, file: OutgoingFile) -> str:
        """Put a file into a note of a conversation; on a ticket, whose replies take none, the note only names it."""
        if ref.id.startswith(TICKETS):
            return self._say(ref, mapping.naming(file.filename), public=False)
        data = base64.b64encode(file.content.read()).decode()
        files = [{"content_type": file.file_type, "name": file.filename, "data": data}]
        return self._say(ref, mapping.naming(file.filename), public=False, attachment_files=files)

    def find_file(self, ref: RemoteRef, file: OutgoingFile) -> str | None:
        return self._said(ref, mapping.naming(file.filename))

    def read(self, ref: RemoteRef) -> RemoteRecord:
        answer = self.http.get(self._path(ref))
        if ref.id.startswith(TICKETS):
            ticket = needed(models.Ticket, answer)
            return mapping.ticket_record(ticket, self.settings, self._email(ticket.contacts))
        talk = needed(models.Conversation, answer)
        return mapping.conversation_record(talk, self.settings, self._email(talk.contacts))

    def changes(self, cursor: Mapping[str, Any]) -> Page:
        """Search by the time of the last change, a day further back than is needed, and leave aside what is older."""
        now = datetime.now(UTC).isoformat()
        began = cursor.get("began", now)
        since = cursor.get("since", now)
        known = datetime.fromisoformat(since) - OVERLAP
        page = self._page({**cursor, "began": began, "since": since}, "updated_at", known - WHOLE_DAY)
        fresh = [record for record in page.records if record.updated_at >= known]
        return Page(fresh, page.cursor if page.more else {"since": began}, more=page.more)

    def history(self, cursor: Mapping[str, Any]) -> Page:
        return self._page(cursor, "created_at", datetime.fromtimestamp(0, UTC))

    def _page(self, cursor: Mapping[str, Any], field: str, since: datetime) -> Page:
        """Return a page of tickets or, after the last of those, of conversations where they are taken."""
        kind = cursor.get("kind", TICKETS)
        found, after = self._search(kind, field, since, cursor.get("after", ""))
        if kind == TICKETS:
            records = [mapping.ticket_record(row, self.settings) for row in readable(models.Ticket, found)]
        else:
            rows = readable(models.Conversation, found)
            records = [mapping.conversation_record(row, self.settings) for row in rows]
        if not after and kind == TICKETS and self.settings.takes_conversations:
            return Page(records, {**cursor, "kind": CONVERSATIONS, "after": ""}, more=True)
        return Page(records, {**cursor, "kind": kind, "after": after}, more=bool(after))

    def _search(self, kind: str, field: str, since: datetime, after: str) -> tuple[list[dict[str, object]], str]:
        """Return what was made or changed since then, and where the next page begins, empty where there is none."""
        paging = {"per_page": PAGE_SIZE, **({"starting_after": after} if after else {})}
        query = {"field": field, "operator": ">", "value": int(since.timestamp())}
        answer = self.http.json("POST", f"/{kind}/search", json={"query": query, "pagination": paging}, safe=True)
        found = models.Found.model_validate(answer)
        following = found.pages.next.starting_after if found.pages and found.pages.next else ""
        return (found.tickets if kind == TICKETS else found.conversations), following if following != after else ""

    def _say(self, ref: RemoteRef, body: str, *, public: bool, **files: Any) -> str:
        """Write a reply or a note; returns its id. A conversation answers with all of it: ours is the newest with these words."""
        kind = "comment" if public else "note"
        said = {"message_type": kind, "type": "admin", "admin_id": self._admin.id, "body": body, **files}
        answer = self.http.json("POST", f"{self._path(ref)}/reply", json=said)
        if ref.id.startswith(TICKETS):
            return str(answer["id"])
        return self._among(mapping.comments(answer["conversation_parts"]["conversation_parts"]), body) or ""

    def _said(self, ref: RemoteRef, body: str) -> str | None:
        return self._among(self.read(ref).comments, body)

    @staticmethod
    def _among(comments: tuple[RemoteComment, ...], body: str) -> str | None:
        wanted = mapping.squeezed(body)
        return next((found.id for found in reversed(comments) if "".join(found.body.split()) == wanted), None)

    def _contact(self, draft: Draft) -> str:
        """Return the id of the person, who is made known under the address as external id. Raises Refused without an address."""
        email = draft.requester_email.lower()
        if not email:
            raise Refused("Intercom knows people by their e-mail address, and the requester has none.")
        try:
            found = self.http.get(f"/contacts/find_by_external_id/{quote(email, safe='')}")
            return models.Contact.model_validate(found).id
        except Gone:
            pass
        same = {"query": {"field": "email", "operator": "=", "value": email}}
        people = models.People.model_validate(self.http.json("POST", "/contacts/search", json=same, safe=True)).data
        if people:
            return people[0].id
        person = {"role": "user", "email": email, "external_id": email, "name": draft.requester_name or None}
        return models.Contact.model_validate(self.http.json("POST", "/contacts", json=person)).id

    def _email(self, contacts: models.Contacts | None) -> str:
        if contacts is None or not contacts.contacts:
            return ""
        try:
            found = self.http.get(f"/contacts/{quote(contacts.contacts[0].id, safe='')}")
        except Gone:
            return ""
        return models.Contact.model_validate(found).email

    def _state(self, label: str) -> models.State:
        """Raises Refused."""
        for state in self._states:
            if state.internal_label.casefold() == label.casefold():
                return state
        raise Refused(f"There is no state {label}. Map another one.")

    @cached_property
    def _states(self) -> list[models.State]:
        return readable(models.State, self.http.get("/ticket_states")["data"])

    @cached_property
    def _admin(self) -> models.Admin:
        """Whoever the token belongs to; replies are said in that name."""
        return models.Admin.model_validate(self.http.get("/me"))

    @staticmethod
    def _path(ref: RemoteRef) -> str:
        """Raises Refused."""
        if not PATH.fullmatch(ref.id):
            raise Refused("This is neither a ticket nor a conversation of Intercom.")
        return f"/{ref.id}"


def said(response: httpx2.Response) -> str:
    """Return the reasons of a refusal."""
    body = object_in(response)
    errors = body.get("errors")
    found = [entry for entry in errors if isinstance(entry, dict)] if isinstance(errors, list) else []
    return " ".join(str(entry.get("message") or entry.get("code") or "") for entry in found)


def rest(response: httpx2.Response, now: float | None = None) -> float | None:
    """Return the seconds until the window that is used up ends; only where the limit was reached."""
    reset = response.headers.get("X-RateLimit-Reset", "")
    if response.status_code != 429 or not reset.isdecimal():
        return None
    return max(float(reset) - (time.time() if now is None else now), 1.0)
