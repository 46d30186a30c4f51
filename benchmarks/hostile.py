"""The provider that talks to the vendor on a bad day (`vendor.py`), with a second's patience."""

from datetime import datetime
from typing import ClassVar

import httpx2

from integrations.choices import Ability
from integrations.http import Http
from integrations.limiter import Rate
from integrations.provider import Defaults, OutgoingComment, RemoteRef
from integrations.shapes import Setting
from integrations.typed import TypedProvider

RATE = Rate(calls=100_000, seconds=60)
TIMEOUT = httpx2.Timeout(1.0)


class Where(Setting):
    base_url: str


class NoCredentials(Setting):
    pass


class HostileProvider(TypedProvider[Where, NoCredentials]):
    settings_model = Where
    credentials_model = NoCredentials
    abilities: ClassVar[frozenset[Ability]] = frozenset({Ability.COMMENT})
    defaults: ClassVar[Defaults] = Defaults(())

    def client(self) -> Http:
        base = self.settings.base_url
        return Http(name=self.name, base_url=base, rate=RATE, said=lambda answer: answer.text, timeout=TIMEOUT)

    def comment(self, ref: RemoteRef, comment: OutgoingComment) -> str:
        body = {"marker": comment.marker, "body": comment.body}
        return str(self.http.json("POST", f"/{ref.id}", json=body)["id"])

    def find_comment(self, ref: RemoteRef, comment: OutgoingComment) -> str | None:
        said = self.http.get(f"/{ref.id}")
        return next((str(one["id"]) for one in said if one["marker"] == comment.marker), None)

    def find(self, marker: str, since: datetime) -> RemoteRef | None:
        return None
