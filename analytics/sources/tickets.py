"""Tickets of the desk. Models are loaded here: only `database` imports it, after it has started Django."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import Error, connection

from analytics.facts.asked import Filters
from analytics.facts.desk import read_creations, read_facts
from analytics.metrics.outlook import first_day
from analytics.metrics.periods import midnight
from analytics.sources import Asked, Read, SourceError, newest
from tickets.choices import Role
from tickets.models import Ticket, User


@dataclass(frozen=True)
class DeskSource:
    as_user: str  # an e-mail address; without one everything is read, as whoever may open the database could

    def read(self, asked: Asked) -> Read:
        """Return the tickets of a span. Raises SourceError."""
        if asked.span is None:
            raise SourceError("Name the dates: --start-date and --end-date.")
        filters = Filters({"status": asked.statuses} if asked.statuses else {})
        reader = self._reader()
        since = midnight(first_day(min(asked.now, asked.span.end), asked.zone), asked.zone)
        with _sentences():
            facts = read_facts(reader, asked.span, now=asked.now, tables=asked.tables, filters=filters)
            created = read_creations(reader, since, now=asked.now, filters=filters)
        rows = len(facts.tickets)
        facts, cut = newest(facts, asked.most)
        return Read(facts, "the desk", rows, cut=cut, created=created)

    def check(self) -> str:
        """Say how many tickets the reader sees. Raises SourceError."""
        with _sentences():
            return f"The database answers: {Ticket.objects.visible_to(self._reader()).count():,} tickets."

    def _reader(self) -> User:
        if not self.as_user:
            return User(role=Role.ADMIN)
        found: User | None = User.objects.filter(email__iexact=self.as_user, is_active=True).first()
        if found is None:
            raise SourceError(f"Nobody here has the address {self.as_user}. Correct the setting as_user.")
        return found


@contextmanager
def _sentences() -> Iterator[None]:
    try:
        yield
    except Error as error:
        first = (str(error).strip() or type(error).__name__).splitlines()[0]
        advice = "Set DATABASE_URL, start the server, or run manage.py migrate."
        raise SourceError(f"The database ({connection.vendor}) does not answer: {first}. {advice}") from error
