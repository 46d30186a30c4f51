"""Words for the tests of clocks: a week in March, office hours, and facts written as `("tue 10:00", REPLY)`."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from sla.calendars import Calendar
from sla.choices import Cause, Metric, PolicyKind
from sla.clocks import Clock, Fold
from sla.facts import Fact, Start, Terms
from sla.rules import Rules

DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
MONDAY = datetime(2026, 3, 2, tzinfo=UTC)
WEEKDAYS = ["monday", "tuesday", "wednesday", "thursday", "friday"]
OFFICE = Calendar.compile(Rules.from_json({"zone": "UTC", "windows": {day: ["09:00-17:00"] for day in WEEKDAYS}}))
ALWAYS = Calendar.compile(
    Rules.from_json({"zone": "UTC", "windows": {day: ["00:00-24:00"] for day in [*WEEKDAYS, "saturday", "sunday"]}})
)
INTERNAL = PolicyKind.INTERNAL
FIRST, NEXT, SOLVED = Metric.FIRST_RESPONSE, Metric.NEXT_RESPONSE, Metric.RESOLUTION
PAUSES = {SOLVED: frozenset({"pending", "on_hold"})}


def hours(count: float) -> timedelta:
    return timedelta(hours=count)


def targets(first: float | None, next_: float | None, solved: float | None, *, high: float = 0.5) -> dict[Any, Any]:
    """Promises for medium priority; high ones get a share of that time."""
    found = {}
    for metric, count in ((FIRST, first), (NEXT, next_), (SOLVED, solved)):
        if count is not None:
            found |= {(metric, "medium"): hours(count), (metric, "high"): hours(count * high)}
    return found


STANDARD = Terms(1, 1, OFFICE, targets(4, 2, 16), PAUSES)
GOLD = Terms(2, 2, ALWAYS, targets(1, 1, 8), PAUSES)
ONLY_HIGH = Terms(3, 1, OFFICE, {(SOLVED, "high"): hours(8)}, PAUSES)
NETWORK = Terms(4, 1, OFFICE, targets(1, None, 8), PAUSES)
PARTNER = Terms(5, 1, OFFICE, targets(2, None, 16), PAUSES)


def at(text: str) -> datetime:
    """Read `tue 10:00`; `mon+ 10:00` is in the week after."""
    day, clock = text.split()
    hour, minute = clock.split(":")
    week = timedelta(weeks=day.count("+"))
    return MONDAY + week + timedelta(days=DAYS.index(day.rstrip("+")), hours=int(hour), minutes=int(minute))


def says(moment: datetime | None) -> str:
    if moment is None:
        return "-"
    days = (moment - MONDAY).days
    return f"{DAYS[days % 7]}{'+' * (days // 7)} {moment:%H:%M}"


def facts_of(lines: list[tuple[Any, ...]]) -> Iterator[Fact]:
    """Turn `("tue 10:00", STATUS, "pending")` and `("tue 10:00", TERMS, GOLD)` into facts."""
    for number, (when, cause, *rest) in enumerate(lines, start=2):
        value = rest[0] if rest else ""
        if isinstance(value, Terms):
            kind = INTERNAL if value in (NETWORK, PARTNER) else PolicyKind.CUSTOMER
            yield Fact(at(when), cause, "", None, value, kind)
        elif cause == Cause.LAPSED:
            yield Fact(at(when), cause, "", None, None, PolicyKind(value or "customer"))
        else:
            yield Fact(at(when), cause, value, number)


def fold(created: str, *lines: tuple[Any, ...], **start: str) -> Fold:
    """Fold a ticket of medium priority under the standard policy, unless told otherwise."""
    begin = {"status": "open", "priority": "medium", "team": ""} | start
    told = lines and lines[0][:2] in ((created, Cause.TERMS), (created, Cause.LAPSED))
    first = [] if told else [(created, Cause.TERMS, STANDARD)]
    return Fold(Start(at(created), **begin), facts_of([*first, *lines]))


def line(clock: Clock) -> str:
    """Say what a clock shows: `resolution: running, due wed 09:00, used 3:00`."""
    name = (
        f"{'internal ' if clock.kind == INTERNAL else ''}{clock.metric}{f' {clock.serial}' if clock.serial > 1 else ''}"
    )
    used = int(clock.used.total_seconds()) // 60
    return f"{name}: {clock.state}, due {says(clock.due_at)}, used {used // 60}:{used % 60:02}"


def lines(folded: Fold) -> list[str]:
    return [line(clock) for clock in folded.clocks]
