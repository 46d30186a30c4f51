"""The watch over service levels: a million open promises, ten thousand of them due, and how late a breach is noticed.

It fills a database of its own beside the bench database, by SQL, and drops it in the end. Beside the sweep stands what bare Django
takes to write the same rows ticket by ticket.
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
from django.db import connection, connections, transaction
from django.utils import timezone

from benchmarks.figures import Figure
from sla.actions.calendars import save_calendar
from sla.actions.policies import save_policy
from sla.actions.watch import watch
from sla.choices import Metric
from sla.models import Breach, Clock
from sla.rules import WEEKDAYS
from tickets.choices import EventKind, Level
from tickets.models import Organization, Ticket, TicketEvent, User
from tickets.permissions import System
from tickets.publisher import publisher

CLOCKS = int(os.environ.get("BENCH_CLOCKS", "1000000"))  # two on each ticket
DUE = 10_000  # of tickets that came one after the other, as those that come due together mostly did
ONE_BY_ONE = 300
LOOKS = 200
FIRST = 2_000  # the number of the first ticket
DESK = System("Bench")
SECONDS = 20  # in which promises come due one after the other
FILLED = ("tickets_ticket", "sla_clock")
TICKETS = """
INSERT INTO tickets_ticket (id, title, description, description_html, status, priority, urgency, impact, risk, custom_fields, channel,
  resolution, due_at, created_at, updated_at, rating_comment, source, external_id, version, requester_id, organization_id)
SELECT n, 'Ticket ' || n, '', '', 'open', 'medium', 'medium', 'medium', 'low', '{{}}', 'web',
  '', {start} + interval '4 hours', {start}, {start}, '', '', '', 1, {requester}, {organization} FROM {numbers} AS n
"""
CLOCK_ROWS = """
INSERT INTO sla_clock (ticket_id, kind, metric, serial, state, started_at, due_at, used, since, cause, detail, policy_version_id,
  calendar_version_id, target, announced, next_percent, next_at)
SELECT n, 'customer', metric, 1, 'running', {start}, {start} + target, interval '0', {start}, 'created', '',
  {policy}, {calendar}, target, 0, 50, {start} + target / 2
FROM {numbers} AS n, (VALUES ('first_response', interval '4 hours'), ('resolution', interval '16 hours')) AS promised (metric, target)
"""
INDEXES = """
SELECT indexname, indexdef FROM pg_indexes
WHERE tablename = %s AND indexname NOT IN (SELECT conname FROM pg_constraint WHERE conrelid = %s::regclass)
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
        by=DESK, fields={"name": "Always", "zone": "UTC", "windows": {day: ["00:00-24:00"] for day in WEEKDAYS}}
    )
    targets = {"first_response": {"medium": "4 h"}, "resolution": {"medium": "16 h"}}
    policy = save_policy(by=DESK, fields={"name": "All", "is_default": True, "calendar": always.pk, "targets": targets})
    held = {
        "start": f"timestamptz '{start.isoformat()}'",
        "numbers": f"generate_series({FIRST}, {FIRST + CLOCKS // 2 - 1})",
        "requester": carl.pk,
        "organization": acme.pk,
        "policy": policy.latest.pk,
        "calendar": always.latest.pk,
    }
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        with transaction.atomic(), without_indexes():
            for statement in (TICKETS, CLOCK_ROWS):
                cursor.execute(statement.format(**held))
        for table in FILLED:
            cursor.execute(f"VACUUM ANALYZE {table}")
        cursor.execute("RESET statement_timeout")


@contextmanager
def without_indexes() -> Iterator[None]:
    """Take the indexes and the checks of references away while tables are filled, in this transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("SET LOCAL maintenance_work_mem = '256MB'")
        found: list[tuple[str, str]] = []
        for table in FILLED:
            cursor.execute(INDEXES, [table, table])
            found += cursor.fetchall()
        for name, _ in found:
            cursor.execute(f'DROP INDEX "{name}"')
        yield
        for _, definition in found:
            cursor.execute(definition)


def _measure() -> list[Figure]:
    now = timezone.now()
    idle, bare = (_p95(lambda: watch(now)), _p95(lambda: Clock.objects.filter(pk=FIRST).first()))
    _set_due(ONE_BY_ONE, now, 0)
    singly = _took(lambda: one_by_one(now)) * DUE / ONE_BY_ONE
    _set_due(DUE, now, 0)
    before = Breach.objects.count()
    swept = _took(lambda: watch(now))
    assert Breach.objects.count() == before + DUE
    late = _lateness()
    return [
        Figure(f"a look at {CLOCKS:,} promises, none due (p95)", idle * 1000, "ms", 50, baseline=bare * 1000),
        Figure(f"{DUE:,} breaches of {CLOCKS:,} written down", swept, "s", 2, baseline=singly),
        Figure("a breach noticed after it happened (p99)", late, "s", 2),
    ]


def _p95(do: Callable[[], object]) -> float:
    return statistics.quantiles([_took(do) for _ in range(LOOKS)], n=20)[-1]


def one_by_one(now: datetime) -> None:
    """Write the same rows as the watch does, a transaction for each promise."""
    for clock in Clock.objects.filter(next_at__lte=now).select_related("ticket"):
        with transaction.atomic():
            ticket = Ticket.objects.select_for_update().get(pk=clock.ticket_id)
            clock.announced, clock.next_percent, clock.next_at = 100, None, None
            clock.save(update_fields=["announced", "next_percent", "next_at"])
            noticed = {"reached_at": now, "expected_at": now, "detected_at": now, "severity": Level.MEDIUM}
            Breach.objects.create(
                clock=clock,
                ticket=ticket,
                kind=clock.kind,
                metric=clock.metric,
                policy_version_id=clock.policy_version_id,
                organization_id=ticket.organization_id,
                target=clock.target,
                escalation_required=False,
                **noticed,
            )
            ticket.version, ticket.risk = ticket.version + 1, Level.CRITICAL
            ticket.save(update_fields=["version", "risk"])
            told = {"kind": EventKind.SLA_BREACHED, "actor_name": DESK.name, "channel": "system", "occurred_at": now}
            TicketEvent.objects.create(ticket=ticket, version=ticket.version, data={"metric": clock.metric}, **told)


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
            "WHERE announced = 0 AND metric = %s ORDER BY id LIMIT %s) AS due WHERE sla_clock.id = due.id",
            [first, apart, Metric.FIRST_RESPONSE, count],
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
