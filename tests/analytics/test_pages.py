"""The pages of figures: the same numbers as everywhere, for those who may see them."""

import re
from collections.abc import Callable
from datetime import date
from typing import Any
from urllib.parse import unquote

import pytest
from django.http import QueryDict
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape

from analytics.actions.dashboards import arrange_dashboard
from analytics.answers import analysis_for, read_question
from analytics.metrics.outlook import Expected, Line, Outlook, Unusual
from analytics.metrics.registry import METRICS
from analytics.metrics.wording import written
from analytics.models import Dashboard
from tickets.choices import TicketScope
from tickets.models import Organization, Team, Ticket, User

MARCH: dict[str, Any] = {"from": "2026-03-01", "to": "2026-03-31"}


@pytest.fixture
def month(lived: Callable[..., Ticket], milo: User) -> None:
    """March: four tickets of Acme's, three resolved, one by Milo."""
    lived(1, replies=(2,), resolved=10, rating=5)
    lived(2, replies=(6,), resolved=50, minutes=90, priority="high")
    lived(3, assignee=milo, resolved=30)
    lived(4)


def shown(client: Client, by: User, route: str, *args: Any, status: int = 200, **query: str) -> str:
    client.force_login(by)
    response = client.get(reverse(route, args=args), query)
    assert response.status_code == status
    return response.content.decode()


def figure_of(page: str, metric: str) -> str:
    """Return the main figure of a tile as it is read."""
    tile = page.split(f'id="tile-{metric}"')[1].split("</li>")[0]
    found = re.search(r'tile-figure">(?:<a [^>]*>)?([^<]*)', tile)
    assert found
    return found[1].strip()


def test_every_tile_shows_what_the_analysis_says(client: Client, tess: User, month: None) -> None:
    page = shown(client, tess, "analytics", **MARCH, priority="high")
    client.force_login(tess)
    query = QueryDict(mutable=True)
    query.update(MARCH | {"priority": "high"})
    analysis, _ = analysis_for(tess, read_question(query, tess, timezone.now()), timezone.now())
    assert analysis.measured["volume"].main == 1
    for name, metric in METRICS.items():
        assert figure_of(page, name) == escape(written(analysis.measured[name].main, metric.main, metric.unit)), name


@pytest.mark.parametrize(
    ("route", "args"),
    [("analytics", []), ("analytics_metric", ["volume"]), ("analytics_technicians", []), ("analytics_teams", []),
     ("analytics_organizations", []), ("analytics_arrange", []), ("analytics_forecast", [])],
)  # fmt: skip
def test_requesters_have_no_figures(client: Client, carl: User, tess: User, route: str, args: list[str]) -> None:
    assert "<h1>" in shown(client, tess, route, *args)
    shown(client, carl, route, *args, status=404)


def test_a_wrong_date_is_told_beside_its_field(client: Client, tess: User) -> None:
    page = shown(client, tess, "analytics", **{"from": "2026-02-31"}, status=400)
    assert 'aria-describedby="from-error"' in page
    assert "Write a day like 2026-03-01." in page


def test_a_figure_leads_to_its_tickets(client: Client, tess: User, month: None) -> None:
    page = shown(client, tess, "analytics", **MARCH)
    for metric in ("volume", "resolution_time", "first_response_time"):
        tile = page.split(f'id="tile-{metric}"')[1].split("</li>")[0]
        address = re.search(r'href="(/tickets\?[^"]*)"', tile)
        assert address
        listed = client.get(address[1].replace("&amp;", "&")).content.decode()
        wanted = {"volume": 4, "resolution_time": 3, "first_response_time": 2}[metric]
        assert listed.count('<tr id="t-') == wanted, metric


def test_a_person_arranges_what_they_look_at(client: Client, tess: User, mona: User, month: None) -> None:
    client.force_login(tess)
    for change in ({"move": "hide"}, {"drawn": "line"}):
        metric = "volume" if "move" in change else "satisfaction"
        client.post(reverse("analytics_arrange"), {"metric": metric, **change})
    arrange_dashboard(by=tess, metric="backlog", move="up")
    page = shown(client, tess, "analytics", **MARCH)
    assert 'id="tile-volume"' not in page
    assert 'id="chart-satisfaction"' in page
    assert Dashboard.of(tess)[0].metric.name == "backlog"
    assert 'id="tile-volume"' in shown(client, mona, "analytics", **MARCH)
    client.force_login(tess)
    client.post(reverse("analytics_reset"))
    assert 'id="tile-volume"' in shown(client, tess, "analytics", **MARCH)


def test_figures_are_kept_for_each_reader_until_something_happens(
    client: Client,
    tess: User,
    milo: User,
    lived: Callable[..., Ticket],
    month: None,
    django_assert_max_num_queries: Any,
) -> None:
    milo.ticket_scope = TicketScope.STANDARD  # sees what Tess sees, but of technicians only himself
    milo.save()
    query = MARCH | {"group_by": "technician"}
    for reader, count in ((tess, "3"), (milo, "1")):
        assert figure_of(shown(client, reader, "analytics", **query), "volume") == count
    client.force_login(tess)
    with django_assert_max_num_queries(7):
        assert figure_of(client.get(reverse("analytics"), query).content.decode(), "volume") == "3"
    lived(5)
    assert figure_of(shown(client, tess, "analytics", **query), "volume") == "4"


def test_a_dashboard_takes_no_nonsense(client: Client, tess: User) -> None:
    client.force_login(tess)
    assert client.post(reverse("analytics_arrange"), {"metric": "moon", "move": "up"}).status_code == 400


def test_technicians_see_their_own_page_and_managers_all(
    client: Client, tess: User, milo: User, mona: User, month: None
) -> None:
    assert "4" in shown(client, tess, "analytics_technician", tess.pk, **MARCH)
    shown(client, tess, "analytics_technician", milo.pk, **MARCH, status=403)
    assert "Milo" in shown(client, mona, "analytics_technician", milo.pk, **MARCH)
    assert "Milo" in shown(client, mona, "analytics_technicians", **MARCH)
    own = shown(client, tess, "analytics_technicians", **MARCH)
    assert "Milo" not in own
    assert "Tess" in own


def test_a_team_stands_beside_the_whole_desk(client: Client, tess: User, network: Team, month: None) -> None:
    page = shown(client, tess, "analytics_team", network.pk, **MARCH)
    assert "beside All tickets" in page


def test_a_customer_is_shown_nothing_of_the_desk(client: Client, tess: User, acme: Organization, month: None) -> None:
    page = shown(client, tess, "analytics_organization", acme.pk, **MARCH)
    sheet = page.split('id="analytics"')[1].split("</main>")[0]
    assert figure_of(page, "volume") == "4"
    assert METRICS["resolution_time"].meaning in sheet
    for name, metric in METRICS.items():
        assert (f'id="tile-{name}"' in sheet) is not metric.is_internal
    for inner in ("Tess", "Milo", "Network", "/tickets?"):
        assert inner not in sheet


def test_an_empty_period_says_so(client: Client, tess: User) -> None:
    page = shown(client, tess, "analytics", **MARCH)
    assert "Nothing happened in this time" in page


def test_a_chart_of_many_groups_says_that_it_draws_the_largest(
    client: Client, tess: User, lived: Callable[..., Ticket]
) -> None:
    for number in range(12):
        lived(1, team=Team.objects.create(name=f"Team {number}"))
    query = MARCH | {"group_by": "team"}
    twelve = shown(client, tess, "analytics_metric", "volume", **query)
    lived(1, team=Team.objects.create(name="Team 12"))
    thirteen = shown(client, tess, "analytics_metric", "volume", **query)
    assert ("with most tickets" in twelve, 'data-bars="12"' in twelve) == (False, True)
    assert ("of the 12 with most tickets" in thirteen, 'data-bars="12"' in thirteen) == (True, True)


def test_the_wall_has_figures_alone(client: Client, tess: User, month: None) -> None:
    page = shown(client, tess, "analytics", **MARCH, tv="1")
    assert figure_of(page, "volume") == "4"
    assert 'id="rail"' not in page


def test_the_forecast_says_why_there_is_none_and_names_unusual_days(
    client: Client, mona: User, lived: Callable[..., Ticket], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "No forecast yet" in shown(client, mona, "analytics_forecast")
    line = Line([Expected(date(2026, 3, 3), 12.5, 8.0, 17.0)], 2.5, 4.0)
    outlook = Outlook(days=line, unusual=[Unusual(date(2026, 3, 2), 40, 9.0)])
    monkeypatch.setattr("analytics.answers.outlook", lambda *_: outlook)
    page = shown(client, mona, "analytics_forecast", team="none")
    assert "misses by 2.5 tickets a day on average; repeating the last week, by 4" in page
    assert "No forecast by week" in page
    day = page.split("Unusual days")[1]
    assert "Monday 2 March 2026" in day
    assert "created_after=2026-03-02" in unquote(day)
    assert "team=none" in day
