"""What an edited policy or calendar would do to open tickets: set-based reads, then arithmetic on whole arrays. Writes nothing."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from typing import NamedTuple

import numpy as np
from django.utils import timezone

from sla.calendars import Times
from sla.choices import Metric, PolicyKind
from sla.facts import Terms
from sla.library import Library, read_book
from sla.matching import Matcher, Versions
from sla.models import CalendarVersion, PolicyVersion
from sla.moves import NEVER, Hours, Moves, OpenClock, aware, times_of
from sla.open_rows import OpenTicket, all_open_clocks, earlier_stretches, open_tickets
from tickets.models import Ticket

SAMPLE = 5


class Moved(NamedTuple):
    """A deadline before and after."""

    ticket: int
    metric: str
    before: datetime | None
    after: datetime | None


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
    sample: list[Moved] = field(default_factory=list)


def preview(draft: PolicyVersion | CalendarVersion, now: datetime | None = None) -> Impact:
    """Say what a version that is not saved would do to open tickets, were it applied now."""
    before = Library(read_book())
    return survey(before, before.with_draft(draft), now or timezone.now())


def survey(before: Library, after: Library, now: datetime) -> Impact:
    """Compare what holds for open tickets before and after an edit, as if it were applied at `now`.

    A clock that would begin is reckoned from the ticket's creation as if it had never rested.
    """
    survey = _Survey(before, after, now)
    clocks = all_open_clocks()
    with_tags = before.book.uses_tags or after.book.uses_tags
    for ticket in open_tickets(Ticket.objects.unresolved().order_by(), with_tags=with_tags):
        survey.look(ticket, clocks.get(ticket.pk, ()))
    return survey.impact()


class _Survey:
    """Goes through the tickets, collecting deadlines that would move or begin; then reckons them all at once."""

    def __init__(self, before: Library, after: Library, now: datetime) -> None:
        self.before, self.after, self.now = before, after, now
        self.match_before, self.match_after = Matcher(before.book).match, Matcher(after.book).match
        self.found = Impact()
        self.moves, self.beginnings = Moves(now), _Beginnings()
        self.missing = cache(self._missing)

    def look(self, ticket: OpenTicket, lines: Sequence[OpenClock]) -> None:
        self.found.looked_at += 1
        new = self.match_after(ticket.seen)
        if not lines and new == self.match_before(ticket.seen):
            return
        is_affected = False
        for line in lines:
            versions = new[PolicyKind(line.kind)]
            if versions != (line.policy, line.calendar):
                before, after = self.after.terms(line.policy, line.calendar), self._terms(versions)
                self.moves.add(line, before, after, status=ticket.status, priority=ticket.priority)
                is_affected = True
        self.found.affected += self._begin(ticket, lines, new) or is_affected

    def _begin(self, ticket: OpenTicket, lines: Sequence[OpenClock], new: Versions) -> bool:
        """Note what is promised to the customer at last; whether there is any such thing, or a team's promise."""
        began, held = False, {line.kind: (line.policy, line.calendar) for line in lines}
        for kind, versions in new.items():
            if versions is None:
                continue
            before = held[kind] if kind in held else self.match_before(ticket.seen)[kind]
            for metric in self.missing(kind, before, versions, ticket.priority, ticket.first_responded_at is not None):
                if kind == PolicyKind.CUSTOMER:
                    self.beginnings.add(ticket, metric, self.after.terms(*versions))
                began = True
        return began

    def _missing(
        self,
        kind: PolicyKind,
        before: tuple[int, int] | None,
        after: tuple[int, int],
        priority: str,
        is_answered: bool,
    ) -> list[Metric]:
        """Return the metrics for which a ticket would be promised a time that it was not promised so far."""
        old, new = self._terms(before), self.after.terms(*after)
        return [
            metric
            for metric in (Metric.FIRST_RESPONSE, Metric.RESOLUTION)
            if new.target(metric, priority)
            and not (old and old.target(metric, priority))
            and not (kind == PolicyKind.CUSTOMER and metric == Metric.FIRST_RESPONSE and is_answered)
        ]

    def _terms(self, versions: tuple[int, int] | None) -> Terms | None:
        return self.after.terms(*versions) if versions else None

    def impact(self) -> Impact:
        found = self.moves.reckon(earlier_stretches(self.after))
        clocks, begun = self.moves.clocks, self.beginnings.tickets
        old = times_of([clock.due_at for clock in clocks] + [None] * len(begun))
        new = np.concatenate([found.due, self.beginnings.due()])
        names = [(clock.ticket, clock.metric) for clock in clocks] + begun
        _count(self.found, old, new, times_of([self.now])[0])
        differ = np.flatnonzero((old != new) & ~(np.isnat(old) & np.isnat(new)))[:SAMPLE]
        of = [names[place] for place in differ.tolist()]
        pairs = zip(of, aware(old[differ]), aware(new[differ]), strict=True)
        self.found.sample = [Moved(pk, metric, before, after) for (pk, metric), before, after in pairs]
        return self.found


class _Beginnings:
    """Promises that begin, as if they had run since their tickets were created."""

    def __init__(self) -> None:
        self.tickets: list[tuple[int, str]] = []
        self._hours = Hours()
        self._rows: list[tuple[int, datetime, timedelta, bool]] = []

    def add(self, ticket: OpenTicket, metric: Metric, terms: Terms) -> None:
        target = terms.target(metric, ticket.priority)
        assert target  # noqa: S101 - it is promised
        rests = terms.rests(metric, ticket.status)
        self.tickets.append((ticket.pk, metric))
        self._rows.append((self._hours.number(terms.working), ticket.seen.created_at, target, rests))

    def due(self) -> Times:
        """Return when each is due; NaT where it rests."""
        if not self._rows:
            return times_of([])
        which, starts, targets, rest = zip(*self._rows, strict=True)
        due = self._hours.deadlines(np.array(which, np.intp), times_of(starts), np.array(targets, "m8[us]"))
        due[np.array(rest)] = NEVER
        return due


def _count(impact: Impact, old: Times, new: Times, now: np.datetime64) -> None:
    had, has = ~np.isnat(old), ~np.isnat(new)
    was, is_now = had & (old <= now), has & (new <= now)
    impact.earlier, impact.later = int((new < old).sum()), int((new > old).sum())
    impact.started, impact.ended = int((has & ~had).sum()), int((had & ~has).sum())
    impact.moved = impact.earlier + impact.later + impact.started + impact.ended
    impact.breaches_created, impact.breaches_removed = int((is_now & ~was).sum()), int((was & ~is_now).sum())
