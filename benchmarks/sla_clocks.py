"""Clocks: what they add to creating a ticket, the promises of one ticket over the API, and editing a policy over all open tickets."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

import sla.tasks  # noqa: F401 - carries out what edits ask for
from benchmarks.figures import Figure
from benchmarks.import_speed import remove_above, settle
from benchmarks.serving import USER
from sla.actions.calendars import preview_calendar_edit, save_calendar
from sla.actions.policies import preview_policy_edit, save_policy
from sla.library import turn_over
from sla.models import Application, Calendar, Clock, Policy, Segment
from sla.rules import WEEKDAYS
from tickets import work
from tickets.actions.tickets import create_ticket
from tickets.choices import Channel, Level
from tickets.models import Ticket, User
from tickets.permissions import System
from ticketsite.reactions import REACTIONS

NAME = "Benchmark"
CREATED, ASKED = 300, 300
SYSTEM = System(NAME)
Fields = dict[str, Any]


def measure(embedded: bool) -> list[Figure]:
    """Make a policy that holds for all, measure, and leave the database as it was."""
    settings.ALLOWED_HOSTS = ["testserver"]
    newest = Ticket.objects.order_by("-pk").values_list("pk", flat=True)[0]
    slack = 2 if embedded else 1
    try:
        policy = save_policy(by=SYSTEM, fields=promise(4, 24))
        found = [*creating(slack), *editing(policy, slack)]
        settle()  # half a million clocks were made and moved in a minute
        return [*found, *asking(slack)]
    finally:
        forget(newest)


def promise(first: int, solved: int) -> Fields:
    """The fields of a policy for every ticket, in hours."""
    week = {"zone": "Europe/Berlin", "windows": {day: ["08:00-18:00"] for day in list(WEEKDAYS)[:5]}}
    calendar = Calendar.objects.filter(name=NAME).first() or save_calendar(by=SYSTEM, fields={"name": NAME, **week})
    hours = {"first_response": first, "resolution": solved}
    targets = {metric: dict.fromkeys(Level.values, count * 60) for metric, count in hours.items()}
    return {"name": NAME, "calendar": calendar.pk, "position": 0, "targets": targets}


def creating(slack: int) -> list[Figure]:
    """Create tickets with and without the reaction in turns, so that whatever else the machine does befalls both."""
    by = User.objects.get(username=USER)
    spent: dict[bool, list[tuple[float, float]]] = {True: [], False: []}
    queries: dict[bool, int] = {}
    for number in range(2 * CREATED):
        with_clocks = bool(number % 2)
        with reacting(with_clocks):
            if number >= 2 * CREATED - 2:
                with CaptureQueriesContext(connection) as captured:
                    create(by, number)
                queries[with_clocks] = len(captured)
            else:
                spent[with_clocks].append(timed(partial(create, by, number)))
    cpu, wall = (median(spent[True], at) - median(spent[False], at) for at in (0, 1))
    return [
        Figure("SLA adds to creating a ticket, processor time", cpu, "ms", 3 * slack),
        Figure("SLA adds to creating a ticket, wall time", wall, "ms", 3 * slack),
        Figure("SLA adds to creating a ticket, queries", queries[True] - queries[False], "", 3),
    ]


def create(by: User, number: int) -> None:
    create_ticket(by=by, via=Channel.API, fields={"title": f"Printer {number} is on fire", "priority": "high"})


@contextmanager
def reacting(with_clocks: bool) -> Iterator[None]:
    """Take the reaction of this room out, or leave it in."""
    kept = {kind: list(handlers) for kind, handlers in REACTIONS.items()}
    if not with_clocks:
        for handlers in REACTIONS.values():
            handlers[:] = [handler for handler in handlers if not handler.__module__.startswith("sla.")]
    try:
        yield
    finally:
        REACTIONS.update(kept)


def timed(do: Callable[[], Any]) -> tuple[float, float]:
    """Return the milliseconds of the processor and of the wall."""
    cpu, wall = time.process_time(), time.perf_counter()
    do()
    return (time.process_time() - cpu) * 1000, (time.perf_counter() - wall) * 1000


def median(found: list[tuple[float, float]], at: int) -> float:
    return sorted(pair[at] for pair in found)[len(found) // 2]


def editing(policy: Policy, slack: int) -> list[Figure]:
    """Promise something to all open tickets, then edit it: what the preview takes, the edit, and a writer meanwhile."""
    first = apply(policy, promise(4, 24))
    edited = promise(3, 20)
    looked_at = []
    _, preview = timed(lambda: looked_at.append(preview_policy_edit(by=SYSTEM, fields=edited, policy=policy)))
    count = looked_at[0].affected
    calendar = Calendar.objects.get(name=NAME)
    _, longer = timed(lambda: preview_calendar_edit(by=SYSTEM, calendar=calendar, fields={"zone": "Asia/Tokyo"}))
    with writer() as waits:
        again = apply(policy, edited)
    name, part = f"over {count:,} open tickets", slack * count / 100_000  # what is asked for is asked of 100,000
    return [
        Figure(f"first promise {name}", first, "s", 60 * part),
        Figure(f"preview of a policy edit {name}", preview / 1000, "s", 3 * part),
        Figure(f"preview of a calendar edit {name}", longer / 1000, "s", 3 * part),
        Figure(f"policy edit {name}, applied", again, "s", 20 * part),
        Figure("longest write meanwhile", max(waits, default=0), "ms", 1000 * slack),
    ]


def apply(policy: Policy, fields: Fields) -> float:
    """Edit for open tickets too and carry it out; returns the seconds it took."""
    began = time.perf_counter()
    save_policy(by=SYSTEM, policy=policy, fields=fields, scope="open")
    for pk in Application.objects.filter(state="queued").values_list("pk", flat=True):
        work.run(Application, pk)
    if Application.objects.exclude(state="done").exists():
        raise RuntimeError("The edit did not come to its end.")
    return time.perf_counter() - began


@contextmanager
def writer() -> Iterator[list[float]]:
    """Somebody who writes to open tickets all the while; yields how many milliseconds each write took."""
    waits: list[float] = []
    over = threading.Event()
    numbers = list(Ticket.objects.unresolved().order_by("?").values_list("pk", flat=True)[:2000])

    def change() -> None:
        for pk in numbers:
            if over.wait(0.02):
                break
            waits.append(timed(partial(touch, pk))[1])
        connection.close()

    thread = threading.Thread(target=change)
    thread.start()
    try:
        yield waits
    finally:
        over.set()
        thread.join()


def touch(pk: int) -> None:
    """Lock a ticket and write it as it is, as every action begins and ends."""
    with transaction.atomic():
        ticket = Ticket.objects.select_for_update().get(pk=pk)
        Ticket.objects.filter(pk=pk).update(updated_at=ticket.updated_at)


def asking(slack: int) -> list[Figure]:
    """Ask for the promises of single tickets, as the API answers them."""
    client = Client()
    client.force_login(User.objects.get(username=USER), backend="allauth.account.auth_backends.AuthenticationBackend")
    numbers = list(Clock.objects.open().order_by("?").values_list("ticket", flat=True)[:ASKED])
    found = [timed(partial(answer, client, pk)) for pk in numbers]
    p95 = [sorted(pair[at] for pair in found)[int(len(found) * 0.95)] for at in (0, 1)]
    return [
        Figure("promises of one ticket (API), p95", p95[1], "ms", 20 * slack),
        Figure("promises of one ticket (API), p95 of processor time", p95[0], "ms", 20 * slack),
    ]


def answer(client: Client, pk: int) -> None:
    if client.get(f"/api/v1/tickets/{pk}/sla").status_code != 200:
        raise RuntimeError(f"No promises of T-{pk}")


def forget(newest: int) -> None:
    """Take the policy, its clocks and the tickets made here out again."""
    clocks = Clock.objects.filter(policy_version__policy__name=NAME)
    Ticket.objects.filter(pk__in=clocks.values("ticket")).update(due_at=None, risk=Level.LOW)
    Segment.objects.filter(clock__in=clocks.values("pk"))._raw_delete(connection.alias)
    Clock.objects.filter(pk__in=clocks.values("pk"))._raw_delete(connection.alias)
    remove_above(newest)
    Application.objects.filter(reason__startswith=f"{NAME},").delete()
    Policy.objects.filter(name=NAME).delete()
    Calendar.objects.filter(name=NAME).delete()
    turn_over()
