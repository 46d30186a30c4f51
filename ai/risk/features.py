"""What the model sees of a ticket at a moment, in one order for training and prediction. Plain Python; hours since 1970 in UTC."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from zoneinfo import ZoneInfo

from ai.risk.course import Course
from ai.risk.desk import MEASURES, Desk

LEVELS = ("priority", "urgency", "impact")
OWN = (
    *(
        "age",
        "quiet",
        "in_state",
        "touches",
        "people",
        "handed_on",
        "team_changes",
        "rests",
        "rested",
        "resting",
        "reopened",
    ),
    *("has_assignee", "has_team", *LEVELS),
)
WHEN = ("opened_hour", "opened_day", "hour", "day")
PROMISE = ("used", "left", "target")  # of the promise: share used, hours left if time runs on, target in hours
Moment = Mapping[str, float]


@dataclass(frozen=True)
class Schema:
    """Which desk it is about: the keys whose history counts, those by which work is counted, other numbers, and its time zone."""

    keys: tuple[str, ...]
    loads: tuple[str, ...]  # the first is the team
    extras: tuple[str, ...] = ()
    assignee: str = "assignee"
    zone: str = "UTC"

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The features, in order."""
        history = [*MEASURES, *(f"{measure} {key}" for key in self.keys for measure in (*MEASURES, "seen"))]
        load = ["open", *(f"open {key}" for key in self.loads)]
        week = [f"{what}{of}" for what in ("came", "went") for of in ("", f" {self.loads[0]}")]
        return (*OWN, *WHEN, *self.extras, *PROMISE, *history, *load, *week)

    @cached_property
    def clock(self) -> ZoneInfo:
        return ZoneInfo(self.zone)

    def desk(self) -> Desk:
        """Return a desk that remembers nothing yet."""
        return Desk(self.keys, self.loads)


def features(schema: Schema, course: Course, desk: Desk, now: float, promise: Moment) -> Sequence[float]:
    """Return the row of `schema.names` at `now`; what is not known is NaN."""
    values = course.values
    own = [
        now - course.opened,
        now - course.last,
        now - course.entered,
        float(course.touches),
        float(len(course.people)),
        float(course.changes.get(schema.assignee, 0)),
        float(course.changes.get(schema.loads[0], 0)),
        float(course.rests),
        course.rested_until(now),
        float(course.is_resting),
        float(course.reopened),
        float(bool(values.get(schema.assignee))),
        float(bool(values.get(schema.loads[0]))),
    ]
    own += [float(values.get(level) or math.nan) for level in LEVELS]
    when = (*_when(schema, course.opened), *_when(schema, now))
    extras = [float(values.get(name, math.nan)) for name in schema.extras]
    promised = [promise.get(name, math.nan) for name in PROMISE]
    return (*own, *when, *extras, *promised, *desk.history(now, values), *desk.load(now, values))


def _when(schema: Schema, at: float) -> tuple[float, float]:
    """Return the hour of the day and the day of the week, Monday 0, as the desk's clocks show them."""
    local = datetime.fromtimestamp(at * 3600, UTC).astimezone(schema.clock)
    return local.hour + local.minute / 60, float(local.weekday())
