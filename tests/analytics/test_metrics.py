"""Metrics against pandas on the same rows, at the edges of periods, and of nothing."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.metrics import durations
from analytics.metrics.asking import answer, answer_by, change, trends
from analytics.metrics.columns import Facts, Messages, Names, Promises, Tickets, Work
from analytics.metrics.figures import quantiles
from analytics.metrics.periods import Period, Step, buckets, fitting_step
from analytics.metrics.registry import METRICS
from sla.calendars import Calendar
from sla.rules import Rules

START = datetime(2026, 3, 2, tzinfo=UTC)  # a Monday
WEEK = Period(START, START + timedelta(days=7))
NOT = np.datetime64("NaT", "us")
OFFICE = Calendar.compile(
    Rules.from_json({"zone": "UTC", "windows": {d: ["09:00-17:00"] for d in ("monday", "tuesday")}})
)


def at(hours: float | None) -> np.datetime64:
    """Hours after the begin of the week."""
    return NOT if hours is None else np.datetime64("2026-03-02", "us") + np.timedelta64(round(hours * 3600), "s")


def times(hours: list[float | None]) -> np.ndarray:
    return np.array([at(h) for h in hours], "datetime64[us]")


def facts(
    created: list[float],
    resolved: list[float | None],
    *,
    responded: list[float | None] | None = None,
    priority: list[int] | None = None,
    technician: list[int] | None = None,
    rating: list[int] | None = None,
    reopened: list[int] | None = None,
    replies: list[int] | None = None,
    now: float = 1000,
    **tables: object,
) -> Facts:
    count = len(created)
    same = Names(np.full(count, -1))
    status = Names(np.array([0 if end is None else 1 for end in resolved], np.int64), {0: "open", 1: "resolved"})
    tickets = Tickets(
        ids=np.arange(count),
        created_at=times(list(created)),
        first_responded_at=times(responded or [None] * count),
        resolved_at=times(resolved),
        status=status,
        priority=Names(np.array(priority or [0] * count, np.int64), {0: "low", 1: "high"}),
        category=same,
        team=same,
        technician=Names(np.array(technician or [-1] * count, np.int64), {7: "Tess", 8: "Milo"}),
        organization=same,
        channel=same,
        rating=np.array(rating or [0] * count, np.int64),
        reopen_count=np.array(reopened or [0] * count, np.int64),
        reply_count=np.array(replies or [0] * count, np.int64),
    )
    return Facts(tickets, at(now), **tables)  # type: ignore[arg-type]


def test_resolution_time_counts_what_was_resolved_in_the_period() -> None:
    found = facts([-5, 0, 1, 2], [3, 2, 200, None])
    assert answer(METRICS["resolution_time"], found, WEEK) == {
        "count": 2,
        "mean": 5.0,
        "median": 5.0,
        "p90": 7.4,
        "p95": 7.7,
        "p99": 7.94,
    }


def test_business_time_leaves_out_the_night() -> None:
    found = facts([16], [24 + 10], calendar=OFFICE)
    assert answer(METRICS["resolution_business_time"], found, WEEK)["mean"] == 2
    assert answer(METRICS["resolution_time"], found, WEEK)["mean"] == 18


def test_without_a_calendar_there_is_no_business_time() -> None:
    assert answer(METRICS["resolution_business_time"], facts([0], [1]), WEEK)["mean"] is None


@given(st.lists(st.floats(0, 1e4, allow_nan=False), min_size=1, max_size=60))
def test_percentiles_agree_with_the_definition(hours: list[float]) -> None:
    found = durations.summary(np.array(hours))
    ranked = sorted(hours)
    for name, share in (("median", 0.5), ("p90", 0.9), ("p95", 0.95), ("p99", 0.99)):
        place = share * (len(ranked) - 1)
        below = int(place)
        above = min(below + 1, len(ranked) - 1)
        value = found[name]
        assert value == pytest.approx(ranked[below] + (ranked[above] - ranked[below]) * (place - below), abs=1e-6)


def test_next_response_waits_from_the_first_unanswered_message() -> None:
    said = [(0, 2, True), (0, 5, False), (0, 6, False), (0, 9, True), (0, 10, True), (1, 1, False), (1, 4, True)]
    messages = Messages(
        np.array([ticket for ticket, _, _ in said]),
        times([hour for _, hour, _ in said]),
        np.array([desk for _, _, desk in said]),
    )
    found = facts([0, 0], [None, None], responded=[2, 4], messages=messages)
    assert answer(METRICS["next_response_time"], found, WEEK) | {"count": 1, "mean": 4.0} == answer(
        METRICS["next_response_time"], found, WEEK
    )


def test_backlog_at_the_end_follows_from_what_came_and_went() -> None:
    found = facts([-10, -10, 1, 2, 300], [5, None, 3, 400, None], technician=[7, -1, 7, 8, 8])
    backlog = answer(METRICS["backlog"], found, WEEK)
    assert backlog == {"end": 2, "start": 2, "change": 0, "unassigned": 1}
    volume = answer(METRICS["volume"], found, WEEK)
    assert volume == {"created": 2, "resolved": 2, "net": 0}


def test_ageing_puts_each_ticket_in_one_band() -> None:
    found = facts([160, 100, 0, -300, -2000], [None] * 5, now=168)
    ageing = answer(METRICS["ageing"], found, WEEK)
    bands = ["under_1_day", "1_to_3_days", "3_to_7_days", "7_to_30_days", "over_30_days"]
    assert [ageing[band] for band in bands] == [1, 1, 0, 2, 1]
    assert ageing["oldest"] == 90.3


ROWS = st.tuples(st.floats(-900, 170), st.none() | st.floats(-50, 300), st.sampled_from([-1, 7, 8, 90_000]))


@given(st.lists(ROWS, max_size=40), st.floats(-20, 400))
def test_what_stands_open_each_day_is_what_pandas_counts(rows: list[tuple[float, float | None, int]], now: float):
    created, ends, people = ([row[place] for row in rows] for place in range(3))
    found = facts(created, ends, technician=people, now=now)
    table = pd.DataFrame({"created": times(created), "resolved": times(ends), "who": np.array(people, int)})
    asked = [METRICS[name] for name in ("backlog", "ageing", "workload")]
    lines = trends(asked, found, WEEK, Step.DAY, ZoneInfo("UTC"))
    for place, (_, part) in enumerate(buckets(WEEK, Step.DAY, ZoneInfo("UTC"))):
        end = min(part.last, found.now)
        left = table[(table.created < end) & ~(table.resolved <= end)]
        days = ((end - left.created) / pd.Timedelta(days=1)).astype(float)
        owned = left[left.who >= 0].who.value_counts()
        backlog, ageing, workload = (lines[name][place].figures for name in ("backlog", "ageing", "workload"))
        assert (backlog["end"], backlog["unassigned"]) == (len(left), (left.who < 0).sum())
        assert (workload["tickets"], workload["people"]) == (owned.sum(), len(owned))
        assert workload["most"] == (owned.max() if len(owned) else 0)
        assert (ageing["count"], ageing["over_30_days"], ageing["under_1_day"]) == (
            len(days),
            (days >= 30).sum(),
            (days < 1).sum(),
        )
        if len(days):
            wanted = (days.mean(), days.median(), days.quantile(0.9), days.max())
            assert [ageing[name] for name in ("mean", "median", "p90", "oldest")] == pytest.approx(wanted, abs=0.051)


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=50), st.lists(st.floats(0, 1), min_size=1, max_size=5))
def test_quantiles_of_rising_values_are_those_of_numpy(values: list[float], shares: list[float]):
    rising = np.sort(np.array(values))
    assert quantiles(rising, shares) == np.quantile(rising, shares).tolist()


def test_rates_of_what_was_resolved() -> None:
    found = facts([0] * 4, [1] * 4, rating=[5, 3, 0, 4], reopened=[0, 1, 0, -1], replies=[1, 1, 2, -1])
    assert answer(METRICS["reopen_rate"], found, WEEK) == {"rate": 33.3, "reopened": 1, "resolved": 3}
    assert answer(METRICS["first_contact_resolution"], found, WEEK)["rate"] == 33.3
    assert answer(METRICS["satisfaction"], found, WEEK) == {"rate": 66.7, "mean": 4.0, "ratings": 3, "answered": 75.0}


def test_promises_kept_and_broken() -> None:
    kinds = Names(np.array([0, 0, 1, 1]), {0: "first_response", 1: "resolution"})
    promises = Promises(
        ticket=np.array([0, 1, 0, 1]),
        metric=kinds,
        decided_at=times([1, 1, 2, 500]),
        met=np.array([True, False, False, True]),
        breached=np.array([False, False, True, False]),
        waived=np.array([False, True, False, False]),
    )
    found = facts([0, 0], [None, None], promises=promises)
    assert answer(METRICS["sla_compliance"], found, WEEK) == {
        "rate": 50.0,
        "met": 1,
        "breached": 1,
        "waived": 1,
        "first_response": 100.0,
        "resolution": 0.0,
    }
    assert answer(METRICS["breaches"], found, WEEK) == {
        "breaches": 1,
        "tickets": 1,
        "first_response": 0,
        "resolution": 1,
    }


def test_work_belongs_to_who_did_it() -> None:
    work = Work(np.array([0, 0]), Names(np.array([7, 8]), {7: "Tess", 8: "Milo"}), times([12, 12]), np.array([60, 480]))
    found = facts([0], [None], technician=[7], work=work, calendar=OFFICE, now=24)
    groups = answer_by([METRICS["time_spent"], METRICS["utilisation"]], found, WEEK, "technician")
    assert [(g.name, g.figures["total"]) for g in groups["time_spent"]] == [("Tess", 1.0), ("Milo", 8.0)]
    assert [g.figures["rate"] for g in groups["utilisation"]] == [12.5, 100.0]


def test_workload_compares_with_limits() -> None:
    found = facts([0, 0, 0], [None, None, 5], technician=[7, 7, 8], limits={7: 4, 8: 10})
    assert answer(METRICS["workload"], found, WEEK) == {"tickets": 2, "people": 1, "load": 50.0, "most": 2}


@given(st.lists(st.tuples(st.floats(0, 160), st.none() | st.floats(0, 300), st.integers(-1, 1)), max_size=30))
def test_groups_add_up_to_the_whole(rows: list[tuple[float, float | None, int]]) -> None:
    created = [start for start, _, _ in rows]
    resolved = [None if length is None else start + length for start, length, _ in rows]
    found = facts(created, resolved, priority=[code for _, _, code in rows])
    groups = answer_by([METRICS["volume"], METRICS["backlog"]], found, WEEK, "priority")
    for name, figure in (("volume", "created"), ("volume", "resolved"), ("backlog", "end")):
        assert sum(g.figures[figure] or 0 for g in groups[name]) == answer(METRICS[name], found, WEEK)[figure]
    points = trends([METRICS["volume"]], found, WEEK, Step.DAY, ZoneInfo("Europe/Berlin"))["volume"]
    assert sum(p.figures["created"] or 0 for p in points) == answer(METRICS["volume"], found, WEEK)["created"]


@pytest.mark.parametrize("name", METRICS)
def test_an_empty_set_gives_an_empty_answer(name: str) -> None:
    figures = answer(METRICS[name], facts([], []), WEEK)
    assert METRICS[name].main in figures
    assert not any(figures.values())


@pytest.mark.parametrize("name", METRICS)
def test_a_metric_explains_itself(name: str) -> None:
    metric = METRICS[name]
    assert metric.formula
    assert metric.title
    assert metric.source


def test_days_follow_the_clocks_of_the_zone() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    period = Period.of_days(date(2026, 3, 28), date(2026, 3, 30), berlin)
    found = list(buckets(period, Step.DAY, berlin))
    assert [part.length for _, part in found] == [timedelta(hours=24), timedelta(hours=23), timedelta(hours=24)]
    assert [day for day, _ in buckets(period, Step.WEEK, berlin)] == [date(2026, 3, 23), date(2026, 3, 30)]


def test_too_many_buckets_are_refused() -> None:
    decade = Period(START, START + timedelta(days=3660))
    with pytest.raises(ValueError, match="Choose a longer step"):
        list(buckets(decade, Step.DAY, ZoneInfo("UTC")))
    assert fitting_step(decade) == Step.MONTH


def test_change_needs_something_to_compare() -> None:
    assert change(15, 10) == 50.0
    assert change(5, 0) is None
    assert change(None, 3) is None


@pytest.mark.parametrize("name", METRICS)
def test_a_metric_says_what_it_means_and_answers_with_what_it_is_drawn_by(name: str) -> None:
    metric = METRICS[name]
    assert metric.meaning.endswith(".")
    assert {metric.main, *metric.beside} <= answer(metric, facts([0], [1]), WEEK).keys()


def test_the_page_on_figures_names_every_metric_as_it_is():
    page = (Path(__file__).parents[2] / "docs" / "analytics.md").read_text()
    for metric in METRICS.values():
        assert f"| `{metric.name}` | {metric.title} | {metric.unit} | {metric.formula} | {metric.source} |" in page


def test_what_a_source_does_not_know_is_no_zero():
    unknown = facts([1], [2], known=frozenset())
    assert set(answer(METRICS["breaches"], unknown, WEEK).values()) == {None}
    assert answer(METRICS["volume"], unknown, WEEK)["created"] == 1
