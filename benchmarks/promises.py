"""Promises on a full desk: clocks for 100,000 open tickets, an edited policy previewed and applied, one more ticket, one ticket's status.

Run by name (`make bench ARGS=promises`), for making the clocks takes minutes. `BENCH_KEEP=1` leaves them there for the next run.
"""

import os
import statistics
import time
from collections.abc import Callable
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from benchmarks.figures import Figure
from sla import tasks  # noqa: F401 - carries out the work
from sla.actions.calendars import save_calendar
from sla.actions.clocks import backfill
from sla.actions.policies import preview_policy_edit, save_policy
from sla.explain import explain
from sla.models import Application, Calendar, Clock, Policy, Segment
from sla.rules import WEEKDAYS
from tickets import events, work
from tickets.actions.tickets import create_ticket
from tickets.choices import Channel, Level
from tickets.models import Ticket, User
from tickets.permissions import System

BY = System("Benchmark")
OPEN = int(os.environ.get("BENCH_OPEN", "100000"))
PART = 1_000
TARGETS = {"first_response": 240, "next_response": 120, "resolution": 2_400}


def targets(factor: float) -> dict[str, dict[str, int]]:
    return {metric: {level: round(minutes * factor) for level in Level.values} for metric, minutes in TARGETS.items()}


def seconds(do: Callable[[], Any]) -> float:
    began = time.perf_counter()
    do()
    return time.perf_counter() - began


def measure(embedded: bool) -> list[Figure]:
    """Return the figures, and leave the database as it was."""
    try:
        return measured(embedded)
    finally:
        if not os.environ.get("BENCH_KEEP"):
            remove()


def remove() -> None:
    """Take policy, calendar and clocks out again."""
    Ticket.objects.filter(pk__in=Clock.objects.values("ticket")).update(due_at=None, risk=Level.LOW)
    Segment.objects.all().delete()
    Clock.objects.all().delete()
    Application.objects.all().delete()
    Policy.objects.filter(name="Bench").delete()
    Calendar.objects.filter(name="Bench").delete()


def measured(embedded: bool) -> list[Figure]:
    policy = the_policy()
    Application.objects.all().delete()
    with_clocks()
    open_clocks = Clock.objects.open().count()
    edit = {"targets": targets(0.5 if policy.latest.targets == targets(1) else 1)}
    previewed = seconds(lambda: preview_policy_edit(by=BY, policy=policy, fields=edit, scope="open"))
    save_policy(by=BY, policy=policy, fields=edit, scope="open")
    applied = seconds(apply)
    slack = 2 if embedded else 1
    return [
        Figure(f"impact preview of a policy edit, {OPEN:,} open tickets", previewed, "s", 3 * slack),
        Figure(f"the edit applied to them and their {open_clocks:,} open clocks", applied, "s", 20 * slack),
        Figure("promises add to creating a ticket", added_to_creation(), "ms", 3 * slack),
        Figure("promises of one ticket explained, p95", status_p95(), "ms", 20 * slack),
    ]


def the_policy() -> Policy:
    """Return the one policy, made where it is missing."""
    found = Policy.objects.filter(name="Bench").first()
    if found:
        return found
    windows = {day: ["09:00-17:00"] for day in WEEKDAYS[:5]}
    calendar = save_calendar(by=BY, fields={"name": "Bench", "zone": "Europe/Berlin", "windows": windows})
    fields = {"name": "Bench", "calendar": calendar.pk, "is_default": True, "targets": targets(1)}
    return save_policy(by=BY, fields=fields, scope="open")


def with_clocks() -> None:
    """Give the newest open tickets clocks, where they have none."""
    numbers = list(Ticket.objects.unresolved().order_by("-pk").values_list("pk", flat=True)[:OPEN])
    missing = sorted(set(numbers) - set(Clock.objects.values_list("ticket", flat=True)))
    began = time.perf_counter()
    for first in range(0, len(missing), PART):
        with transaction.atomic():
            backfill(missing[first : first + PART], timezone.now())
    if missing:
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")  # as the database does by itself, a little later
        print(f"  clocks of {len(missing):,} tickets from their logs {time.perf_counter() - began:.1f} s", flush=True)


def apply() -> None:
    """Carry out what is waiting, as a worker does."""
    for pk in Application.objects.exclude(state="done").values_list("pk", flat=True):
        work.run(Application, pk)
        row = Application.objects.get(pk=pk)
        if row.state != "done":
            raise RuntimeError(row.last_error)
        print(f"  {row}: {row.changed:,} of {row.looked_at:,} tickets changed", flush=True)


def added_to_creation(count: int = 300) -> float:
    """Return by how many milliseconds promises make creating a ticket longer, at the median; what is created is not kept."""
    requester = User.objects.filter(role="requester").first()
    fields = {"title": "The printer is on fire", "requester": requester.pk if requester else None}
    took: dict[bool, list[float]] = {True: [], False: []}
    with transaction.atomic():
        for _ in range(count):
            for promised in took:
                with swapped(promised):
                    took[promised].append(seconds(lambda: create_ticket(by=BY, via=Channel.API, fields=fields)))
        transaction.set_rollback(True)
    return 1_000 * (statistics.median(took[True]) - statistics.median(took[False]))


class swapped:  # noqa: N801 - used as a function
    """With or without the reaction that keeps clocks."""

    def __init__(self, promised: bool) -> None:
        self.promised = promised

    def __enter__(self) -> None:
        self.table = events.reactions()["ticket_created"]
        self.kept = list(self.table)
        if not self.promised:
            self.table[:] = [handler for handler in self.kept if handler.__name__ != "keep_clocks"]

    def __exit__(self, *_: Any) -> None:
        self.table[:] = self.kept


def status_p95(count: int = 300) -> float:
    reader = User.objects.filter(role="technician").first()
    tickets = list(Ticket.objects.filter(clocks__state="running").distinct().order_by("-pk")[:count])
    took = [seconds(lambda ticket=ticket: explain(ticket, reader, timezone.now())) for ticket in tickets]
    return 1_000 * sorted(took)[int(len(took) * 0.95)]
