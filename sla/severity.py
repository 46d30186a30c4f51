"""How grave a breach is, in a word and in a sentence. Plain Python."""

from datetime import timedelta

from sla.choices import Metric, PolicyKind
from sla.promises import in_words
from tickets.choices import LEVEL_RANK, Level, Tier

LEVELS = list(LEVEL_RANK)
GRAVE = (Level.HIGH, Level.CRITICAL)
WAITED_FOR = {
    Metric.FIRST_RESPONSE: "a first response",
    Metric.NEXT_RESPONSE: "an answer",
    Metric.RESOLUTION: "a resolution",
}


def severity_of(kind: str, priority: str, tier: str) -> Level:
    """Return the ticket's priority, one level higher for a gold customer, one lower where only a team had promised."""
    shift = -1 if kind == PolicyKind.INTERNAL else tier == Tier.GOLD
    return LEVELS[min(max(LEVELS.index(Level(priority)) + shift, 0), len(LEVELS) - 1)]


def needs_escalation(severity: str) -> bool:
    return severity in GRAVE


def customer_impact(kind: str, metric: str, target: timedelta, *, organization: str, tier: str, impact: str) -> str:
    """Say what the customer feels of it."""
    who = f"{organization} ({Tier(tier).label})" if organization else "The customer"
    waited = f"longer than {in_words(target)} for {WAITED_FOR[Metric(metric)]}"
    if kind == PolicyKind.INTERNAL:
        return f"None yet: the team took {waited}, which was promised inside the desk."
    return f"{who} waits {waited}. Impact of the ticket: {Level(impact).label.lower()}."
