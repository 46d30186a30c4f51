"""Foretelling with what was learned: probability, estimated completion and reasons. Plain Python and NumPy."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ai.risk.course import Course
from ai.risk.desk import MEASURES, Desk, Fared, Kind
from ai.risk.features import Moment, Schema, features
from ai.risk.reasons import Reason, reasons
from ai.risk.training import Fitted
from ai.risk.trees import Trees

Arrays = dict[str, NDArray[Any]]
KEPT = 20_000  # kinds whose history is kept, those seen most


@dataclass(frozen=True)
class Forecast:
    """What is foreseen for one promise: how likely it is broken, and the hours within which about half of such tickets are done."""

    chance: float
    hours: float
    reasons: list[Reason]


@dataclass(frozen=True)
class Forecaster:
    """A version of what was learned, with what the desk remembered then."""

    schema: Schema
    fitted: Fitted
    memory: dict[Kind, Fared]

    def desk(self) -> Desk:
        """Return a desk with that memory; the present load is filled in by the caller."""
        desk = self.schema.desk()
        desk.fared.update(self.memory)
        return desk

    def foretell(self, courses: Sequence[tuple[Course, Moment]], desk: Desk, now: float) -> list[Forecast]:
        """Return a forecast for each ticket and how its promise stands, at `now`."""
        if not courses:
            return []
        rows = np.array([features(self.schema, course, desk, now, promise) for course, promise in courses])
        chances, hours, added = self.fitted.chance(rows), self.fitted.hours(rows), self.fitted.breach.added(rows)
        told = zip(rows, chances, hours, added, strict=True)
        return [Forecast(float(c), float(h), reasons(self.schema, row, why)) for row, c, h, why in told]

    @cached_property
    def arrays(self) -> Arrays:
        kinds = sorted(self.memory, key=lambda kind: -max(self.memory[kind].counts))[:KEPT]
        held = [(self.memory[kind].at, *self.memory[kind].counts, *self.memory[kind].sums) for kind in kinds]
        return {
            **self.fitted.breach.arrays("breach"),
            **self.fitted.remaining.arrays("remaining"),
            "kinds": np.array(kinds, dtype=np.str_).reshape(len(kinds), 2),
            "fared": np.array(held, dtype=np.float64).reshape(len(kinds), 1 + 2 * len(MEASURES)),
        }

    @property
    def about(self) -> dict[str, Any]:
        """Return what the arrays leave out, as JSON values."""
        return {"schema": asdict(self.schema), "slope": self.fitted.slope, "shift": self.fitted.shift}

    @classmethod
    def of(cls, arrays: Arrays, about: dict[str, Any]) -> "Forecaster":
        """Reverse `arrays` and `about`."""
        held: dict[str, Any] = dict(about["schema"])
        lists = {name: tuple(value) for name, value in held.items() if isinstance(value, list)}
        schema = Schema(**(held | lists))
        breach, remaining = Trees.of_arrays(arrays, "breach"), Trees.of_arrays(arrays, "remaining")
        count = 1 + len(MEASURES)
        memory = {
            (str(key), str(value)): Fared(float(row[0]), row[1:count].tolist(), row[count:].tolist())
            for (key, value), row in zip(arrays["kinds"], arrays["fared"], strict=True)
        }
        return cls(schema, Fitted(breach, remaining, float(about["slope"]), float(about["shift"])), memory)
