"""A desk's past, gone through once more in the order of time: what was known at each moment, and what became of it.

Nothing here looks ahead: a row is made from the steps before its moment, and from outcomes that were known by then. Plain Python and
NumPy; hours since 1970 in UTC.
"""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ai.risk.course import Course, Step
from ai.risk.desk import DAY, IS_SLOW, LASTED, LATE, OVER_DAY, SLOW, Desk
from ai.risk.features import Moment, Schema, features

Floats = NDArray[np.float64]
AGES = (0.0, 6.0, 24.0, 48.0, 72.0, 120.0)  # hours after which a ticket is looked at
SETTLES = 168.0  # hours: by then its own log nearly tells a ticket's fate
STEP, MARK, SETTLED, LOOK, OUTCOME = range(
    5
)  # at one moment in this order: an outcome helps only those looked at later


@dataclass(frozen=True)
class Past:
    """A ticket's steps in order, and what became of its promise: known from `known_at` on, None while nobody knows."""

    opened: float
    steps: Sequence[Step]
    is_late: bool | None = None
    known_at: float = math.inf
    promise: Callable[[float], Moment | None] | None = None  # how the promise stands; None where it is over


@dataclass(frozen=True)
class Table:
    """What a replay saw. Rows are moments, the arrays that begin with `of_` have one entry a ticket."""

    schema: Schema
    rows: Floats  # moments × features
    tickets: NDArray[np.int64]  # of each row
    ages: Floats
    at: Floats
    is_open: NDArray[np.bool_]
    of_opened: Floats
    of_late: Floats  # 1, 0, or NaN while nobody knows
    of_known_at: Floats
    of_done_at: Floats  # NaN where it is not done
    of_settled: (
        Floats  # tickets × `SIGNS`: what the log said when the ticket was `SETTLES` old; NaN where it is younger
    )
    desk: Desk  # as it was in the end


SIGNS = ("lasted", "done", "priority", "rested")


def replay(schema: Schema, pasts: Sequence[Past], *, until: float, ages: Sequence[float] = AGES) -> Table:
    """Go through the past of some tickets up to `until`, looking at each when it has one of the `ages`."""
    run = _Run(schema, pasts)
    for at, order, number, what in sorted(_agenda(pasts, until, ages), key=lambda item: item[:3]):
        run.do(at, order, number, what)
    return run.table()


def _agenda(pasts: Sequence[Past], until: float, ages: Sequence[float]) -> Iterable[tuple[float, int, int, Any]]:
    for number, past in enumerate(pasts):
        first = past.steps[0].at if past.steps else math.inf
        for step in past.steps:
            if step.at <= until:
                yield step.at, STEP, number, step
        for age in ages:
            at = max(past.opened + age, first)
            if at <= until:
                yield at, LOOK, number, age
        for age, order in ((DAY, MARK), (SLOW, MARK), (SETTLES, SETTLED)):
            if max(past.opened + age, first) <= until:
                yield max(past.opened + age, first), order, number, age
        if past.is_late is not None and past.known_at <= until:
            yield past.known_at, OUTCOME, number, None


class _Run:
    def __init__(self, schema: Schema, pasts: Sequence[Past]) -> None:
        self.schema, self.pasts, self.desk = schema, pasts, schema.desk()
        self.courses = [Course(past.opened) for past in pasts]
        self.rows: list[Sequence[float]] = []
        self.about: list[tuple[int, float, float, bool]] = []
        self.late = np.full(len(pasts), math.nan)
        self.settled = np.full((len(pasts), len(SIGNS)), math.nan)

    def do(self, at: float, order: int, number: int, what: Any) -> None:
        course = self.courses[number]
        if order == STEP:
            self._step(course, what)
        elif order == MARK:
            goes_on = course.done_at is None or course.done_at > course.opened + what
            self.desk.remember(at, course.values, OVER_DAY if what == DAY else IS_SLOW, float(goes_on))
        elif order == SETTLED:
            self.settled[number] = signs(course, at)
        elif order == LOOK:
            self._look(number, at, what)
        else:
            late = bool(self.pasts[number].is_late)
            self.late[number] = late
            self.desk.remember(at, course.values, LATE, late)

    def _step(self, course: Course, step: Step) -> None:
        is_new, was_open, before = not course.touches and not course.last, not course.is_done, dict(course.values)
        course.take(step)
        if was_open and not is_new:
            self.desk.count(before, -1)
        if not course.is_done:
            self.desk.count(course.values, 1)
        if is_new:
            self.desk.note(self.desk.came, step.at, course.values)
        if course.is_done and (was_open or is_new):
            self.desk.note(self.desk.went, step.at, course.values)
            self.desk.remember(step.at, course.values, LASTED, math.log1p(max(0.0, step.at - course.opened)))

    def _look(self, number: int, at: float, age: float) -> None:
        course, past = self.courses[number], self.pasts[number]
        promise: Moment | None = past.promise(at) if past.promise else {}
        if promise is None or (course.is_done and age):
            return
        self.rows.append(features(self.schema, course, self.desk, at, promise))
        self.about.append((number, age, at, not course.is_done))

    def table(self) -> Table:
        numbers, ages, at, is_open = zip(*self.about, strict=True) if self.about else ((), (), (), ())
        return Table(
            schema=self.schema,
            rows=np.array(self.rows, dtype=np.float64).reshape(len(self.rows), len(self.schema.names)),
            tickets=np.array(numbers, dtype=np.int64),
            ages=np.array(ages, dtype=np.float64),
            at=np.array(at, dtype=np.float64),
            is_open=np.array(is_open, dtype=np.bool_),
            of_opened=np.array([past.opened for past in self.pasts]),
            of_late=self.late,
            of_known_at=np.array([past.known_at for past in self.pasts]),
            of_done_at=np.array([_or_nan(course.done_at) for course in self.courses]),
            of_settled=self.settled,
            desk=self.desk,
        )


def signs(course: Course, at: float) -> Mapping[int, float] | Any:
    """Return `SIGNS` of a ticket: how long it took so far, whether that was all, how urgent it is, how long it rested."""
    ended = course.done_at if course.done_at is not None else at
    return (
        max(0.0, ended - course.opened),
        float(course.is_done),
        float(course.values.get("priority") or math.nan),
        course.rested_until(at),
    )


def _or_nan(value: float | None) -> float:
    return math.nan if value is None else value
