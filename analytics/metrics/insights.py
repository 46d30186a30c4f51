"""What the figures say, in words: each remark with the numbers it stands on, and what to do about it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from analytics.metrics.analysis import Analysis, Measured
from analytics.metrics.asking import Group
from analytics.metrics.figures import Better
from analytics.metrics.wording import written

NOTABLE = 15.0  # percent by which a figure must differ from the period before
LEAST = 10  # tickets or promises below which chance speaks
SLOW = 1.5  # times the whole, above which a group is slow
MUCH_REOPENED = 10.0  # percent
MUCH_OLD = 25.0  # percent of the backlog that is older than 30 days
LOW_COMPLIANCE = 90.0
OVERLOADED = 100.0  # percent of the limits of people
BASES = ("count", "resolved", "decided", "ratings", "met", "created", "end", "tickets")


@dataclass(frozen=True)
class Remark:
    """One thing worth knowing about a metric; `advice` is empty where nothing needs to be done."""

    metric: str
    text: str
    advice: str = ""


def remarks(analysis: Analysis) -> list[Remark]:
    """Return what is notable; nothing of an empty period."""
    found = [remark for measured in analysis.measured.values() for remark in _changed(measured)]
    for name, rule in RULES.items():
        if name in analysis.measured:
            found += rule(analysis.measured[name])
    return found


def summary(analysis: Analysis) -> dict[str, object]:
    """Return the remarks as JSON has them."""
    found = remarks(analysis)
    return {
        "total_tickets": analysis.ticket_count,
        "key_insights": [remark.text for remark in found],
        "recommendations": [remark.advice for remark in found if remark.advice],
    }


def _changed(measured: Measured) -> Iterator[Remark]:
    """Say where a figure moved since the period before, if enough was counted in both."""
    metric, rose = measured.metric, measured.change
    if rose is None or abs(rose) < NOTABLE or _basis(measured) < LEAST:
        return
    before, now = (written(value, metric.main, metric.unit) for value in (measured.main_before, measured.main))
    worse = (rose > 0) == (metric.better == Better.LOWER)
    verdict = "" if metric.better == Better.NEITHER else ", which is worse" if worse else ", which is better"
    text = f"{metric.title} {'rose' if rose > 0 else 'fell'} by {abs(rose):g} %, from {before} to {now}{verdict}."
    yield Remark(metric.name, text)


def _basis(measured: Measured) -> float:
    """Return how much the smaller of two compared figures stands on."""
    compared = [figures for figures in (measured.figures, measured.before) if figures]
    return min(max(figures.get(name) or 0 for name in BASES) for figures in compared)


def _slow_groups(measured: Measured) -> Iterator[Remark]:
    """Name the slowest group of each dimension, where it is far above the whole."""
    metric, whole = measured.metric, measured.figures["median"]
    for dimension, groups in measured.groups.items():
        slow = [g for g in groups if (g.figures["count"] or 0) >= LEAST and whole and _median(g) >= SLOW * whole]
        if slow:
            worst = max(slow, key=_median)
            name = f"{dimension} {worst.name or 'none'}"
            medians = (written(value, "median", metric.unit) for value in (_median(worst), whole))
            text = "{} of {}: the median is {}, over all {}.".format(metric.title, name, *medians)
            yield Remark(metric.name, text, f"Look at what holds up {name}.")


def _median(group: Group) -> float:
    return group.figures["median"] or 0


def _growing(measured: Measured) -> Iterator[Remark]:
    created, resolved = _counts(measured, "created", "resolved")
    if created >= LEAST and created > resolved * (1 + NOTABLE / 100):
        yield Remark(
            "volume",
            f"{created:,} tickets came in and {resolved:,} were resolved.",
            "More comes in than is resolved: plan more hands, or find what causes the most tickets.",
        )


def _old(measured: Measured) -> Iterator[Remark]:
    old, count = _counts(measured, "over_30_days", "count")
    if count >= LEAST and 100 * old >= MUCH_OLD * count:
        text = f"{old:,} of {count:,} unresolved tickets are older than 30 days."
        yield Remark("ageing", text, "Go through the oldest tickets: resolve, close or plan each.")


def _broken(measured: Measured) -> Iterator[Remark]:
    met, breached = _counts(measured, "met", "breached")
    rate = measured.figures["rate"]
    if rate is not None and met + breached >= LEAST and rate < LOW_COMPLIANCE:
        yield Remark(
            "sla_compliance",
            f"{met:,} of {met + breached:,} promises were kept ({rate:g} %), {breached:,} were broken.",
            "Look at the breaches first: what was assigned too late, and which targets nobody can meet.",
        )


def _reopened(measured: Measured) -> Iterator[Remark]:
    again, resolved = _counts(measured, "reopened", "resolved")
    rate = measured.figures["rate"]
    if rate is not None and resolved >= LEAST and rate > MUCH_REOPENED:
        text = f"{again:,} of {resolved:,} resolved tickets had been taken up again ({rate:g} %)."
        yield Remark("reopen_rate", text, "Ask whether it works before resolving; look at what is reopened most.")


def _overloaded(measured: Measured) -> Iterator[Remark]:
    tickets, people = _counts(measured, "tickets", "people")
    load = measured.figures["load"]
    if load is not None and load > OVERLOADED:
        text = f"{tickets:,} unresolved tickets lie with {people:,} people, {load:g} % of what they should have."
        yield Remark("workload", text, "Spread the load, or plan more hands.")


def _counts(measured: Measured, *names: str) -> tuple[int, ...]:
    return tuple(int(measured.figures[name] or 0) for name in names)


RULES: dict[str, Callable[[Measured], Iterator[Remark]]] = {
    "volume": _growing,
    "ageing": _old,
    "resolution_time": _slow_groups,
    "first_response_time": _slow_groups,
    "sla_compliance": _broken,
    "reopen_rate": _reopened,
    "workload": _overloaded,
}
