"""What metrics read: columns of equal length. A row per ticket, and tables whose rows belong to tickets by their place.

Times are `datetime64[us]` in UTC, NaT where something has not happened.
"""

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from sla.calendars import Calendar, Times

Numbers = NDArray[np.int64]
Flags = NDArray[np.bool_]
Places = NDArray[np.intp]

NOBODY = -1  # the code of an empty value
NO_TIMES: Times = np.empty(0, "datetime64[us]")
NO_NUMBERS: Numbers = np.empty(0, np.int64)
NO_FLAGS: Flags = np.empty(0, np.bool_)
NO_PLACES: Places = np.empty(0, np.intp)


@dataclass(frozen=True, eq=False)
class Names:
    """A column of names: a code per row, and what each code stands for; `NOBODY` is an empty value."""

    codes: Numbers
    names: Mapping[int, str] = field(default_factory=dict)

    def __getitem__(self, rows: Places) -> "Names":
        return replace(self, codes=self.codes[rows])

    def __len__(self) -> int:
        return len(self.codes)

    def name(self, code: int) -> str:
        return self.names.get(code, "")


NO_NAMES = Names(NO_NUMBERS)


def counted(codes: Numbers) -> tuple[Numbers, Numbers]:
    """Return the different codes from 0 on, in their order, and how often each is there."""
    codes = codes[codes >= 0]
    if not len(codes) or codes.max() > len(codes):  # ids may be large, and tickets few
        return np.unique(codes, return_counts=True)
    counts = np.bincount(codes)
    present = np.flatnonzero(counts)
    return present, counts[present]


class Lately:
    """The last few answers to the same questions."""

    KEPT = 6  # three columns and two moments at a time

    def __init__(self) -> None:
        self._answers: dict[Hashable, Places] = {}

    def get(self, asked: Hashable, find: Callable[[], Places]) -> Places:
        if asked not in self._answers:
            while len(self._answers) >= self.KEPT:
                self._answers.pop(next(iter(self._answers)), None)
            self._answers[asked] = find()
        return self._answers[asked]


class Rows:
    """Columns of equal length; the fields of a subclass are its columns."""

    def columns(self) -> dict[str, Any]:
        return {column.name: getattr(self, column.name) for column in fields(self)}  # type: ignore[arg-type]

    def take(self, rows: Places) -> Self:
        """Return these rows only, in this order."""
        return type(self)(**{name: column[rows] for name, column in self.columns().items()})

    def within(self, column: str, start: np.datetime64, end: np.datetime64) -> Places:
        """Return the rows whose time in a column lies from `start` to before `end`, in their order; NaT never does.

        Each column is sorted once, because a line over a year asks for hundreds of days; several metrics ask about each of these.
        """
        return self._last.get((column, start, end), lambda: self._within(column, start, end))

    def _within(self, column: str, start: np.datetime64, end: np.datetime64) -> Places:
        order, times = self.sorted(column)
        first, last = np.searchsorted(times, np.array([start, end], "datetime64[us]"))
        return np.sort(order[first:last])

    def sorted(self, column: str) -> tuple[Places, Times]:
        """Return the rows by the time in a column, and these times; NaT comes last."""
        if column not in self._sorted:
            order = np.argsort(getattr(self, column), kind="stable")
            self._sorted[column] = order, getattr(self, column)[order]
        return self._sorted[column]

    @cached_property
    def _sorted(self) -> dict[str, tuple[Places, Times]]:
        return {}

    @cached_property
    def _last(self) -> "Lately":
        return Lately()

    def __len__(self) -> int:
        return len(next(iter(self.columns().values())))


@dataclass(frozen=True, eq=False)
class Tickets(Rows):
    """A row per ticket, as it stands now."""

    ids: Numbers  # 0 where the source has none of ours
    created_at: Times
    first_responded_at: Times
    resolved_at: Times  # when it was closed, where it was not resolved first
    status: Names
    priority: Names
    category: Names
    team: Names
    technician: Names
    organization: Names
    channel: Names
    rating: Numbers  # 1 to 5, 0 without one
    reopen_count: Numbers  # how often it was taken up again after its resolution; -1 where the source does not know
    reply_count: Numbers  # public replies of the desk; -1 where the source does not know

    def unresolved_at(self, at: np.datetime64) -> Places:
        """Return the rows of those that were there and not resolved at a moment, the oldest first."""
        return self._last.get(at, lambda: self._unresolved(at))

    def _unresolved(self, at: np.datetime64) -> Places:
        order, created = self.sorted("created_at")
        there = int(np.searchsorted(created, at))
        return order[:there][~(self._resolved[:there] <= at)]  # NaT is not

    @cached_property
    def _resolved(self) -> Times:
        """When they were resolved, in the order of their creation."""
        order, _ = self.sorted("created_at")
        return self.resolved_at[order]


DIMENSIONS = ("status", "priority", "category", "team", "technician", "organization", "channel")


@dataclass(frozen=True, eq=False)
class Messages(Rows):
    """Public messages that count as said by a side, ordered by ticket and time."""

    ticket: Places = field(default_factory=lambda: NO_PLACES)
    at: Times = field(default_factory=lambda: NO_TIMES)
    from_desk: Flags = field(default_factory=lambda: NO_FLAGS)


@dataclass(frozen=True, eq=False)
class Promises(Rows):
    """What was promised to customers, and what became of it: met, breached, waived or, none of these, still open."""

    ticket: Places = field(default_factory=lambda: NO_PLACES)
    metric: Names = NO_NAMES
    decided_at: Times = field(default_factory=lambda: NO_TIMES)  # when it was met, or became overdue; NaT while open
    met: Flags = field(default_factory=lambda: NO_FLAGS)
    breached: Flags = field(default_factory=lambda: NO_FLAGS)
    waived: Flags = field(default_factory=lambda: NO_FLAGS)


@dataclass(frozen=True, eq=False)
class Work(Rows):
    """Time that people noted on tickets. A place beyond the facts' tickets is among those `beside`, a negative one outside of a group."""

    ticket: Places = field(default_factory=lambda: NO_PLACES)
    technician: Names = NO_NAMES
    at: Times = field(default_factory=lambda: NO_TIMES)  # noon of the day on which it was done
    minutes: Numbers = field(default_factory=lambda: NO_NUMBERS)


@dataclass(frozen=True, eq=False)
class Advice(Rows):
    """Suggestions that people decided on, and whether they took them as they were."""

    ticket: Places = field(default_factory=lambda: NO_PLACES)
    at: Times = field(default_factory=lambda: NO_TIMES)
    accepted: Flags = field(default_factory=lambda: NO_FLAGS)


TABLES = ("messages", "promises", "work", "advice")


@dataclass(frozen=True, eq=False)
class Facts:
    """Everything that a metric may read. What a source does not know is a table without rows, and not among `known`."""

    tickets: Tickets
    now: np.datetime64
    messages: Messages = field(default_factory=Messages)
    promises: Promises = field(default_factory=Promises)
    work: Work = field(default_factory=Work)
    advice: Advice = field(default_factory=Advice)
    beside: Tickets | None = None  # of others, that the technicians asked about noted time on; they count nowhere else
    calendar: Calendar | None = None  # whose working time is business time
    limits: Mapping[int, int] = field(default_factory=dict)  # technician's code → unresolved tickets at a time
    known: frozenset[str] = frozenset(TABLES)

    def column(self, dimension: str) -> Names:
        """Return what tickets are by a dimension, those beside after the others."""
        own: Names = getattr(self.tickets, dimension)
        if self.beside is None:
            return own
        others: Names = getattr(self.beside, dimension)
        return Names(np.concatenate([own.codes, others.codes]), {**others.names, **own.names})

    def only(self, keep: Flags) -> "Facts":
        """Return the facts of the tickets that are marked, with what belongs to these."""
        rows = np.flatnonzero(keep)
        new = np.full(len(self.tickets) + len(self.beside or ()), NOBODY, np.intp)
        new[rows] = np.arange(len(rows))
        inner: dict[str, Any] = {}
        for name in TABLES:
            table: Any = getattr(self, name)
            places = np.where(table.ticket >= 0, new[table.ticket], NOBODY)
            kept = np.flatnonzero(places >= 0)
            inner[name] = replace(table.take(kept), ticket=places[kept])
        return replace(self, tickets=self.tickets.take(rows), **inner)
