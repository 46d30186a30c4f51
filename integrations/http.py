"""The one HTTP client that talks to other systems: patient where asking again is safe, honest where it is not.

A request that must not be carried out twice and whose answer was lost raises OutcomeUnknown. Waits longer than a moment are left to
the row of work that asks. Neither addresses with their queries, nor headers, nor bodies are logged.
"""

import logging
import random
import ssl
import time
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import httpx2

from integrations.addresses import Forbidden, GuardedTransport, is_allowed
from integrations.answers import asked_to_wait
from integrations.errors import (
    Busy,
    Gone,
    NotPermitted,
    OutcomeUnknown,
    Refused,
    RemoteError,
    SignInRefused,
    Unreachable,
)
from integrations.limiter import Rate, wait_for
from integrations.places import place_of
from tickets.breaker import Breaker

logger = logging.getLogger(__name__)
TIMEOUT = httpx2.Timeout(20.0, connect=5.0)
TRIES = 3
FIRST_WAIT = 0.5  # seconds, doubling
LONGEST_WAIT = 3.0  # seconds; who asks for more gets a row that waits
UNKNOWN_WAIT = 30.0  # seconds, where we are to come back and nobody says when
LONGEST_REST = 3600.0  # seconds
ANSWER_AT_MOST = 10_000_000  # bytes
HOPS = 5
FAILURES = 6  # in a row, after which a system is left alone for a while
SAFE = frozenset({"GET", "HEAD", "PUT", "DELETE"})
NOT_SENT = (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout)
Said = Callable[[httpx2.Response], str]


@cache
def trust() -> ssl.SSLContext:
    return ssl.create_default_context()


class Http:
    """Requests to one system under one connection's name. `said` picks from a refusal what may be shown to people."""

    def __init__(
        self,
        *,
        name: str,
        base_url: str,
        headers: Mapping[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        rate: Rate,
        said: Said,
        timeout: httpx2.Timeout = TIMEOUT,
        rest: Callable[[httpx2.Response], float | None] = lambda _: None,
    ) -> None:
        """`rest` recognises a system's own way to say "later" and answers with seconds. Raises Refused for an address we do not use."""
        url = httpx2.URL(base_url)
        if url.scheme != "https" and not is_allowed(url.host):
            raise Refused("Use an address that begins with https://.")
        self._name = name
        self._rate = rate
        self._said = said
        self._rest = rest
        self._breaker = Breaker(f"integration:{name}", failures=FAILURES)
        self._client = httpx2.Client(
            base_url=base_url,
            headers={"User-Agent": "Ticketsite", **(headers or {})},
            auth=auth,
            timeout=timeout,
            transport=GuardedTransport(trust()),
            follow_redirects=False,
            trust_env=False,
        )

    def close(self) -> None:
        self._client.close()

    def get(self, path: str, **options: Any) -> Any:
        """Return the JSON of an answer. Raises RemoteError."""
        return self.json("GET", path, **options)

    def json(self, method: str, path: str, **options: Any) -> Any:
        """Return the JSON of an answer, None where it has no body. Raises RemoteError."""
        response = self.send(method, path, **options)
        if not response.content:
            return None
        try:
            return response.json()
        except ValueError:
            raise self._lost(method, options.get("safe"), "The answer is no JSON.") from None

    def send(self, method: str, path: str, *, safe: bool | None = None, **options: Any) -> httpx2.Response:
        """Send a request until it is answered; `safe` says that sending it twice does no harm. Raises RemoteError."""
        with place_of(self._name):
            return self._patiently(method, path, method in SAFE if safe is None else safe, options)

    def _patiently(self, method: str, path: str, again: bool, options: dict[str, Any]) -> httpx2.Response:
        for left in reversed(range(TRIES)):
            try:
                return self._once(method, path, again, options)
            except Busy as busy:
                if not left or busy.wait > LONGEST_WAIT:
                    raise
                time.sleep(busy.wait)
            except Unreachable:
                if not left or not again:
                    raise
                time.sleep(FIRST_WAIT * 2 ** (TRIES - 1 - left) * random.uniform(0.5, 1.5))  # noqa: S311
        raise AssertionError("unreachable")

    def download(self, url: str, at_most: int, *, follows: bool = True) -> bytes:
        """Return a file, from wherever the system sends us for it; our credentials go to its own host only. Raises RemoteError.

        Where it `follows` nowhere, being sent elsewhere is a refusal.
        """
        with place_of(self._name):
            self._allowed()
            return self._followed(url, at_most, HOPS if follows else 1)

    def _followed(self, url: str, at_most: int, hops: int) -> bytes:
        here = self._client.base_url
        target = here.join(url)
        for _ in range(hops):
            if target.scheme != "https" and not is_allowed(target.host):
                raise Refused("The file's address does not begin with https://.")
            is_theirs = (target.scheme, target.host, target.port) == (here.scheme, here.host, here.port)
            response = self._fetched(target, at_most, with_credentials=is_theirs)
            if not response.is_redirect:
                return self._judged("GET", True, response).content
            target = target.join(response.headers.get("Location", ""))
        raise Refused("The file's address leads elsewhere. Look whether our account may read files there.")

    def _fetched(self, target: httpx2.URL, at_most: int, *, with_credentials: bool) -> httpx2.Response:
        client = self._client if with_credentials else _stranger()
        try:
            with client.stream("GET", target) as response:
                if not response.is_redirect:
                    _read(response, at_most)
                return response
        except Forbidden as error:
            raise Refused(str(error)) from None
        except TooLong:
            raise Refused(f"The file is larger than {at_most // 1024**2} MB.") from None
        except httpx2.HTTPError as error:
            raise Unreachable(f"The file cannot be fetched ({type(error).__name__}).") from None
        finally:
            if not with_credentials:
                client.close()

    def _allowed(self) -> None:
        """Raise Busy where the rate is used up, or the system is left alone."""
        if wait := wait_for(self._name, self._rate):
            raise Busy("Asked as often as agreed; going on later.", wait)
        if not self._breaker.allows():
            raise Busy("Does not answer at the moment; left alone for a while.", self._breaker.rest)

    def _once(self, method: str, path: str, again: bool, options: dict[str, Any]) -> httpx2.Response:
        self._allowed()
        began = time.monotonic()
        try:
            with self._client.stream(method, path, **options) as response:
                _read(response)
        except Forbidden as error:
            self._breaker.succeeded()
            raise Refused(f"{error} An admin of this machine can name the host in INTEGRATION_HOSTS.") from None
        except NOT_SENT as error:
            self._breaker.failed()
            raise Unreachable(f"Cannot be reached ({type(error).__name__}).") from None
        except httpx2.HTTPError as error:
            self._breaker.failed()
            raise self._lost(method, again, f"The answer was lost ({type(error).__name__}).") from None
        milliseconds = round((time.monotonic() - began) * 1000)
        told = {
            "connection": self._name,
            "method": method,
            "status": response.status_code,
            "milliseconds": milliseconds,
        }
        logger.info("asked another system", extra=told)
        return self._judged(method, again, response)

    def _judged(self, method: str, again: bool, response: httpx2.Response) -> httpx2.Response:
        """Return a good answer; raise what a bad one means, and tell the breaker."""
        status = response.status_code
        rest = self._rest(response)
        if rest is None and status in (429, 503):
            rest = asked_to_wait(response)
        if status < 300 and rest is None:
            self._breaker.succeeded()
            return response
        if status in (429, 503) or rest is not None:
            wait = min(UNKNOWN_WAIT if rest is None else max(rest, 0.1), LONGEST_REST)
            if wait > LONGEST_WAIT:  # else it answers: that is no failure
                self._breaker.failed(wait=wait)
            raise Busy(f"Asks to be left alone for {wait:.0f} s.", wait)
        if status >= 500 or status == 408:
            self._breaker.failed()
            raise self._lost(method, again, f"Answers with an error of its own ({status}).")
        self._breaker.succeeded()
        raise refusal(status, self._said(response))

    @staticmethod
    def _lost(method: str, again: bool | None, text: str) -> RemoteError:
        safe = method in SAFE if again is None else again
        return Unreachable(text) if safe else OutcomeUnknown(f"{text} It may have been carried out.")


class TooLong(httpx2.ReadError):
    """More was sent than is read."""


def _stranger() -> httpx2.Client:
    """Return a client that is nobody, for addresses that are not the system's own."""
    return httpx2.Client(timeout=TIMEOUT, transport=GuardedTransport(trust()), follow_redirects=False, trust_env=False)


def _read(response: httpx2.Response, at_most: int = ANSWER_AT_MOST) -> None:
    """Read the whole answer, unless it is too long."""
    parts, size = [], 0
    for part in response.iter_bytes():
        size += len(part)
        if size > at_most:
            raise TooLong("The answer is too long.")
        parts.append(part)
    response._content = b"".join(parts)


def object_in(response: httpx2.Response) -> dict[str, Any]:
    """Return the JSON object of an answer; empty where it holds none."""
    try:
        body = response.json()
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}


def refusal(status: int, text: str) -> Refused:
    """Return the error that a refusing HTTP status means, with the system's own words where it has some."""
    shown = " ".join(text.split())[:300]
    if status == 401:
        return SignInRefused(shown or "The credentials are refused. Give new ones.", status)
    if status == 403:
        return NotPermitted(f"Not permitted: {shown or 'our account may not do this.'}", status)
    if status in (404, 410):
        return Gone(shown or "There is no such record.", status)
    return Refused(shown or f"Refused ({status}).", status)
