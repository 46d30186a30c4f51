"""The watch over service levels: a million open promises, ten thousand of them due, and how late a breach is noticed.

It fills a database of its own beside the bench database and drops it in the end.
"""

import os
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from urllib.parse import urlsplit, urlunsplit

import psycopg
from django.core.management import call_command
from django.db import connection, connections
from django.utils import timezone

from benchmarks.figures import Figure
from sla.actions.calendars import save_calendar
from sla.actions.policies import save_policy
from sla.actions.watch import watch
from sla.models import Breach
from tickets.models import Organization, User
from tickets.permissions import System
from tickets.publisher import publisher

CLOCKS = int(os.environ.get("BENCH_CLOCKS", "1000000"))
DUE = 10_000
DESK = System("Bench")
WEEK = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
SECONDS = 20  # in which promises come due one after the other
TICKETS = """
INSERT INTO tickets_ticket (id, title, description, description_html, status, priority, urgency, impact, risk, custom_fields, channel,
  resolution, created_at, updated_at, rating_comment, source, external_id, version, requester_id, organization_id)
SELECT n, 'Ticket ' || n, '', '', 'open', 'medium', 'medium', 'medium', 'low', '{{}}', 'web', '', {start}, {start}, '', '', '', 1,
  {requester}, {organization} FROM {numbers}
"""
CLOCK_ROWS = """
INSERT INTO sla_clock (ticket_id, kind, metric, serial, state, started_at, due_at, used, since, cause, detail, policy_version_id,
  calendar_version_id, target, announced, next_percent, next_at)
SELECT n, 'customer', 'resolution', 1, 'running', {start}, {start} + interval '16 hours', interval '0', {start}, 'created', '',
  {policy}, {calendar}, interval '16 hours', 0, 50, {start} + interval '8 hours' FROM {numbers}
"""


@contextmanager
def own_database() -> Iterator[None]:
    """Use an empty database for a while."""
    target = urlsplit(os.environ["DATABASE_URL"])
    server, settings = urlunsplit(target._replace(path="/postgres")), connection.settings_dict
    name, before = "ticketsite_bench_watch", settings["NAME"]
    with psycopg.connect(server, autocommit=True) as control:
        control.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        control.execute(f'CREATE DATABASE "{name}"')
        _turn_to(name)
        try:
            call_command("migrate", interactive=False, verbosity=0)
            yield
        finally:
            _turn_to(str(before))
            control.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def _turn_to(name: str) -> None:
    connection.close_pool()
    connections.close_all()
    connection.settings_dict["NAME"] = name


def measure(embedded: bool) -> list[Figure]:
    """Return the figures; they are about PostgreSQL."""
    if embedded:
        return []
    say, publisher.say = publisher.say, lambda *_: None  # type: ignore[method-assign]
    try:
        with own_database():
            _fill()
            return _measure()
    finally:
        publisher.say = say  # type: ignore[method-assign]


def _fill() -> None:
    """Store the open promises, none of them due for a year."""
    start = timezone.now() + timedelta(days=365)
    acme = Organization.objects.create(name="Acme")
    carl = User.objects.create_user("carl@example.com", organization=acme)
    always = save_calendar(
        by=DESK, fields={"name": "Always", "zone": "UTC", "windows": {d: ["00:00-24:00"] for d in WEEK}}
    )
    promised = {"is_default": True, "calendar": always.pk, "targets": {"resolution": {"medium": "16 h"}}}
    policy = save_policy(by=DESK, fields={"name": "All", **promised})
    held = {
        "start": f"timestamptz '{start.isoformat()}'",
        "numbers": f"generate_series(2000, {1999 + CLOCKS}) AS n",
        "requester": carl.pk,
        "organization": acme.pk,
        "policy": policy.latest.pk,
        "calendar": always.latest.pk,
    }
    with connection.cursor() as cursor:
        for statement in (TICKETS, CLOCK_ROWS):
            cursor.execute(statement.format(**held))
        cursor.execute("VACUUM ANALYZE tickets_ticket")
        cursor.execute("VACUUM ANALYZE sla_clock")


def _measure() -> list[Figure]:
    now = timezone.now()
    idle = [_took(lambda: watch(now)) for _ in range(50)]
    _set_due(DUE, now, 0)
    swept = _took(lambda: watch(now))
    assert Breach.objects.count() == DUE
    late = _lateness()
    return [
        Figure(f"a look at {CLOCKS:,} promises, none due (p95)", statistics.quantiles(idle, n=20)[-1] * 1000, "ms", 50),
        Figure(f"{DUE:,} breaches of {CLOCKS:,} written down", swept, "s", 2),
        Figure("a breach noticed after it happened (p99)", late, "s", 2),
    ]


def _took(do: Callable[[], object]) -> float:
    began = time.perf_counter()
    do()
    return time.perf_counter() - began


def _set_due(count: int, first: datetime, apart: float) -> None:
    """Let promises that are not breached yet be breached at `first`, and the next ones each so many seconds later."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE sla_clock SET announced = 90, next_percent = 100, next_at = due.at, due_at = due.at, since = due.at - target "
            "FROM (SELECT id, %s::timestamptz + (row_number() OVER (ORDER BY id) * %s * interval '1 second') AS at FROM sla_clock "
            "WHERE announced = 0 ORDER BY id LIMIT %s) AS due WHERE sla_clock.id = due.id",
            [first, apart, count],
        )


def _lateness() -> float:
    """Look once a second while 500 promises a second are breached; returns how long the slowest hundredth stayed unnoticed."""
    begin = timezone.now() + timedelta(seconds=1)
    _set_due(DUE, begin, SECONDS / DUE)
    last, late = Breach.objects.latest("pk").pk, []
    while timezone.now() < begin + timedelta(seconds=SECONDS + 2):
        began = time.monotonic()
        watch(timezone.now())
        written = timezone.now()
        found = dict(Breach.objects.filter(pk__gt=last).values_list("pk", "reached_at"))
        late += [(written - reached_at).total_seconds() for reached_at in found.values()]
        last = max([last, *found])
        time.sleep(max(0.0, 1 - (time.monotonic() - began)))
    assert len(late) == DUE, len(late)
    return statistics.quantiles(late, n=100)[-1]
