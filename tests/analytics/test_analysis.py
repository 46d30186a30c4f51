"""One analysis as everybody shows it, and what it says in words."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from analytics.metrics.analysis import Question, analyse, shape
from analytics.metrics.insights import remarks, summary
from analytics.metrics.periods import Period, Step
from analytics.metrics.registry import METRICS
from tests.analytics.test_metrics import START, WEEK, facts

UTC_ZONE = ZoneInfo("UTC")
NOW = datetime(2026, 3, 20, tzinfo=UTC)


def test_an_analysis_has_every_metric_with_groups_and_a_line():
    found = facts([-30, 1, 2, 30], [3, 5, None, 40], priority=[0, 1, 1, 1])
    body = shape(analyse(found, Question(WEEK, UTC_ZONE, dimensions=("priority",)), NOW))
    assert body["metrics"].keys() == METRICS.keys()
    assert body["date_range"] == {"start": "2026-03-02", "end": "2026-03-08", "time_zone": "UTC"}
    volume = body["metrics"]["volume"]
    assert (volume["figures"]["created"], volume["before"]["created"], volume["change_percent"]) == (3, 1, 200.0)
    assert [(g["name"], g["figures"]["created"]) for g in volume["groups"]["priority"]] == [("high", 3), ("low", 0)]
    line = body["trends"]["points"]["volume"]
    assert [(point["day"], point["created"]) for point in line[:2]] == [("2026-03-02", 2), ("2026-03-03", 1)]
    assert body["ticket_count"] == 3


def test_only_what_is_asked_is_measured():
    asked = Question(WEEK, UTC_ZONE, metrics=("volume",), compared=False, step=Step.WEEK, trends=())
    body = shape(analyse(facts([1], [2]), asked, NOW))
    assert list(body["metrics"]) == ["volume"]
    assert body["metrics"]["volume"]["before"] is None
    assert body["trends"] == {"step": "week", "points": {}}


def test_remarks_name_their_numbers():
    created = [-100.0 + n for n in range(20)] + [float(n) for n in range(40)]
    found = facts(created, [None] * 60, priority=[0] * 60)
    analysis = analyse(found, Question(WEEK, UTC_ZONE, dimensions=("priority",)), NOW)
    texts = [remark.text for remark in remarks(analysis)]
    assert "Volume rose by 100 %, from 20 to 40." in texts
    assert "40 tickets came in and 0 were resolved." in texts
    assert summary(analysis)["recommendations"]


def test_a_slow_group_is_named():
    found = facts([0] * 40, [1.0] * 28 + [100.0] * 12, priority=[0] * 28 + [1] * 12)
    analysis = analyse(found, Question(WEEK, UTC_ZONE, dimensions=("priority",)), NOW)
    assert "Resolution time of priority high: the median is 100.0 h, over all 1.0 h." in [
        r.text for r in remarks(analysis)
    ]


def test_nothing_is_said_of_an_empty_period():
    empty = Period(START, START)
    assert remarks(analyse(facts([], []), Question(empty, UTC_ZONE), NOW)) == []
