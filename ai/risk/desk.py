"""What the desk knows at a moment: how tickets of a kind have fared, and how much there is to do. Plain Python, hours since 1970."""

import math
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

HALF_LIFE = 21 * 24.0  # hours after which what was seen counts half
PRIOR = 5.0  # tickets: how strongly a kind is taken to be like the whole desk
WEEK = 7 * 24.0
DAY, SLOW = 24.0, 5 * 24.0  # hours: whether a ticket is done by then tells early how tickets of its kind fare
WHOLE = ("", "")

LATE, LASTED, OVER_DAY, IS_SLOW = range(4)
MEASURES = ("late", "lasted", "over_day", "slow")
BEFORE = (0.3, 2.0, 0.5, 0.3)  # what is expected while nothing was seen
Kind = tuple[str, str]  # a key and its value, `WHOLE` for the desk


@dataclass
class Fared:
    """Counts and sums of the measures, fading with time."""

    at: float = 0.0
    counts: list[float] = field(default_factory=lambda: [0.0, 0.0, 0.0, 0.0])
    sums: list[float] = field(default_factory=lambda: [0.0, 0.0, 0.0, 0.0])

    def add(self, at: float, measure: int, value: float) -> None:
        if at > self.at:
            fade = 0.5 ** ((at - self.at) / HALF_LIFE)
            self.counts = [count * fade for count in self.counts]
            self.sums = [total * fade for total in self.sums]
            self.at = at
        self.counts[measure] += 1.0
        self.sums[measure] += value


@dataclass
class Desk:
    """The present of a desk, and what it remembers."""

    keys: tuple[str, ...]
    loads: tuple[
        str, ...
    ]  # keys by which open tickets are counted; arrivals and solutions of a week by the first of them
    fared: dict[Kind, Fared] = field(default_factory=dict)
    open: dict[Kind, int] = field(default_factory=dict)
    came: dict[Kind, Any] = field(default_factory=dict)  # times of a week, or a number where somebody else counted
    went: dict[Kind, Any] = field(default_factory=dict)

    def remember(self, at: float, values: Mapping[str, Any], measure: int, value: float) -> None:
        """Note how a ticket with these values fared, for each of its kinds and the whole desk."""
        for kind in (WHOLE, *((key, values[key]) for key in self.keys if values.get(key))):
            found = self.fared.get(kind)
            if found is None:
                found = self.fared[kind] = Fared()
            found.add(at, measure, value)

    def history(self, at: float, values: Mapping[str, Any]) -> list[float]:
        """Return the measures of the desk, then of each key the measures and how many tickets they come from."""
        desk = self._means(self.fared.get(WHOLE), at, BEFORE)
        found = desk[:-1]
        for key in self.keys:
            value = values.get(key)
            found += self._means(self.fared.get((key, value)) if value else None, at, desk)
        return found

    @staticmethod
    def _means(fared: Fared | None, at: float, otherwise: Any) -> list[float]:
        if fared is None:
            return [*otherwise[: len(MEASURES)], 0.0]
        fade = 0.5 ** ((at - fared.at) / HALF_LIFE) if at > fared.at else 1.0
        means = [
            (total * fade + before * PRIOR) / (count * fade + PRIOR)
            for total, count, before in zip(fared.sums, fared.counts, otherwise, strict=False)
        ]
        return [*means, fared.counts[OVER_DAY] * fade]

    def count(self, values: Mapping[str, Any], by: int) -> None:
        """Count a ticket in (1) or out (-1)."""
        for kind in (WHOLE, *((key, values[key]) for key in self.loads if values.get(key))):
            self.open[kind] = self.open.get(kind, 0) + by

    def note(self, times: dict[Kind, Any], at: float, values: Mapping[str, Any]) -> None:
        """Note that a ticket came or went."""
        for kind in self._of_week(values):
            times.setdefault(kind, deque()).append(at)

    def _of_week(self, values: Mapping[str, Any]) -> tuple[Kind, Kind]:
        return WHOLE, (self.loads[0], values.get(self.loads[0]) or "")

    def load(self, at: float, values: Mapping[str, Any]) -> list[float]:
        """Return open tickets of the desk and of each load key, then what came and went in a week, of the desk and the first of them."""
        found = [float(self.open.get(WHOLE, 0))]
        found += (float(self.open.get((key, values[key]), 0)) if values.get(key) else math.nan for key in self.loads)
        found += (_of_week(times.get(kind), at) for times in (self.came, self.went) for kind in self._of_week(values))
        return found

    def __post_init__(self) -> None:
        self.fared.setdefault(WHOLE, Fared())


def _of_week(times: Any, at: float) -> float:
    if times is None or isinstance(times, int):
        return float(times or 0)
    while times and times[0] < at - WEEK:
        times.popleft()
    return float(len(times))
