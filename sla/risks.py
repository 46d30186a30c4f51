"""The one rule of a ticket's risk. Plain Python.

What clocks know is a floor: overdue is critical, past the last warning high, past another warning medium. What is foreseen (`foreseen`
percent, by a forecast of a room further right) may raise it to medium or high, never to critical, for that is a fact, and never lowers it.
"""

from collections.abc import Iterable, Sequence

from sla.facts import FULL
from tickets.choices import LEVEL_RANK, Level

LIKELY, PROBABLE = 75, 50  # percent: from here on high, medium


def risk_after(percent: int, warnings: Sequence[int]) -> Level:
    """Return the risk of a promise of which `percent`, one of the warnings or 100, has been reached."""
    if percent >= FULL:
        return Level.CRITICAL
    if percent and percent >= max(warnings, default=0):
        return Level.HIGH
    return Level.MEDIUM if percent else Level.LOW


def risk_foreseen(percent: int | None) -> Level:
    """Return the risk that a forecast gives a promise; low without one."""
    if percent is None or percent < PROBABLE:
        return Level.LOW
    return Level.HIGH if percent >= LIKELY else Level.MEDIUM


def worst(levels: Iterable[Level]) -> Level:
    return max(levels, key=LEVEL_RANK.__getitem__, default=Level.LOW)
