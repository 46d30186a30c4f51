"""The tickets of another Ticketsite, through its API with a token of somebody who may read them.

A client of its own beside `integrations.http`: that one belongs to connections, counts on the cache of all workers, and reads the
project's settings, none of which there are where the command runs alone. What answers say, and the breaker, are read by the same code.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import httpx2

from analytics.configuration import Configuration
from analytics.masking import masked
from analytics.progress import working
from analytics.sources import Asked, Read, SourceError
from analytics.sources.patience import PATIENT, Passing, Patience, breaker_of, patiently
from analytics.sources.rows import Reader
from integrations.answers import asked_to_wait

PAGE = 200
TIMEOUT = httpx2.Timeout(60.0, connect=10.0)
LOOPBACK = ("127.0.0.1", "::1", "localhost")
TOKEN = "TICKET_ANALYZER_API_TOKEN"  # noqa: S105 - the variable's name


@dataclass(frozen=True)
class ApiSource:
    url: str  # of the site, or of its API
    token: str = field(repr=False)
    reader: Reader
    patience: Patience = PATIENT

    @property
    def address(self) -> httpx2.URL:
        """The API's address. Raises SourceError for one that does not do."""
        try:
            url = httpx2.URL(self.url.rstrip("/"))
        except httpx2.InvalidURL:
            url = httpx2.URL("")
        if url.scheme not in ("http", "https") or not url.host:
            raise SourceError("Give the address of a Ticketsite as api_url, like https://desk.example.com.")
        if url.scheme == "http" and url.host not in LOOPBACK:
            raise SourceError("The token would travel in the open. Give an api_url that begins with https://.")
        return url if url.path.endswith("/api/v1") else url.copy_with(path=f"{url.path.rstrip('/')}/api/v1")

    def read(self, asked: Asked) -> Read:
        """Return the tickets that the token's owner may see. Raises SourceError."""
        rows: list[Any] = []
        with working(self.address.host) as progress:
            for page in self._pages({"page_size": PAGE, "ordering": "-created_at"}):
                rows += page
                progress(len(rows))
                if len(rows) > asked.most and not asked.statuses:
                    break
        return self.reader.read(rows, self.address.host, asked)

    def check(self) -> str:
        """Say who is signed in where. Raises SourceError."""
        next(self._pages({"page_size": 1}))
        return f"{self.address.host} answers, and its tickets may be read."

    def _pages(self, parameters: dict[str, Any]) -> Iterator[list[Any]]:
        address = self.address
        breaker = breaker_of(address.host)
        url: httpx2.URL | None = httpx2.URL(f"{address}/tickets", params=parameters)
        with httpx2.Client(
            headers={"Authorization": f"Bearer {self.token}", "User-Agent": "ticket-analyzer"}, timeout=TIMEOUT
        ) as client:
            while url is not None:
                body = patiently(partial(self._asked, client, url), address.host, breaker, self.patience)
                if not isinstance(body, dict) or not isinstance(body.get("results"), list):
                    raise SourceError(f"{address.host} answers, but not as a Ticketsite does. Look at api_url.")
                yield body["results"]
                url = self._next(url, body.get("next"))

    def _next(self, here: httpx2.URL, said: Any) -> httpx2.URL | None:
        """Return where the next page is: the token goes to the same place only."""
        if not said:
            return None
        found = here.join(str(said))
        return found.copy_with(scheme=here.scheme, host=here.host, port=here.port)

    def _asked(self, client: httpx2.Client, url: httpx2.URL) -> Any:
        try:
            response = client.get(url)
        except httpx2.HTTPError as error:
            raise Passing(f"cannot be reached ({type(error).__name__}).") from None
        return _judged(response)


def _judged(response: httpx2.Response) -> Any:
    """Return the body of a good answer. Raises Passing, SourceError."""
    status, host = response.status_code, response.url.host
    if status == 429 or status >= 500:
        wait = asked_to_wait(response)
        raise Passing(f"answers with {status}.", None if wait is None else max(wait, 0.0))
    if status == 401:
        raise SourceError(f"{host} refuses the token. Make a new one there, and set it as {TOKEN}.")
    if status == 403:
        raise SourceError(f"The token may not read tickets at {host}: {_said(response)} Use one of somebody who may.")
    if status >= 300:
        raise SourceError(f"{host} answers with {status}: {_said(response)} Look at api_url.")
    try:
        return response.json()
    except ValueError:
        return None


def _said(response: httpx2.Response) -> str:
    """Return the sentence of a problem, without personal data."""
    try:
        body = response.json()
    except ValueError:
        return ""
    return masked(str(body.get("detail", ""))[:300]) if isinstance(body, dict) else ""


def source(configuration: Configuration) -> ApiSource:
    """Return the source that is configured. Raises SourceError without a token."""
    if not configuration["api_token"]:
        raise SourceError(
            f"Set a token of that Ticketsite as {TOKEN}, or as api_token in a configuration file only you can read."
        )
    made = ApiSource(configuration["api_url"], configuration["api_token"], Reader.of(configuration))
    made.address  # noqa: B018 - says at once what is wrong with it
    return made
