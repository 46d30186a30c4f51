"""Reading the past of tickets out of the event log, and of their promises out of the ledgers."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import Q

from ai.risk.course import Step
from ai.risk.features import LEVELS, Schema
from ai.risk.promise import Promise, Stretch, hours_of
from ai.risk.replay import Past
from sla import ledger
from sla.choices import ClockState, Metric, PolicyKind
from sla.library import Library
from sla.models import Clock
from tickets.choices import CLOSED_STATUSES, LEVEL_RANK, EventKind, Level, Side, Status
from tickets.models import Ticket, TicketEvent

REFERENCES = ("category", "organization", "requester", "team", "assignee")
FIELDS = ("status", *LEVELS, *REFERENCES)
RESTING = (Status.PENDING, Status.ON_HOLD)
ENDS = {EventKind.TICKET_ARCHIVED: True, EventKind.TICKET_RESTORED: False, EventKind.TICKET_UNMERGED: False}
READ = (
    *(EventKind.TICKET_CREATED, EventKind.TICKET_CHANGED, EventKind.COMMENT_ADDED, EventKind.TIME_LOGGED),
    *(EventKind.ATTACHMENT_ADDED, EventKind.TICKET_MERGED, *ENDS),
)
SOLUTION = Q(kind=PolicyKind.CUSTOMER, metric=Metric.RESOLUTION)  # the promise that is foretold


def schema(zone: str) -> Schema:
    """Return what is looked at in our own tickets."""
    return Schema(
        keys=("category", "organization", "requester", "team", "assignee", "level", "channel"),
        loads=("team", "assignee", "category", "organization"),
        extras=("replies", "messages", "unanswered"),
        zone=zone,
    )


class Line(NamedTuple):
    """An event, read without making a model of it: there are many."""

    ticket: int
    kind: str
    at: datetime
    actor: int | None
    changes: Mapping[str, Any]
    data: Mapping[str, Any]


@dataclass
class Steps:
    """Makes the steps of one ticket from its events."""

    ticket: Ticket
    lines: list[Line] = field(default_factory=list)

    def __iter__(self) -> Iterator[Step]:
        state = self._first()
        said = {"replies": 0.0, "messages": 0.0, "unanswered": 1.0}
        last = hours_of(self.ticket.created_at)
        is_gone = False
        yield Step(last, self._values(state, is_gone) | said, by=self._creator())
        for line in self.lines:
            if line.kind == EventKind.TICKET_CREATED:
                continue
            state |= {name: line.changes[name][1] for name in FIELDS if name in line.changes}
            is_gone = self._is_gone(line, is_gone)
            _listen(line, said)
            last = max(last, hours_of(line.at))
            yield Step(last, self._values(state, is_gone) | said, by=str(line.actor or ""))

    def _first(self) -> dict[str, Any]:
        """Return what each field held at creation: what the first change replaced, or what it still holds."""
        first: dict[str, Any] = {}
        for line in self.lines:
            is_creation = line.kind == EventKind.TICKET_CREATED
            for name in FIELDS:
                if name in line.changes and not is_creation:
                    first.setdefault(name, line.changes[name][0])
        for name in FIELDS:
            column = f"{name}_id" if name in REFERENCES else name
            if name not in first:
                value = getattr(self.ticket, column)
                first[name] = {"id": value} if name in REFERENCES and value else value
        return first

    def _creator(self) -> str:
        first = self.lines[0] if self.lines else None
        return str(first.actor or "") if first and first.kind == EventKind.TICKET_CREATED else ""

    @staticmethod
    def _is_gone(line: Line, before: bool) -> bool:
        if line.kind == EventKind.TICKET_MERGED:
            return before or "into" in line.data
        if line.kind == EventKind.TICKET_UNMERGED and "into" not in line.data:
            return before
        return ENDS.get(EventKind(line.kind), before)

    def _values(self, state: Mapping[str, Any], is_gone: bool) -> dict[str, Any]:
        status = state["status"] or Status.OPEN
        values: dict[str, Any] = {name: LEVEL_RANK.get(Level(state[name] or Level.MEDIUM)) for name in LEVELS}
        values |= {name: _id(state[name]) for name in REFERENCES}
        values |= {"level": str(state["priority"]), "channel": self.ticket.channel}
        return values | {"done": is_gone or status in CLOSED_STATUSES, "resting": status in RESTING}


def _id(value: Any) -> str:
    return str(value["id"]) if isinstance(value, Mapping) else ""


def _listen(line: Line, said: dict[str, float]) -> None:
    side = line.data.get("side") if line.kind == EventKind.COMMENT_ADDED else None
    if side == Side.DESK:
        said["replies"], said["unanswered"] = said["replies"] + 1, 0.0
    elif side == Side.CUSTOMER:
        said["messages"], said["unanswered"] = said["messages"] + 1, 1.0


def steps_of(tickets: Iterable[Ticket]) -> dict[int, Steps]:
    """Return the steps of some tickets, in one query."""
    found = {ticket.pk: Steps(ticket) for ticket in tickets}
    rows = TicketEvent.objects.filter(ticket__in=found, kind__in=READ).order_by("ticket", "version")
    columns = ("ticket_id", "kind", "occurred_at", "actor_id", "changes", "data")
    for line in map(Line._make, rows.values_list(*columns).iterator(chunk_size=5_000)):
        found[line.ticket].lines.append(line)
    return found


def promises_of(tickets: Iterable[int], books: Library) -> dict[int, tuple[Clock, Promise]]:
    """Return for each ticket that has one its promise of a solution, in two queries."""
    found = {}
    for pk, stored in ledger.read(tickets, SOLUTION).items():
        for clock in stored.clocks.values():
            found[pk] = clock, promise_of(clock, stored.segments.get(clock.pk, ()), books)
    return found


def promise_of(clock: Clock, closed: Iterable[ledger.Closed], books: Library) -> Promise:
    lines = []
    for line in closed:
        working = books.terms(line.policy_version_id, line.calendar_version_id).working
        lines.append(Stretch(line.start, line.end, line.running, line.target, working))
    if clock.stopped_at is None:
        working = books.terms(clock.policy_version_id, clock.calendar_version_id).working
        lines.append(Stretch(clock.since, None, clock.state == ClockState.RUNNING, clock.target, working))
    return Promise(lines)


def past_of(steps: Steps, promised: tuple[Clock, Promise] | None, now: datetime) -> Past:
    """Return a ticket's past with what has become of its promise by `now`."""
    opened = hours_of(steps.ticket.created_at)
    if promised is None:
        return Past(opened, tuple(steps), promise=nothing_promised)
    clock, promise = promised
    ends = [moment for moment in (clock.due_at, clock.stopped_at) if moment is not None]
    is_broken = clock.state == ClockState.MISSED or (
        clock.state == ClockState.RUNNING and clock.due_at is not None and clock.due_at <= now
    )
    if not ends or not (is_broken or clock.state == ClockState.MET):
        return Past(opened, tuple(steps), promise=promise)
    return Past(opened, tuple(steps), is_broken, hours_of(min(ends)), promise)


def nothing_promised(_: float) -> None:
    return None
