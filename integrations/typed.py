"""What providers share whose settings and credentials are models. Loads pydantic: import it from providers only."""

from collections.abc import Mapping
from typing import Any, Generic, Protocol, TypeVar

from pydantic import SecretStr

from integrations.http import Http
from integrations.provider import Call, Meaning, Provider, Told
from integrations.shapes import Setting, checked

S = TypeVar("S", bound=Setting)
C = TypeVar("C", bound=Setting)
S_contra = TypeVar("S_contra", bound=Setting, contravariant=True)


class Webhook(Protocol[S_contra]):
    """A provider's module `webhook`; `Provider` says what each function does."""

    def verify(self, call: Call, credentials: Mapping[str, Any], /) -> None: ...

    def told(self, call: Call, settings: S_contra, /) -> Told | None: ...

    def parse(self, body: bytes, settings: S_contra, /) -> Meaning | None: ...


class TypedProvider(Provider, Generic[S, C]):
    """Checks what a connection is told by the models, opens the client, and hands calls of a webhook to its module."""

    settings_model: type[S]
    credentials_model: type[C]
    webhook: Webhook[S] | None = None

    @classmethod
    def checked_settings(cls, raw: Mapping[str, Any]) -> dict[str, Any]:
        return cls._settings(raw).model_dump()

    @classmethod
    def checked_credentials(cls, raw: Mapping[str, Any]) -> dict[str, Any]:
        return revealed(checked(cls.credentials_model, raw, "credentials"))

    @classmethod
    def schemas(cls) -> tuple[dict[str, Any], dict[str, Any]]:
        return cls.settings_model.model_json_schema(), cls.credentials_model.model_json_schema()

    @classmethod
    def _settings(cls, raw: Mapping[str, Any]) -> S:
        return checked(cls.settings_model, raw, "settings")

    def __init__(self, name: str, settings: Mapping[str, Any], credentials: Mapping[str, Any]) -> None:
        self.name = name
        self.settings: S = self._settings(settings)
        self.credentials: C = checked(self.credentials_model, credentials, "credentials")
        self._client: Http | None = None

    def client(self) -> Http:
        """Return a client of this system with our credentials; it is opened once. Raises RemoteError where that needs a sign-in."""
        raise NotImplementedError

    @property
    def http(self) -> Http:
        if self._client is None:
            self._client = self.client()
        return self._client

    def close(self) -> None:
        if self._client is not None:
            self._client.close()

    def fetch(self, url: str, at_most: int) -> bytes:
        return self.http.download(url, at_most)

    @classmethod
    def verify(cls, call: Call, credentials: Mapping[str, Any]) -> None:
        if cls.webhook is None:
            super().verify(call, credentials)
        else:
            cls.webhook.verify(call, credentials)

    @classmethod
    def told(cls, call: Call, settings: Mapping[str, Any]) -> Told | None:
        return super().told(call, settings) if cls.webhook is None else cls.webhook.told(call, cls._settings(settings))

    @classmethod
    def parse(cls, body: bytes, settings: Mapping[str, Any]) -> Meaning | None:
        return (
            super().parse(body, settings) if cls.webhook is None else cls.webhook.parse(body, cls._settings(settings))
        )


def revealed(credentials: Setting) -> dict[str, Any]:
    """Return credentials as they are stored, secrets as text."""
    given = credentials.model_dump()
    return {name: value.get_secret_value() if isinstance(value, SecretStr) else value for name, value in given.items()}
