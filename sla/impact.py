"""What an edited policy or calendar would do to open tickets: set-based reads, then arithmetic on whole arrays. Writes nothing."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import numpy as np

from sla.choices import OPEN_STATES, ClockState, Metric, PolicyKind
from sla.facts import Terms
from sla.library import Library
from sla.matching import Attributes
from sla.models import Clock
from tickets.models import Ticket

DRAFT = 2**62  # the number of a version that is not saved: newer than all others
SAMPLE = 5
NOTHING = timedelta(0)


class OpenTicket(NamedTuple):
    pk: int
    created_at: datetime
    organization: int | None
    tier: str | None
    category: int | None
    team: int | None
    channel: str
    priority: str
    status: str
    first_responded_at: datetime | None


class OpenClock(NamedTuple):
    ticket: int
    kind: str
    metric: str
    state: str
    since: datetime
    used: timedelta
    due_at: datetime | None
    policy: int
    calendar: int


@dataclass
class Impact:
    """The answer. `moved` counts deadlines that come earlier or later, start, or end."""

    looked_at: int = 0
    affected: int = 0
    moved: int = 0
    earlier: int = 0
    later: int = 0
    started: int = 0
    ended: int = 0
    breaches_created: int = 0
    breaches_removed: int = 0
    sample: list[tuple[int, str, datetime | None, datetime | None]] = field(default_factory=list)


class _Deadlines:
    """Collects questions, then asks each calendar once about all of its."""

    def __init__(self) -> None:
        self._asked: dict[int, tuple[Any, list[datetime], list[timedelta], list[int]]] = {}
        self.answers: dict[int, datetime] = {}

    def ask(self, terms: Terms, number: int, start: datetime, left: timedelta) -> None:
        _, starts, spans, numbers = self._asked.setdefault(terms.calendar, (terms.working, [], [], []))
        starts.append(start.replace(tzinfo=None))
        spans.append(left)
        numbers.append(number)

    def answer(self) -> None:
        for working, starts, spans, numbers in self._asked.values():
            found = working.deadline_many(np.array(starts, "M8[us]"), np.array(spans, "m8[us]"))
            self.answers |= zip(numbers, (moment.replace(tzinfo=UTC) for moment in found.tolist()), strict=True)


def survey(before: Library, after: Library, now: datetime) -> Impact:
    """Compare what holds for open tickets before and after an edit, as if it were applied at `now`.

    A clock that would begin is reckoned from the ticket's creation as if it had never rested.
    """
    impact, deadlines = Impact(), _Deadlines()
    changes: list[tuple[int, str, datetime | None, datetime | None]] = []
    clocks = _open_clocks()
    match_before, match_after = _matching(before), _matching(after)
    for ticket, tags in _open_tickets(before.book.uses_tags or after.book.uses_tags):
        impact.looked_at += 1
        new = match_after(ticket, tags)
        lines = clocks.get(ticket.pk, [])
        if not lines and new == match_before(ticket, tags):
            continue
        if _compare(ticket, lines, new, after, now, deadlines, changes):
            impact.affected += 1
    deadlines.answer()
    for number, (ticket_number, metric, old, due) in enumerate(changes):
        _count(impact, (ticket_number, metric, old, deadlines.answers.get(number, due)), now)
    return impact


Versions = dict[PolicyKind, tuple[int, int] | None]


def _matching(books: Library) -> Callable[[OpenTicket, frozenset[int]], Versions]:
    """Return a matcher that thinks once about tickets that look alike to the policies."""
    validities = {rule.validity for rule in books.book.policies}
    validities |= {rule.validity for rules in books.book.calendars.values() for rule in rules}
    asked = sorted(validities, key=repr)
    known: dict[Any, Versions] = {}

    def match(ticket: OpenTicket, tags: frozenset[int]) -> Versions:
        covered = tuple(validity.covers(ticket.pk, ticket.created_at) for validity in asked)
        key = ticket[2:7], tags, covered
        if key not in known:
            given = Attributes(
                ticket.pk,
                ticket.created_at,
                ticket.organization,
                ticket.tier or "",
                ticket.category,
                ticket.team,
                tags,
                ticket.channel,
            )
            known[key] = {kind: books.book.match(kind, given) for kind in PolicyKind}
        return known[key]

    return match


def _open_tickets(with_tags: bool) -> Iterator[tuple[OpenTicket, frozenset[int]]]:
    rows = Ticket.objects.unresolved().order_by()
    tags: dict[int, set[int]] = defaultdict(set)
    if with_tags:
        for ticket, tag in Ticket.tags.through.objects.filter(ticket__in=rows).values_list("ticket", "tag"):
            tags[ticket].add(tag)
    columns = (
        *("pk", "created_at", "organization", "organization__tier", "category", "team", "channel", "priority"),
        *("status", "first_responded_at"),
    )
    for row in rows.values_list(*columns).iterator(chunk_size=5_000):
        yield OpenTicket(*row), frozenset(tags.get(row[0], ()))


def _open_clocks() -> dict[int, list[OpenClock]]:
    found: dict[int, list[OpenClock]] = defaultdict(list)
    columns = (*("ticket", "kind", "metric", "state", "since", "used", "due_at", "policy_version", "calendar_version"),)
    rows = Clock.objects.filter(state__in=OPEN_STATES).order_by().values_list(*columns)
    for row in rows.iterator(chunk_size=5_000):
        found[row[0]].append(OpenClock(*row))
    return found


def _compare(
    ticket: OpenTicket,
    lines: list[OpenClock],
    new: Versions,
    after: Library,
    now: datetime,
    deadlines: _Deadlines,
    changes: list[tuple[int, str, datetime | None, datetime | None]],
) -> bool:
    """Note each deadline that the edit would move; False where nothing changes for the ticket."""
    is_affected = False
    for clock in lines:
        versions = new[PolicyKind(clock.kind)]
        if versions == (clock.policy, clock.calendar):
            continue
        is_affected = True
        terms = after.terms(*versions) if versions else None
        target = terms.target(Metric(clock.metric), ticket.priority) if terms else None
        due = None
        if terms and target:
            worked = NOTHING
            if clock.state == ClockState.RUNNING:
                worked = _worked(clock, after, now)
            left = target - clock.used - worked
            if left <= NOTHING:
                due = now
            elif not terms.rests(Metric(clock.metric), ticket.status):
                deadlines.ask(terms, len(changes), now, left)
        changes.append((ticket.pk, clock.metric, clock.due_at, due))
    if not any(clock.kind == PolicyKind.CUSTOMER for clock in lines):
        is_affected |= _begin(ticket, new[PolicyKind.CUSTOMER], after, deadlines, changes)
    return is_affected


def _worked(clock: OpenClock, books: Library, now: datetime) -> timedelta:
    return books.terms(clock.policy, clock.calendar).working.elapsed(clock.since, now)


def _begin(
    ticket: OpenTicket,
    versions: tuple[int, int] | None,
    after: Library,
    deadlines: _Deadlines,
    changes: list[tuple[int, str, datetime | None, datetime | None]],
) -> bool:
    """Note the deadlines of a ticket that nothing was promised for so far."""
    if versions is None:
        return False
    terms, began = after.terms(*versions), False
    for metric in (Metric.FIRST_RESPONSE, Metric.RESOLUTION):
        target = terms.target(metric, ticket.priority)
        is_given = metric == Metric.FIRST_RESPONSE and ticket.first_responded_at
        if target and not is_given:
            if not terms.rests(metric, ticket.status):
                deadlines.ask(terms, len(changes), ticket.created_at, target)
            changes.append((ticket.pk, metric, None, None))
            began = True
    return began


def _count(impact: Impact, change: tuple[int, str, datetime | None, datetime | None], now: datetime) -> None:
    _, _, old, new = change
    if old != new:
        impact.moved += 1
        impact.started += old is None
        impact.ended += new is None
        if old and new:
            impact.earlier += new < old
            impact.later += new > old
        if len(impact.sample) < SAMPLE:
            impact.sample.append(change)
    was, is_now = old is not None and old <= now, new is not None and new <= now
    impact.breaches_created += is_now and not was
    impact.breaches_removed += was and not is_now
