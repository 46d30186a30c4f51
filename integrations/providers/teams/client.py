"""Microsoft Teams: Adaptive Cards to a workflow's address.

The workflow answers 202 before it posts, and never tells what became of the card: https://learn.microsoft.com/connectors/teams.
"""

from typing import Any, ClassVar
from urllib.parse import urlsplit

import httpx2

from integrations.choices import Ability
from integrations.errors import Refused
from integrations.http import Http
from integrations.limiter import Rate
from integrations.provider import Defaults, Identity, Notice
from integrations.providers.teams import cards, models
from integrations.typed import TypedProvider

RATE = Rate(calls=4, seconds=1)


class TeamsProvider(TypedProvider[models.TeamsSettings, models.TeamsCredentials]):
    settings_model = models.TeamsSettings
    credentials_model = models.TeamsCredentials
    abilities: ClassVar[frozenset[Ability]] = frozenset({Ability.NOTIFY})
    defaults: ClassVar[Defaults] = Defaults(fields=())

    def client(self) -> Http:
        address = urlsplit(self.credentials.workflow_url.get_secret_value())
        return Http(name=self.name, base_url=f"{address.scheme}://{address.netloc}", rate=RATE, said=said)

    def test(self) -> Identity:
        """Post a card, for nothing else shows whether the address is good; whether it arrived, only people see."""
        self._post(Notice("test", "Ticketsite is connected", "You see this because somebody pressed Test."))
        return Identity(urlsplit(self.credentials.workflow_url.get_secret_value()).hostname or "", "a workflow")

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


def said(response: httpx2.Response) -> str:
    """Return the reason of a refusal."""
    try:
        error: Any = response.json()["error"]
        return str(error["message"])
    except (ValueError, KeyError, TypeError):
        return ""
