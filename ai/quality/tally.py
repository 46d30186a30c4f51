"""What one advisor said and what became of it: counted while rows are read, then told as figures. Plain Python."""

from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from ai.quality.calibration import Bin, auc, bins_of, bins_of_fates, brier, calibration_error
from ai.quality.drift import Drift
from ai.quality.shares import Share, acceptance, accuracy, percentile


class Advisor(StrEnum):
    """Who advises."""

    TRIAGE = "triage"
    RISK = "risk"
    RESOLUTION = "resolution"
    DISPATCH = "dispatch"
    AGENT = "agent"


class Fate(StrEnum):
    """What became of advice, in terms that all advisors share."""

    OPEN = "open"
    APPLIED = "applied"
    ACCEPTED = "accepted"
    CORRECTED = "corrected"
    DISMISSED = "dismissed"


@dataclass(frozen=True)
class Key:
    """Of whom the figures are: `subject` is a field, a moment or an agent; `version` is empty for all of them together."""

    advisor: Advisor
    subject: str
    version: str = ""


@dataclass
class Tally:
    """Counts. `fates` are those of probabilities: percent → (did not come, came)."""

    advised: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    cases: list[tuple[int, int, float, int]] = field(default_factory=list)
    fates: dict[int, tuple[int, int]] = field(default_factory=dict)
    milliseconds: Counter[int] = field(default_factory=Counter)
    answered: int = 0
    ended: int = 0
    cost: Decimal | None = None

    def count(self, outcome: str, count: int) -> None:
        self.advised += count
        self.outcomes[outcome] += count

    def weigh(self, band: int, sure: float, outcome: str, count: int) -> None:
        """Count `count` cases of a bin, whose confidences sum up to `sure`, where it is known who was right."""
        if outcome in (Fate.ACCEPTED, Fate.CORRECTED):
            self.cases.append((band, count, sure, count if outcome == Fate.ACCEPTED else 0))

    def settle(self, percent: int, kept: int, came: int) -> None:
        had = self.fates.get(percent, (0, 0))
        self.fates[percent] = had[0] + kept, had[1] + came


@dataclass(frozen=True)
class Quality:
    """The figures of one advisor, of one of its versions or of all. Latency in milliseconds, cost in USD."""

    key: Key
    label: str
    advised: int
    outcomes: dict[str, int]
    accuracy: Share
    acceptance: Share
    answered: Share
    bins: tuple[Bin, ...]
    calibration_error: float | None
    brier: float | None
    auc: float | None
    p50: int | None
    p95: int | None
    cost: Decimal | None
    is_in_use: bool = False
    drift: Drift | None = None  # of what is decided on
    sureness: Drift | None = None  # of how sure the advice is

    @property
    def title(self) -> str:
        """Return what it is called where other advisors stand beside it."""
        return f"Breach risk: {self.label.lower()}" if self.key.advisor == Advisor.RISK else self.label


def quality_of(
    key: Key,
    tally: Tally,
    label: str,
    *,
    is_in_use: bool = False,
    drift: Drift | None = None,
    sureness: Drift | None = None,
) -> Quality:
    """Return the figures of what was counted."""
    accepted, corrected, dismissed = (tally.outcomes[f] for f in (Fate.ACCEPTED, Fate.CORRECTED, Fate.DISMISSED))
    bins = bins_of_fates(tally.fates) if tally.fates else bins_of(tally.cases)
    return Quality(
        key=key,
        label=label,
        advised=tally.advised,
        outcomes=dict(tally.outcomes),
        accuracy=accuracy(accepted, corrected),
        acceptance=acceptance(accepted, corrected, dismissed),
        answered=Share(tally.answered, tally.ended),
        bins=tuple(bins),
        calibration_error=calibration_error(bins),
        brier=brier(tally.fates),
        auc=auc(tally.fates),
        p50=percentile(tally.milliseconds, 0.5),
        p95=percentile(tally.milliseconds, 0.95),
        cost=tally.cost,
        is_in_use=is_in_use,
        drift=drift,
        sureness=sureness,
    )


class Tallies(dict[Key, Tally]):
    """Counts by whom they are of; what a version did counts for all of them too."""

    def of(self, advisor: Advisor, subject: str, version: str) -> tuple[Tally, Tally]:
        """Return the tally of the version, and that of all versions."""
        one, every = Key(advisor, subject, version), Key(advisor, subject)
        return self.setdefault(one, Tally()), self.setdefault(every, Tally())
