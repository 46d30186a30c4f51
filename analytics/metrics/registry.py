"""The list of metrics. A new one is a function and a line here, and appears in API, dashboard, reports and command line."""

from collections.abc import Callable
from dataclasses import dataclass

from analytics.metrics import durations, people, service, volume
from analytics.metrics.columns import Facts
from analytics.metrics.figures import Better, Figures, Unit
from analytics.metrics.periods import Period

STATED = "the ticket log"
CLOCKS = "the clocks of service levels"


@dataclass(frozen=True)
class Metric:
    """A figure with a name. `main` is the one that stands for it in a tile; `reads` are the tables it needs beside tickets.

    `meaning` says in a sentence what the main figure is, for readers who know no formula; `beside` are the figures that a chart draws
    beside it. An internal metric is about the desk's own people and not for customers.
    """

    name: str
    title: str
    unit: Unit
    main: str
    better: Better
    formula: str
    of: Callable[[Facts, Period], Figures]
    meaning: str
    reads: frozenset[str] = frozenset()
    source: str = STATED
    beside: tuple[str, ...] = ()
    is_internal: bool = False

    def __reduce__(self) -> tuple[Callable[[str], "Metric"], tuple[str]]:
        """Travel by name: an analysis that is kept between requests must not carry functions."""
        return named, (self.name,)


def named(name: str) -> Metric:
    return METRICS[name]


def _metric(
    name: str,
    title: str,
    unit: Unit,
    main: str,
    better: Better,
    formula: str,
    of: Callable[[Facts, Period], Figures],
    *reads: str,
    meaning: str,
    source: str = STATED,
    beside: tuple[str, ...] = (),
    is_internal: bool = False,
) -> Metric:
    return Metric(name, title, unit, main, better, formula, of, meaning, frozenset(reads), source, beside, is_internal)


LOWER, HIGHER, NEITHER = Better.LOWER, Better.HIGHER, Better.NEITHER
RESOLUTION = "resolved_at - created_at of tickets resolved in the period"
FIRST = "first public reply of the desk - created_at, of replies in the period"
NEXT = "reply of the desk - first unanswered message of a customer after the first response, of replies in the period"
IN_BUSINESS = "; business time"
HALF = "half of them took less than this"


def _spans(
    name: str, title: str, formula: str, pairs: durations.Pairs, meaning: str, *reads: str
) -> tuple[Metric, Metric]:
    """Return the metrics of a span of time, by the wall clock and in business time."""

    def metric(name: str, title: str, formula: str, of: Callable[[Facts, Period], Figures], clock: str) -> Metric:
        said = f"{meaning}, {clock}; {HALF}."
        return _metric(name, title, Unit.HOURS, "median", LOWER, formula, of, *reads, meaning=said, beside=("p90",))

    wall, business = durations.wall_clock(pairs), durations.business(pairs)
    return (
        metric(f"{name}_time", title, formula, wall, "nights and weekends included"),
        metric(
            f"{name}_business_time", f"{title}, business hours", formula + IN_BUSINESS, business, "in working hours"
        ),
    )


METRICS: dict[str, Metric] = {
    metric.name: metric
    for metric in (
        _metric(
            "volume",
            "Volume",
            Unit.TICKETS,
            "created",
            NEITHER,
            "tickets created, resolved, created - resolved in the period",
            volume.volume,
            meaning="Tickets that came in, and tickets that were resolved.",
            beside=("resolved",),
        ),
        _metric(
            "backlog",
            "Backlog",
            Unit.TICKETS,
            "end",
            LOWER,
            "tickets created before and not resolved at the end of the period",
            volume.backlog,
            meaning="Tickets that were still unresolved at the end of the period.",
        ),
        _metric(
            "ageing",
            "Ageing",
            Unit.DAYS,
            "median",
            LOWER,
            "end of the period - created_at of unresolved tickets",
            volume.ageing,
            meaning="How long unresolved tickets have been waiting; half of them are younger than this.",
            beside=("p90",),
        ),
        _metric(
            "status_distribution",
            "Statuses",
            Unit.TICKETS,
            "total",
            NEITHER,
            "tickets created in the period by present status",
            volume.status_distribution,
            meaning="Tickets that came in, and how they stand now.",
        ),
        *_spans(
            "resolution",
            "Resolution time",
            RESOLUTION,
            durations.resolution,
            "From the opening of a ticket to its resolution",
        ),
        *_spans(
            "first_response",
            "First response time",
            FIRST,
            durations.first_response,
            "From the opening of a ticket to its first answer",
        ),
        *_spans(
            "next_response",
            "Next response time",
            NEXT,
            durations.next_response,
            "Later answers: how long a message waited for its reply",
            "messages",
        ),
        _metric(
            "reopen_rate",
            "Reopened",
            Unit.PERCENT,
            "rate",
            LOWER,
            "tickets taken up again / tickets resolved in the period",
            service.reopen_rate,
            meaning="Resolved tickets that had been resolved before and were taken up again.",
        ),
        _metric(
            "first_contact_resolution",
            "Resolved at first contact",
            Unit.PERCENT,
            "rate",
            HIGHER,
            "tickets with one reply at most and never reopened / tickets resolved in the period",
            service.first_contact_resolution,
            meaning="Resolved tickets that needed one answer at most.",
        ),
        _metric(
            "sla_compliance",
            "SLA compliance",
            Unit.PERCENT,
            "rate",
            HIGHER,
            "met / (met + breached), of customer promises decided in the period",
            service.sla_compliance,
            "promises",
            source=CLOCKS,
            meaning="Promised response and resolution times that were kept, of all that were decided.",
        ),
        _metric(
            "breaches",
            "SLA breaches",
            Unit.PROMISES,
            "breaches",
            LOWER,
            "customer promises that became overdue in the period",
            service.breaches,
            "promises",
            source=CLOCKS,
            meaning="Promised response and resolution times that were missed.",
        ),
        _metric(
            "satisfaction",
            "Satisfaction",
            Unit.PERCENT,
            "rate",
            HIGHER,
            "ratings of 4 and 5 / ratings, of tickets resolved in the period",
            service.satisfaction,
            meaning="Ratings of 4 and 5 of 5, among all ratings given.",
        ),
        _metric(
            "time_spent",
            "Time spent",
            Unit.HOURS,
            "total",
            NEITHER,
            "time noted in the period",
            people.time_spent,
            "work",
            source="noted time",
            meaning="Time that was noted on tickets.",
            is_internal=True,
        ),
        _metric(
            "utilisation",
            "Utilisation",
            Unit.PERCENT,
            "rate",
            NEITHER,
            "time noted / business time of the people who noted any",
            people.utilisation,
            "work",
            source="noted time",
            meaning="Noted time as a share of the working hours of those who noted any.",
            is_internal=True,
        ),
        _metric(
            "workload",
            "Workload",
            Unit.TICKETS,
            "tickets",
            NEITHER,
            "unresolved assigned tickets at the end of the period; load = tickets / limits of these people",
            people.workload,
            meaning="Unresolved tickets that somebody is responsible for.",
            is_internal=True,
        ),
        _metric(
            "advice_acceptance",
            "Advice taken",
            Unit.PERCENT,
            "rate",
            HIGHER,
            "suggestions taken as they were / suggestions decided on in the period",
            service.advice_acceptance,
            "advice",
            source="decided suggestions",
            meaning="Suggestions that people took as they were.",
            is_internal=True,
        ),
    )
}
