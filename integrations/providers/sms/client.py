"""Text messages through any gateway that takes them over HTTP."""

import json
from typing import Any, ClassVar

import httpx2

from integrations.choices import Ability
from integrations.errors import Refused
from integrations.http import Http
from integrations.limiter import Rate
from integrations.provider import Defaults, Identity, Notice
from integrations.providers.sms import models
from integrations.typed import TypedProvider

RATE = Rate(calls=10, seconds=1)
LONGEST = 320  # characters: two parts of a long message


class SmsProvider(TypedProvider[models.SmsSettings, models.SmsCredentials]):
    settings_model = models.SmsSettings
    credentials_model = models.SmsCredentials
    abilities: ClassVar[frozenset[Ability]] = frozenset({Ability.NOTIFY})
    defaults: ClassVar[Defaults] = Defaults(fields=())

    def client(self) -> Http:
        secret = self.credentials.secret.get_secret_value()
        headers = {self.settings.header: secret} if secret else {}
        return Http(name=self.name, base_url=self.settings.base_url, headers=headers, rate=RATE, said=said)

    def test(self) -> Identity:
        """Send a message to the number for tests, for nothing else shows whether the gateway takes them."""
        number = self.settings.test_number
        self._send(number, "Ticketsite is connected.")
        return Identity(number, "a gateway")

    def notify(self, to: str, notice: Notice) -> str:
        """Send a message to a number; the connection's own is for tests only. Raises Refused without one."""
        if not to:
            raise Refused("Name the number that is to get the message.")
        self._send(to, short(notice))
        return ""

    def _send(self, to: str, words: str) -> None:
        fields = filled(json.loads(self.settings.template), to, words)
        method = self.settings.method
        if method == models.Method.GET:
            how: dict[str, Any] = {"params": fields, "safe": False}  # asked twice, it sends twice
        else:
            how = {"json" if self.settings.form == models.Form.JSON else "data": fields, "safe": False}
        self.http.send(method, self.settings.path, **how)


def short(notice: Notice) -> str:
    """Return title and address in one message; the title is shortened, never the address."""
    room = LONGEST - len(notice.url) - 1
    title = notice.title if len(notice.title) <= room else f"{notice.title[: room - 1]}…"
    return f"{title} {notice.url}".strip()


def filled(template: Any, to: str, words: str) -> Any:
    """Return the template with number and words in their places, inside of texts only."""
    if isinstance(template, dict):
        return {name: filled(value, to, words) for name, value in template.items()}
    if isinstance(template, list):
        return [filled(value, to, words) for value in template]
    return (
        words.join(part.replace("{to}", to) for part in template.split("{text}"))
        if isinstance(template, str)
        else template
    )


def said(response: httpx2.Response) -> str:
    """Return nothing: what a gateway answers may hold the number and the words."""
    return ""
