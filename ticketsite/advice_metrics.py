"""What Prometheus may ask about the advice: gauges over the last 30 days, reckoned anew every five minutes."""

from collections.abc import Iterable, Iterator, Mapping
from typing import cast

from django.core.cache import cache
from django.utils import timezone
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from ai.quality.report import USUAL, qualities, window_of
from ai.quality.tally import Advisor, Quality

KEPT = 300  # seconds
SUFFIX = f", in the last {USUAL} days"
OF_ADVICE = ("advisor", "subject", "version")
OF_AGENTS = ("agent", "version")
QUANTILES = {"p50": "0.5", "p95": "0.95"}


class Advice(Collector):
    """How good the advice is."""

    def collect(self) -> Iterator[Metric]:
        found = qualities_kept()
        versions = [
            one for one in found if one.key.version or one.key.advisor in (Advisor.RESOLUTION, Advisor.DISPATCH)
        ]
        agents = [one for one in versions if one.key.advisor == Advisor.AGENT]
        local = [one for one in versions if one.key.advisor != Advisor.AGENT]
        yield outcomes("ticketsite_advice", "Advice by what became of it", OF_ADVICE, local)
        yield calibration(local)
        yield drifts(found)
        yield outcomes("ticketsite_agent_runs", "Runs of language models by how they ended", OF_AGENTS, agents)
        yield costs(agents)
        yield seconds(agents)


def qualities_kept() -> list[Quality]:
    """Return the figures of all advisors, at most five minutes old."""
    now = timezone.now()
    found = cache.get_or_set("advice-metrics", lambda: qualities(window_of(USUAL, now)), KEPT)
    return cast(list[Quality], found)


def outcomes(name: str, words: str, labels: tuple[str, ...], rows: Iterable[Quality]) -> Metric:
    family = GaugeMetricFamily(name, words + SUFFIX, labels=[*labels, "outcome"])
    for one in rows:
        for outcome, count in sorted(one.outcomes.items()):
            family.add_metric([*_values(one, labels), str(outcome)], count)
    return family


def calibration(rows: Iterable[Quality]) -> Metric:
    words = "Mean distance between confidence and how often it was right" + SUFFIX
    family = GaugeMetricFamily("ticketsite_advice_calibration_error", words, labels=OF_ADVICE)
    for one in rows:
        if one.calibration_error is not None:
            family.add_metric(_values(one, OF_ADVICE), one.calibration_error)
    return family


def drifts(rows: Iterable[Quality]) -> Metric:
    words = "Population stability index: up to 0.1 steady, from 0.25 shifted."
    family = GaugeMetricFamily("ticketsite_advice_drift", words, labels=["advisor", "subject", "of"])
    for one in rows:
        for of, moved in (("labels", one.drift), ("confidence", one.sureness)):
            if moved and moved.index is not None:
                family.add_metric([one.key.advisor.value, one.key.subject, of], moved.index)
    return family


def costs(rows: Iterable[Quality]) -> Metric:
    family = GaugeMetricFamily("ticketsite_agent_cost_usd", "What runs have cost" + SUFFIX, labels=OF_AGENTS)
    for one in rows:
        family.add_metric(_values(one, OF_AGENTS), float(one.cost or 0))
    return family


def seconds(rows: Iterable[Quality]) -> Metric:
    words = "Time of runs that were answered" + SUFFIX
    family = GaugeMetricFamily("ticketsite_agent_seconds", words, labels=[*OF_AGENTS, "quantile"])
    for one in rows:
        for name, quantile in QUANTILES.items():
            if (value := getattr(one, name)) is not None:
                family.add_metric([*_values(one, OF_AGENTS), quantile], value / 1000)
    return family


def _values(one: Quality, labels: tuple[str, ...]) -> list[str]:
    known: Mapping[str, str] = {
        "advisor": one.key.advisor.value,
        "subject": one.key.subject,
        "agent": one.key.subject,
        "version": one.key.version,
    }
    return [known[label] for label in labels]
