"""Where stored clocks are not what the event log says, clock by clock and segment by segment. Plain comparison, no reading."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sla.clocks import Clock as FoldedClock
from sla.ledger import Closed, Stored, columns_of, due_of, segments_of
from sla.models import Clock
from tickets.models import Ticket


def differences(ticket: Ticket, stored: Stored, folded: Sequence[FoldedClock]) -> list[str]:
    """Say in words where the tables are not what the fold says."""
    wanted = {(clock.kind.value, clock.metric.value, clock.serial): clock for clock in folded}
    found: list[str] = []
    for key in sorted(wanted.keys() | stored.clocks.keys()):
        name, row, clock = " ".join(map(str, key)), stored.clocks.get(key), wanted.get(key)
        if row is None or clock is None:
            found.append(f"{name}: {'not stored' if row is None else 'stored, but not in the log'}")
        else:
            lines = stored.segments.get(row.pk, [])
            found += [f"{name}: {said}" for said in _of_clock(row, clock, lines)]
    shown, due = due_of(folded)
    if shown and ticket.due_at != due:
        found.append(f"ticket: due_at is {ticket.due_at}, should be {due}")
    return found


def _of_clock(row: Clock, clock: FoldedClock, lines: Sequence[Closed]) -> Iterator[str]:
    yield from _columns(row, columns_of(clock, row.announced))
    wanted = segments_of(clock)
    for number, (line, columns) in enumerate(zip(lines, wanted, strict=False), start=1):
        for said in _columns(line, columns):
            yield f"segment {number}: {said}"
    for number in range(len(lines) + 1, len(wanted) + 1):
        yield f"segment {number}: not stored"
    for number in range(len(wanted) + 1, len(lines) + 1):
        yield f"segment {number}: stored, but not in the log"


def _columns(row: Clock | Closed, wanted: Mapping[str, Any]) -> Iterator[str]:
    for column, value in wanted.items():
        if getattr(row, column) != value:
            yield f"{column} is {getattr(row, column)}, should be {value}"
