"""How a promise stands, in the words of pages: due in 2 h 10 min, paused, breached 12 min ago, met 3 h early."""

from dataclasses import dataclass
from datetime import datetime

from sla.choices import ClockState, Metric, PolicyKind
from sla.models import Clock
from tickets.choices import Status
from tickets.pages.words import fine_span

WAITS = {Status.PENDING: "waiting for the requester", Status.ON_HOLD: "on hold"}
AT_RISK = "Infinity"  # seconds: it is at risk already


@dataclass(frozen=True)
class Standing:
    """`state` gives the colour and the shape; `at` and `soon` (seconds before it) let a script count on."""

    state: str
    words: str
    at: datetime | None = None
    soon: str = ""


def standing(clock: Clock, status: str, now: datetime) -> Standing:
    """Return how a clock of a ticket in this status stands."""
    match ClockState(clock.state):
        case ClockState.MET:
            return Standing("met", _ended("met", clock, "early"), clock.stopped_at)
        case ClockState.MISSED:
            return Standing("missed", _ended("breached, done", clock, "late"), clock.stopped_at)
        case ClockState.CANCELLED:
            return Standing("cancelled", "nothing promised")
    if clock.due_at is None:
        return Standing("paused", f"paused: {WAITS.get(Status(status), Status(status).label.lower())}")
    left = (clock.due_at - now).total_seconds()
    soon = soon_at(clock)
    if left < 0:
        return Standing("late", f"breached {fine_span(-left)} ago", clock.due_at, soon)
    return Standing("soon" if left < float(soon) else "ahead", f"due in {fine_span(left)}", clock.due_at, soon)


def soon_at(clock: Clock) -> str:
    """Return how many seconds before its end an open clock is at risk: from its first warning on."""
    if clock.announced:
        return AT_RISK
    if clock.next_at is None or clock.due_at is None:
        return "0"
    return str(max(0, round((clock.due_at - clock.next_at).total_seconds())))


def _ended(word: str, clock: Clock, than_due: str) -> str:
    if clock.stopped_at is None or clock.due_at is None:
        return word
    return f"{word} {fine_span(abs((clock.due_at - clock.stopped_at).total_seconds()))} {than_due}"


def label_of(kind: str, metric: str, team: str = "") -> str:
    """Return what is promised: "First response", or for what a team promises "Network: first response"."""
    words = Metric(metric).label
    return f"{team or 'Team'}: {words.lower()}" if kind == PolicyKind.INTERNAL else words
