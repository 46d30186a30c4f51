"""Reports on kept promises, and the performance of technicians, over the API."""

import csv
from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.db.models import F
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from sla.actions.waive import revoke_waiver, waive_breaches
from sla.actions.watch import watch
from sla.models import Breach, Clock, Policy
from sla.reports import Count, Outcome, Performance, Trend, figures_of, grouped, trend_of
from tests.api_client import ApiClient
from tickets.actions.conversation import add_comment
from tickets.actions.tickets import archive_ticket, change_ticket
from tickets.choices import Channel
from tickets.models import Organization, Technician, Ticket, User

WEB = Channel.WEB
REPORTS = "/api/v1/sla/reports"


@pytest.fixture
def desk(standard: Policy, make_ticket: Callable[..., Ticket], tess: User, carl: User, gina: User) -> list[Ticket]:
    """Carl's ticket is solved in time, Gina's answered late and open, a third untouched and overdue to be answered."""
    solved, late, untouched = make_ticket("Solved"), make_ticket("Late", by=gina), make_ticket("Untouched")
    change_ticket(ticket=solved, by=tess, via=WEB, changes={"assignee": tess.pk})
    change_ticket(ticket=solved, by=tess, via=WEB, changes={"status": "resolved", "resolution": "Done."})
    add_comment(ticket=late, by=tess, via=WEB, body="Sorry.")
    Clock.objects.filter(ticket=late, metric="first_response").update(state="missed", used=timedelta(hours=6))
    Clock.objects.filter(ticket=untouched, metric="first_response").update(due_at=F("due_at") - timedelta(days=1))
    return [solved, late, untouched]


def figures(row: dict[str, Any]) -> tuple[int, int, int, float | None]:
    return row["met"], row["breached"], row["open"], row["compliance"]


def by(answer: Any, name: str) -> dict[str, Any]:
    rows = answer.json()["rows"]
    return {
        (r["group"][name] or {}).get("name") if not isinstance(r["group"][name], str) else r["group"][name]: r
        for r in rows
    }


def test_the_total_counts_what_was_kept(api: Callable[..., ApiClient], desk: list[Ticket], mona: User) -> None:
    answer = api(mona).get(REPORTS)
    assert answer.status_code == 200
    total = answer.json()["total"]
    assert figures(total) == (2, 2, 2, 50.0)
    assert (total["waived"], total["p90_used"]) == (0, 150)
    assert answer.json()["rows"] == [{"group": {}, **total}]


@pytest.mark.parametrize(
    ("dimension", "expected"),
    [
        ("metric", {"first_response": (1, 2, 0, 33.3), "resolution": (1, 0, 2, 100.0)}),
        ("organization", {"Acme": (2, 1, 1, 66.7), "Globex": (0, 1, 1, 0.0)}),
        ("policy", {"Standard": (2, 2, 2, 50.0)}),
        ("priority", {"medium": (2, 2, 2, 50.0)}),
        ("technician", {None: (0, 2, 2, 0.0), "Tess": (2, 0, 0, 100.0)}),
        ("team", {None: (2, 2, 2, 50.0)}),
    ],
)
def test_it_is_grouped(
    api: Callable[..., ApiClient], desk: list[Ticket], mona: User, dimension: str, expected: dict[Any, Any]
) -> None:
    answer = api(mona).get(REPORTS, {"group_by": dimension})
    assert {name: figures(row) for name, row in by(answer, dimension).items()} == expected


def test_what_is_waived_is_counted_apart_and_decides_nothing(
    api: Callable[..., ApiClient], desk: list[Ticket], mona: User, tess: User
) -> None:
    unanswered = Clock.objects.filter(ticket=desk[2], metric="first_response")
    unanswered.update(next_percent=100, next_at=F("due_at"))
    watch(timezone.now())
    change_ticket(ticket=desk[2], by=tess, via=WEB, changes={"assignee": tess.pk})
    client, found = api(mona), Breach.objects.filter(ticket=desk[2]).values_list("pk", flat=True)
    waiver = waive_breaches(by=mona, via=WEB, fields={"reason": "Storm", "breaches": list(found)})
    total = client.get(REPORTS).json()["total"]
    assert (total["waived"], figures(total)) == (1, (2, 1, 2, 66.7))
    assert [
        row["waived"] for row in by(client.get(REPORTS, {"group_by": "organization"}), "organization").values()
    ] == [1, 0]
    change_ticket(ticket=desk[2], by=tess, via=WEB, changes={"status": "resolved", "resolution": "Done."})
    own = f"/api/v1/sla/technicians/{Technician.objects.get(user=tess).pk}/performance"
    assert client.get(own).json()["waived_count"] == 1
    revoke_waiver(waiver=waiver, by=mona, via=WEB)
    assert client.get(REPORTS).json()["total"]["waived"] == client.get(own).json()["waived_count"] == 0


@pytest.mark.parametrize("period", ["day", "week", "month"])
def test_periods_begin_in_the_readers_zone(
    api: Callable[..., ApiClient], desk: list[Ticket], mona: User, period: str
) -> None:
    User.objects.filter(pk=mona.pk).update(time_zone="Pacific/Auckland")
    Ticket.objects.update(created_at="2026-03-01T11:30:00Z")  # half past midnight on 2 March there
    answer = api(User.objects.get(pk=mona.pk)).get(
        REPORTS, {"group_by": period, "from": "2026-03-01", "to": "2026-03-03"}
    )
    assert list(by(answer, period)) == ["2026-03-01" if period == "month" else "2026-03-02"]


def test_two_dimensions_and_a_filter(
    api: Callable[..., ApiClient], desk: list[Ticket], mona: User, acme: Organization
) -> None:
    answer = api(mona).get(REPORTS, {"group_by": ["organization", "metric"], "organization": acme.pk})
    assert [(r["group"]["organization"]["name"], r["group"]["metric"]) for r in answer.json()["rows"]] == [
        ("Acme", "first_response"),
        ("Acme", "resolution"),
    ]


def test_customers_can_be_made_unknown(api: Callable[..., ApiClient], desk: list[Ticket], mona: User) -> None:
    client = api(mona)
    first, again = (client.get(REPORTS, {"group_by": "organization", "anonymous": "true"}).content for _ in range(2))
    assert first == again
    assert b"Acme" not in first
    assert first.count(b"Customer ") == 2
    assert client.get(REPORTS, {"anonymous": "true", "organization": 1}).status_code == 400


def test_a_spreadsheet_runs_nothing(
    api: Callable[..., ApiClient], desk: list[Ticket], mona: User, acme: Organization
) -> None:
    Organization.objects.filter(pk=acme.pk).update(name="=cmd|' /C calc'!A0")
    answer = api(mona).get(f"{REPORTS}/export", {"group_by": "organization"})
    assert answer["Content-Type"].startswith("text/csv")
    lines = list(csv.DictReader(StringIO(answer.content.decode())))
    assert [(line["organization"], line["met"], line["compliance"]) for line in lines] == [
        ("'=cmd|' /C calc'!A0", "2", "66.7"),
        ("Globex", "0", "0.0"),
    ]


def test_technicians_see_their_own_figures_and_managers_all(
    api: Callable[..., ApiClient], desk: list[Ticket], tess: User, milo: User, mona: User, carl: User
) -> None:
    assert list(by(api(tess).get(REPORTS, {"group_by": "technician"}), "technician")) == ["Tess"]
    assert api(tess).get(REPORTS, {"technician": milo.pk}).status_code == 403
    assert api(carl).get(REPORTS).status_code == 403
    own = f"/api/v1/sla/technicians/{Technician.objects.get(user=tess).pk}/performance"
    assert [api(user).get(own).status_code for user in (tess, mona, milo, carl)] == [200, 200, 403, 403]
    assert api(mona).get("/api/v1/sla/technicians/9999/performance").status_code == 404


def test_a_limited_technician_reports_on_visible_tickets(
    api: Callable[..., ApiClient], desk: list[Ticket], milo: User
) -> None:
    assert figures(api(milo).get(REPORTS).json()["total"]) == (0, 0, 0, None)


def test_archived_tickets_and_other_times_are_left_out(
    api: Callable[..., ApiClient], desk: list[Ticket], mona: User
) -> None:
    client = api(mona)
    assert figures(client.get(REPORTS, {"to": "2020-02-01"}).json()["total"]) == (0, 0, 0, None)
    archive_ticket(ticket=desk[0], by=mona, via=WEB)
    assert figures(client.get(REPORTS).json()["total"]) == (0, 2, 2, 0.0)


def test_an_answer_holds_until_something_happens(
    api: Callable[..., ApiClient], desk: list[Ticket], mona: User, tess: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = timezone.now()
    monkeypatch.setattr("sla.api.reports.timezone.now", lambda: now)
    client = api(mona)
    first = client.get(REPORTS)
    assert client.get(REPORTS, HTTP_IF_NONE_MATCH=first["ETag"]).status_code == 304
    Clock.objects.update(used=timedelta(0))  # behind everybody's back, so a kept answer shows
    assert client.get(REPORTS).json() == first.json()
    add_comment(ticket=desk[2], by=tess, via=WEB, body="Here.")
    later = client.get(REPORTS, HTTP_IF_NONE_MATCH=first["ETag"])
    assert later.status_code == 200
    assert later.json()["total"] != first.json()["total"]


@pytest.mark.parametrize(
    "query",
    [
        {"group_by": "colour"},
        {"group_by": "team,team"},
        {"group_by": ["policy", "metric", "team", "day"]},
        {"from": "soon"},
        {"from": "2026-03-02", "to": "2026-03-01"},
        {"from": "1971-01-01"},
        {"priority": "urgent"},
        {"team": "x"},
        {"kind": "x"},
        {"colour": "red"},
    ],
)
def test_what_cannot_be_asked_is_refused(api: Callable[..., ApiClient], mona: User, query: dict[str, Any]) -> None:
    answer = api(mona).get(REPORTS, query)
    assert (answer.status_code, set(answer.json()["errors"]) & {*query, "from"} != set()) == (400, True)


def test_performance_is_about_resolved_tickets(
    api: Callable[..., ApiClient], desk: list[Ticket], tess: User, mona: User
) -> None:
    Clock.objects.filter(ticket=desk[0], metric="first_response").update(used=timedelta(minutes=30))
    Clock.objects.filter(ticket=desk[0], metric="resolution").update(used=timedelta(hours=20), state="missed")
    pk = Technician.objects.get(user=tess).pk
    found = api(mona).get(f"/api/v1/sla/technicians/{pk}/performance").json()
    assert found["technician_name"] == "Tess"
    assert (found["total_tickets"], found["sla_compliant_tickets"], found["breach_count"]) == (1, 0, 1)
    assert found["compliance_rate"] == 50.0
    assert (found["average_response_time"], found["average_resolution_time"]) == (1800.0, 72000.0)
    assert found["performance_trend"] == "stable"


def performance(met: int, breached: int) -> Performance:
    return Performance(met + breached, met, met, breached, 0, None, None)


@pytest.mark.parametrize(
    ("now", "before", "trend"),
    [
        ((95, 5), (90, 10), Trend.IMPROVING),
        ((94, 6), (90, 10), Trend.STABLE),
        ((85, 15), (90, 10), Trend.DECLINING),
        ((4, 0), (0, 100), Trend.STABLE),
        ((0, 0), (0, 0), Trend.STABLE),
    ],
)
def test_five_points_make_a_trend(now: tuple[int, int], before: tuple[int, int], trend: Trend) -> None:
    assert trend_of(performance(*now), performance(*before)) == trend


OUTCOMES = st.sampled_from(list(Outcome))
COUNTS = st.lists(
    st.builds(Count, st.tuples(st.integers(0, 3)), OUTCOMES, st.none() | st.integers(0, 300), st.integers(1, 9))
)


@given(COUNTS)
def test_groups_add_up_to_the_total(rows: list[Count]) -> None:
    total, groups = figures_of(rows), grouped(rows).values()
    for outcome in Outcome:
        assert sum(getattr(group, outcome) for group in groups) == getattr(total, outcome)
    shares = sorted(row.percent for row in rows if row.percent is not None for _ in range(row.count))
    if shares:
        assert total.p90_used == shares[-(-len(shares) * 9 // 10) - 1]
        assert total.mean_used == round(sum(shares) / len(shares), 1)
