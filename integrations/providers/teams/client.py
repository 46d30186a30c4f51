"""Microsoft Teams: Adaptive Cards to a workflow's address.

The workflow answers 202 before it posts, and never tells what became of the card: https://learn.microsoft.com/connectors/teams.
"""

from datetime import datetime
from typing import Any, ClassVar
from urllib.parse import urlsplit

import httpx2

from integrations.choices import Ability
from integrations.errors import Refused
from integrations.http import Http
from integrations.limiter import Rate
from integrations.mail.letter import Person
from integrations.provider import (
    Acknowledgement,
    Asked,
    Call,
    Defaults,
    Draft,
    Identity,
    Notice,
    OutgoingComment,
    RemoteRef,
    Values,
)
from integrations.providers.messages import DEFAULTS, SHOWN
from integrations.providers.teams import cards, models, webhook
from integrations.ticket_pages import address_of
from integrations.typed import TypedProvider

RATE = Rate(calls=4, seconds=1)


class TeamsProvider(TypedProvider[models.TeamsSettings, models.TeamsCredentials]):
    settings_model = models.TeamsSettings
    credentials_model = models.TeamsCredentials
    webhook = webhook
    abilities: ClassVar[frozenset[Ability]] = frozenset(
        {Ability.UPDATE, Ability.COMMENT, Ability.NOTIFY, Ability.WEBHOOK}
    )
    defaults: ClassVar[Defaults] = DEFAULTS
    answers_at_once: ClassVar[bool] = True

    def client(self) -> Http:
        address = urlsplit(self.credentials.workflow_url.get_secret_value())
        return Http(name=self.name, base_url=f"{address.scheme}://{address.netloc}", rate=RATE, said=said)

    def test(self) -> Identity:
        """Post a card, for nothing else shows whether the address is good; whether it arrived, only people see."""
        self._post(Notice("test", "Ticketsite is connected", "You see this because somebody pressed Test."))
        return Identity(urlsplit(self.credentials.workflow_url.get_secret_value()).hostname or "", "a workflow")

    def create(self, draft: Draft) -> RemoteRef:
        """Post a card. It has no id there, so the ticket's own stands for it."""
        reference = draft.title.partition(" ")[0]
        self._post(
            Notice(draft.marker, draft.title, str(draft.fields.get("text") or ""), draft.url, facts(draft.fields))
        )
        return RemoteRef(reference, "card", "")

    def find(self, marker: str, since: datetime) -> RemoteRef | None:
        """Nobody can look: a card whose answer was lost is posted again, for better twice than not at all."""
        return None

    def update(self, ref: RemoteRef, fields: Values) -> None:
        """Post another card, with what changed: those that were posted cannot be."""
        title = f"{ref.id} {fields.get('title') or 'has changed'}"
        text = str(fields.get("text") or "")
        self._post(Notice("", title, text, _page_of(ref), facts(fields)))

    def comment(self, ref: RemoteRef, comment: OutgoingComment) -> str:
        note = "" if comment.is_public else " (internal note)"
        title = f"{comment.author} on {ref.id}{note}"
        self._post(Notice(comment.marker, title, comment.body, _page_of(ref)))
        return comment.marker

    def find_comment(self, ref: RemoteRef, comment: OutgoingComment) -> str | None:
        """As with cards: nobody can look."""
        return None

    @property
    def opens_for_strangers(self) -> bool:
        return self.settings.opens_for_strangers

    def who(self, asked: Asked) -> Person:
        """Say who asks, by the connection's own list: Teams tells no address, and names are anybody's."""
        return Person(asked.place["name"], self.settings.addresses.get(asked.person, ""))

    def answer(self, asked: Asked, text: str) -> None:
        """The answer went out with the call; there is no other way."""

    @classmethod
    def acknowledged(cls, call: Call, answer: str) -> Acknowledgement | None:
        return webhook.acknowledged(call, answer)

    def notify(self, to: str, notice: Notice) -> str:
        """Post a card to the workflow's channel. Raises Refused for a person or another channel: a workflow posts to its own only."""
        if to:
            raise Refused("A workflow of Teams posts to its own channel only. Leave the receiver empty.")
        self._post(notice)
        return ""

    def _post(self, notice: Notice) -> None:
        address = urlsplit(self.credentials.workflow_url.get_secret_value())
        path = f"{address.path}?{address.query}" if address.query else address.path
        self.http.send("POST", path, json=cards.message(notice))


def _page_of(ref: RemoteRef) -> str:
    return address_of(int(ref.id.partition("-")[2]))


def facts(fields: Values) -> tuple[tuple[str, str], ...]:
    return tuple((name.capitalize(), str(fields[name])) for name in SHOWN if fields.get(name))


def said(response: httpx2.Response) -> str:
    """Return the reason of a refusal."""
    try:
        error: Any = response.json()["error"]
        return str(error["message"])
    except (ValueError, KeyError, TypeError):
        return ""
