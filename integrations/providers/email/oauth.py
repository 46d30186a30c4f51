"""Access tokens of a mailbox, by its refresh token (RFC 6749, section 6); each is kept until shortly before it ends."""

import hashlib
from typing import Annotated
from urllib.parse import urlsplit

import httpx2
from django.core.cache import cache
from pydantic import BeforeValidator, ValidationError

from integrations.errors import Refused, SignInRefused, Unreachable
from integrations.http import Http, object_in
from integrations.limiter import Rate
from integrations.providers.email.models import EmailCredentials, EmailSettings
from integrations.shapes import Remote
from tickets.crypto import decrypt, encrypt

RATE = Rate(calls=10, seconds=60)
EARLY = 120  # seconds before its end from which on a token is not used
USUAL_LIFE = 3600  # seconds, where nobody says
OVER = ("invalid_grant", "interaction_required")
SIGN_IN_AGAIN = (
    "The access was withdrawn or has run out. Sign in there again, and put the new refresh token into the connection."
)


def _text(value: object) -> object:
    return "" if value is None else value


class Granted(Remote):
    """The answer of the token address; a new refresh token takes the old one's place."""

    access_token: str
    expires_in: int = USUAL_LIFE
    refresh_token: Annotated[str, BeforeValidator(_text)] = ""


class Tokens:
    """A mailbox's tokens. `renewed` is the refresh token that was given in place of the one that is kept, empty where none was."""

    def __init__(self, name: str, settings: EmailSettings, credentials: EmailCredentials) -> None:
        self._name, self._settings, self._credentials = name, settings, credentials
        self.renewed = ""

    def kept(self) -> str:
        """Return the access token that is still good, as far as we know; empty where there is none."""
        return decrypt(cache.get(self._key) or "")

    def anew(self) -> str:
        """Ask for an access token. Raises SignInRefused where the refresh token is not good any more, and other RemoteErrors."""
        granted = self._granted()
        if granted.refresh_token and granted.refresh_token != self._refresh_token:
            self.renewed = granted.refresh_token
        cache.set(self._key, encrypt(granted.access_token), max(granted.expires_in - EARLY, 1))
        return granted.access_token

    @property
    def _refresh_token(self) -> str:
        return self.renewed or self._credentials.refresh_token.get_secret_value()

    @property
    def _key(self) -> str:
        """A place of the cache that nobody else has, and none who has another refresh token."""
        told = "\n".join([self._name, self._settings.token_url, self._credentials.client_id, self._refresh_token])
        return f"oauth:{hashlib.sha256(told.encode()).hexdigest()}"

    def _granted(self) -> Granted:
        if not self._settings.token_url:
            raise Refused("Give the connection the token address that belongs to the refresh token.")
        there = urlsplit(self._settings.token_url)
        http = Http(name=self._name, base_url=f"{there.scheme}://{there.netloc}", rate=RATE, said=said)
        try:
            return Granted.model_validate(http.json("POST", there.path or "/", data=self._form(), safe=True))
        except SignInRefused:
            raise SignInRefused(
                "Client id and secret are not taken where tokens are asked for. Give new ones."
            ) from None
        except Refused as error:
            if any(code in str(error) for code in OVER):
                raise SignInRefused(SIGN_IN_AGAIN) from None
            raise Refused(f"No token is given: {error}", error.status) from None
        except ValidationError:
            raise Unreachable("The token address answers without a token.") from None
        finally:
            http.close()

    def _form(self) -> dict[str, str]:
        given = {
            "grant_type": "refresh_token",
            "refresh_token": self._refresh_token,
            "client_id": self._credentials.client_id,
            "client_secret": self._credentials.client_secret.get_secret_value(),
            "scope": self._settings.scope,
        }
        return {name: value for name, value in given.items() if value}


def said(response: httpx2.Response) -> str:
    """Return the code of a refusal with its description."""
    body = object_in(response)
    return f"{body.get('error') or ''}: {body.get('error_description') or ''}"


def response_of(user: str, token: str) -> str:
    """Return what a client says to sign in: https://developers.google.com/workspace/gmail/imap/xoauth2-protocol."""
    return f"user={user}\x01auth=Bearer {token}\x01\x01"
