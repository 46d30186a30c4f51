"""One analysis: everything asked about a period at once. Dashboard, API, reports and command line show this and nothing else."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from analytics.metrics.asking import Group, Point, answer, answer_by, change, trends
from analytics.metrics.columns import Facts
from analytics.metrics.figures import Figures
from analytics.metrics.periods import Period, Step, fitting_step
from analytics.metrics.registry import METRICS, Metric


@dataclass(frozen=True)
class Question:
    """What is asked. Without `step` one that makes a readable line; trends of all `metrics` unless some are named."""

    period: Period
    zone: ZoneInfo
    metrics: tuple[str, ...] = tuple(METRICS)
    dimensions: tuple[str, ...] = ()
    compared: bool = True
    against: Period | None = None  # what it is compared with; the period of the same length before it unless told
    step: Step | None = None
    trends: tuple[str, ...] | None = None

    @property
    def chosen(self) -> list[Metric]:
        return [METRICS[name] for name in self.metrics]

    @property
    def before(self) -> Period:
        return self.against or self.period.before

    @property
    def span(self) -> Period:
        """The time that facts must cover."""
        return Period(
            min(self.before.start, self.period.start) if self.compared else self.period.start, self.period.end
        )

    @property
    def tables(self) -> Collection[str]:
        """The tables that facts must hold."""
        return {table for metric in self.chosen for table in metric.reads}


@dataclass(frozen=True)
class Measured:
    """The answers of one metric: as a whole, in the period before, by dimension, and over time."""

    metric: Metric
    figures: Figures
    before: Figures | None = None
    groups: Mapping[str, list[Group]] = field(default_factory=dict)
    trend: list[Point] = field(default_factory=list)

    @property
    def main(self) -> float | int | None:
        """The figure that stands for the metric."""
        return self.figures[self.metric.main]

    @property
    def main_before(self) -> float | int | None:
        return self.before[self.metric.main] if self.before else None

    @property
    def change(self) -> float | None:
        """By how many percent the main figure rose since the period before."""
        return change(self.main, self.main_before)


@dataclass(frozen=True)
class Analysis:
    question: Question
    step: Step
    generated_at: datetime
    ticket_count: int  # created in the period
    measured: Mapping[str, Measured]


def analyse(facts: Facts, question: Question, generated_at: datetime) -> Analysis:
    """Answer a question. Raises ValueError where the step makes too many points."""
    period, step = question.period, question.step or fitting_step(question.period)
    groups = {name: answer_by(question.chosen, facts, period, name) for name in question.dimensions}
    drawn = question.metrics if question.trends is None else question.trends
    lines = trends([metric for metric in question.chosen if metric.name in drawn], facts, period, step, question.zone)
    measured = {
        metric.name: Measured(
            metric=metric,
            figures=answer(metric, facts, period),
            before=answer(metric, facts, question.before) if question.compared else None,
            groups={dimension: found[metric.name] for dimension, found in groups.items()},
            trend=lines.get(metric.name, []),
        )
        for metric in question.chosen
    }
    return Analysis(question, step, generated_at, len(period.rows(facts.tickets, "created_at")), measured)


def shape(analysis: Analysis) -> dict[str, Any]:
    """Return an analysis as JSON has it, without its summary in words."""
    return {
        "generated_at": analysis.generated_at.isoformat(),
        "date_range": _range(analysis.question),
        "ticket_count": analysis.ticket_count,
        "metrics": {name: _metric(measured) for name, measured in analysis.measured.items()},
        "trends": {
            "step": analysis.step.value,
            "points": {
                name: [{"day": point.day.isoformat(), **point.figures} for point in measured.trend]
                for name, measured in analysis.measured.items()
                if measured.trend
            },
        },
    }


def _range(question: Question) -> dict[str, str]:
    """Return the first and the last day of the period, on the clocks of its zone."""
    first = question.period.start.astimezone(question.zone).date()
    last = (question.period.end - timedelta(microseconds=1)).astimezone(question.zone).date()
    return {"start": first.isoformat(), "end": last.isoformat(), "time_zone": question.zone.key}


def _metric(measured: Measured) -> dict[str, Any]:
    metric = measured.metric
    return {
        "title": metric.title,
        "unit": metric.unit.value,
        "formula": metric.formula,
        "main": metric.main,
        "figures": measured.figures,
        "before": measured.before,
        "change_percent": measured.change,
        "groups": {
            dimension: [{"id": g.code if g.code >= 0 else None, "name": g.name, "figures": g.figures} for g in groups]
            for dimension, groups in measured.groups.items()
        },
    }
