"""/analytics over the API: the figures somebody may have, kept until something happens."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from django.http import QueryDict

from analytics.answers import analysis_for, outlook_for, read_question
from analytics.metrics.periods import Period
from analytics.presets import PRESETS
from tests.analytics.conftest import after
from tickets.actions.conversation import add_comment
from tickets.actions.tickets import change_ticket
from tickets.choices import Channel

WEEK = {"from": "2026-03-02", "to": "2026-03-08"}
ADDRESS = "/api/v1/analytics/"


def test_the_dashboard_has_figures_lines_and_words(api, mona, lived, tess):
    lived(1, replies=(2,), resolved=5)
    lived(-100, resolved=30)
    body = api(mona).get(ADDRESS + "dashboard", WEEK | {"group_by": ["technician", "priority"]}).json()
    assert body["date_range"] == {"start": "2026-03-02", "end": "2026-03-08", "time_zone": mona.time_zone}
    time = body["metrics"]["resolution_time"]
    assert (time["figures"]["mean"], time["figures"]["count"]) == (67.0, 2)
    assert [(g["id"], g["name"]) for g in time["groups"]["technician"]] == [(tess.pk, "Tess")]
    assert sum(point["created"] for point in body["trends"]["points"]["volume"]) == body["ticket_count"] == 1
    assert body["summary"]["total_tickets"] == 1


def test_lines_over_time(api, mona, lived):
    lived(1)
    lived(80)
    body = api(mona).get(ADDRESS + "trends", WEEK | {"metric": "volume", "step": "week"}).json()
    assert body["trends"] == {
        "step": "week",
        "points": {"volume": [{"day": "2026-03-02", "created": 2, "resolved": 0, "net": 2}]},
    }


def test_people_side_by_side(api, mona, tess, lived):
    lived(1, minutes=60)
    lived(1, assignee=None)
    people = api(mona).get(ADDRESS + "performance", WEEK).json()["technicians"]
    found = {person["name"]: person["metrics"]["volume"]["created"] for person in people}
    assert found == {"Tess": 1, "": 1}


def test_technicians_see_their_own_figures_only(api, tess, milo, lived):
    lived(1)
    lived(1, assignee=None)
    people = api(tess).get(ADDRESS + "performance", WEEK).json()["technicians"]
    assert [person["name"] for person in people] == ["Tess"]
    refused = api(tess).get(ADDRESS + "dashboard", WEEK | {"technician": milo.pk})
    assert (refused.status_code, refused.json()["required_role"]) == (403, "manager")


def test_requesters_see_none(api, carl):
    assert api(carl).get(ADDRESS + "dashboard").status_code == 403


def test_an_answer_is_kept_until_something_happens(api, mona, lived):
    ticket = lived(1)
    first = api(mona).get(ADDRESS + "dashboard", WEEK)
    tag = first.headers["ETag"]
    same = api(mona).get(ADDRESS + "dashboard", WEEK, headers={"If-None-Match": tag})
    assert same.status_code == 304
    change_ticket(ticket=ticket, by=mona, via=Channel.WEB, changes={"priority": "high"})
    again = api(mona).get(ADDRESS + "dashboard", WEEK, headers={"If-None-Match": tag})
    assert again.status_code == 200


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"from": "2026-03-08", "to": "2026-03-02"}, "from"),
        ({"from": "yesterday"}, "from"),
        ({"to": "2026-03-02"}, "from"),
        ({"period": "next_year"}, "period"),
        ({"status": "broken"}, "status"),
        ({"organization": "Acme"}, "organization"),
        ({"group_by": "mood"}, "group_by"),
        ({"metric": "luck"}, "metric"),
        ({"step": "hour"}, "step"),
        ({"from": "2020-01-01", "to": "2026-01-01", "step": "day"}, "step"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_bad_questions_name_the_field(api, mona, query, field):
    answer = api(mona).get(ADDRESS + "dashboard", query)
    assert answer.status_code == 400
    assert list(answer.json()["errors"]) == [field]


def test_filters_of_a_query(mona, lived, network, desktop):
    lived(1)
    lived(1, team=desktop)
    lived(1, team=None)
    found = {}
    for query in (f"team={network.pk}", f"team={network.pk}&team={desktop.pk}", "team=none", "priority=critical"):
        asked = read_question(QueryDict(f"from=2026-03-02&to=2026-03-08&{query}"), mona, after(500))
        found[query] = analysis_for(mona, asked, after(500))[0].ticket_count
    assert list(found.values()) == [1, 2, 1, 0]


NOON = datetime(2026, 3, 29, 10, 30, tzinfo=UTC)  # the Sunday on which Berlin's clocks go forward


@pytest.mark.parametrize(
    ("name", "start", "end", "before"),
    [
        ("today", "03-28T23:00", "03-29T11:00", ("03-27T23:00", "03-28T11:00")),
        ("yesterday", "03-27T23:00", "03-28T23:00", ("03-26T23:00", "03-27T23:00")),
        ("this_week", "03-22T23:00", "03-29T11:00", ("03-15T23:00", "03-22T11:00")),
        ("last_7_days", "03-22T23:00", "03-29T11:00", ("03-15T23:00", "03-22T11:00")),
        ("this_month", "02-28T23:00", "03-29T11:00", ("01-31T23:00", "02-28T23:00")),
        ("last_month", "01-31T23:00", "02-28T23:00", ("12-31T23:00", "01-28T23:00")),
    ],
)
def test_presets_are_compared_with_their_like(name, start, end, before):
    def at(text):
        year = 2025 if text.startswith("12") else 2026
        return datetime.fromisoformat(f"{year}-{text}+00:00")

    period, against = PRESETS[name].periods(NOON, ZoneInfo("Europe/Berlin"))
    assert (period, against) == (Period(at(start), at(end)), Period(at(before[0]), at(before[1])))


def test_a_reply_moves_the_figures_at_once(api, mona, carl, make_ticket, tess):
    ticket = make_ticket(by=carl)
    asked = {"metric": "first_response_time"}
    assert api(mona).get(ADDRESS + "dashboard", asked).json()["metrics"]["first_response_time"]["figures"]["count"] == 0
    add_comment(ticket=ticket, by=tess, via=Channel.WEB, body="Water?")
    assert api(mona).get(ADDRESS + "dashboard", asked).json()["metrics"]["first_response_time"]["figures"]["count"] == 1


def test_the_forecast_of_a_young_desk_is_empty(api, mona, lived):
    lived(1)
    assert api(mona).get(ADDRESS + "forecast").json() == {"days": None, "weeks": None, "unusual": []}
    assert api(mona).get(ADDRESS + "forecast", {"period": "never"}).status_code == 400


def test_the_forecast_reads_the_tickets_asked_about(mona, lived, desktop, monkeypatch):
    lived(1)
    lived(1, team=desktop)
    read = {}
    monkeypatch.setattr("analytics.answers.outlook", lambda created, *_: read.setdefault("times", created))
    outlook_for(mona, read_question(QueryDict(f"team={desktop.pk}"), mona, after(500)), after(500))
    assert read["times"].tolist() == [after(1).replace(tzinfo=None)]
