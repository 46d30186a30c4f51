"""Two sides of one field, since they last agreed: who changed it, and whose value stays. Plain values, no database."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from integrations.choices import Winner


class Verdict(StrEnum):
    NOTHING = "nothing"  # they did not change it
    AGREE = "agree"  # both have the same now
    TAKE = "take"  # only they changed it
    KEEP = "keep"  # both did, ours stays
    YIELD = "yield"  # both did, theirs stays
    ASK = "ask"  # both did, a person decides


def verdict(
    *,
    ours: Any,
    theirs: Any,
    we_changed: bool,
    they_changed: bool,
    winner: str,
    we_at: datetime | None,
    they_at: datetime,
) -> Verdict:
    """Say what becomes of a field. Where the newest wins and nobody knows when we changed it, theirs is the newest."""
    if not they_changed:
        return Verdict.NOTHING
    if ours == theirs:
        return Verdict.AGREE
    if not we_changed:
        return Verdict.TAKE
    match winner:
        case Winner.OURS:
            return Verdict.KEEP
        case Winner.THEIRS:
            return Verdict.YIELD
        case Winner.ASK:
            return Verdict.ASK
    return Verdict.KEEP if we_at is not None and we_at > they_at else Verdict.YIELD
