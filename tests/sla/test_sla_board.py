"""The SLA board: what is broken, at risk, due and resting; filtered, in pages, and in one query a section."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from sla.actions.watch import watch
from sla.models import Clock, Policy
from tickets.actions.tickets import change_ticket
from tickets.choices import Channel
from tickets.models import Team, Ticket, User

HTMX: dict[str, Any] = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def desk(client: Client, tess: User) -> Client:
    client.force_login(tess)
    return client


@pytest.fixture
def some(standard: Policy, make_ticket: Callable[..., Ticket], tess: User, network: Team) -> dict[str, Ticket]:
    """A ticket for each section, by the state of its first response; what is paused is its resolution."""
    tickets = {title: make_ticket(title) for title in ("Late", "Near", "Far", "Resting")}
    change_ticket(ticket=tickets["Late"], by=tess, via=Channel.WEB, changes={"team": network.pk, "assignee": tess.pk})
    change_ticket(ticket=tickets["Resting"], by=tess, via=Channel.WEB, changes={"status": "pending"})
    first = Clock.objects.filter(metric="first_response")
    first.filter(ticket=tickets["Late"]).update(due_at=timezone.now() - timedelta(minutes=5, seconds=1))
    first.filter(ticket=tickets["Near"]).update(due_at=timezone.now() + timedelta(minutes=9), announced=90)
    return tickets


def titles(client: Client, **question: Any) -> dict[str, list[str]]:
    page = client.get(reverse("sla_board"), question)
    return {s.kind.key: [f"{r.clock.ticket.title} {r.clock.metric}" for r in s.rows] for s in page.context["sections"]}


def test_each_promise_stands_in_one_section_the_most_urgent_first(desk: Client, some: dict[str, Ticket]) -> None:
    found = titles(desk)
    assert found["breached"] == ["Late first_response"]
    assert found["risk"] == ["Near first_response"]
    assert found["next"][:2] == ["Far first_response", "Resting first_response"]
    assert found["paused"] == ["Resting resolution"]
    assert sum(map(len, found.values())) == Clock.objects.open().count()


def test_a_row_says_how_the_promise_stands_and_how_much_is_used(desk: Client, some: dict[str, Ticket]) -> None:
    Clock.objects.filter(ticket=some["Near"]).update(since=timezone.now() - timedelta(hours=3))
    html = desk.get(reverse("sla_board")).content.decode()
    assert "breached 5 min ago" in html
    assert "paused: waiting for the requester" in html
    assert "75 %" in html  # three of four hours


def test_the_board_is_narrowed_like_the_queue(desk: Client, some: dict[str, Ticket], network: Team) -> None:
    late = {"breached": ["Late first_response"], "risk": [], "next": ["Late resolution"], "paused": []}
    assert titles(desk, team=network.pk) == late
    assert titles(desk, assignee="me") == late
    assert titles(desk, team="none", metric="resolution")["next"] == ["Near resolution", "Far resolution"]
    policy = Policy.objects.get()
    assert titles(desk, policy=policy.pk)["breached"] == ["Late first_response"]
    assert titles(desk, policy=policy.pk + 1)["breached"] == []
    assert titles(desk, organization="none")["breached"] == []


@pytest.mark.parametrize("wrong", ["policy=x", "metric=speed", "team=x", "section=next&cursor=x"])
def test_a_wrong_filter_is_refused_with_a_way_out(desk: Client, wrong: str) -> None:
    page = desk.get(f"{reverse('sla_board')}?{wrong}")
    assert page.status_code == 400
    assert "Start again without filters" in page.content.decode()


def test_each_filter_offers_its_menu(desk: Client, standard: Policy) -> None:
    menus = {name: reverse("sla_filter", args=[name]) for name in ("policy", "metric", "team", "assignee")}
    assert "Standard" in desk.get(menus["policy"], **HTMX).content.decode()
    assert "Next response" in desk.get(menus["metric"], **HTMX).content.decode()
    assert "Tess" in desk.get(menus["assignee"], {"metric": "resolution"}).content.decode()
    assert desk.get(reverse("sla_filter", args=["colour"])).status_code == 404


def test_a_long_section_has_pages(desk: Client, standard: Policy, make_ticket: Callable[..., Ticket]) -> None:
    for n in range(26):
        make_ticket(f"Ticket {n}")
    first = desk.get(reverse("sla_board")).context["sections"][2]
    assert (len(first.rows), first.count) == (10, "10+")
    section = desk.get(reverse("sla_board") + first.all_url).context["sections"][0]
    rest = desk.get(reverse("sla_board") + section.next_url).context["sections"][0]
    shown = [row.clock.pk for row in (*section.rows, *rest.rows)]
    assert len(shown) == len(set(shown)) == 52
    assert not rest.next_url


def test_what_is_shown_costs_one_query_a_section(
    desk: Client, standard: Policy, some: dict[str, Ticket], make_ticket: Callable[..., Ticket]
) -> None:
    desk.get(reverse("sla_board"))
    with CaptureQueriesContext(connection) as few:
        desk.get(reverse("sla_board"))
    assert len([q for q in few if "sla_clock" in q["sql"]]) == 4
    for n in range(10):
        make_ticket(f"Ticket {n}")
    with CaptureQueriesContext(connection) as many:
        desk.get(reverse("sla_board"))
    assert len(many) == len(few)


def test_everybody_sees_their_own_tickets_only(client: Client, some: dict[str, Ticket], milo: User, carl: User) -> None:
    client.force_login(milo)
    assert not any(titles(client).values())
    client.force_login(carl)
    assert client.get(reverse("sla_board")).status_code == 404


def test_an_empty_board_says_that_all_is_well(desk: Client) -> None:
    assert "No promise is broken." in desk.get(reverse("sla_board")).content.decode()


def test_a_promise_that_the_watcher_finds_at_risk_or_broken_changes_its_section(
    desk: Client, standard: Policy, ticket: Ticket
) -> None:
    assert titles(desk)["next"] == ["Printer is on fire first_response", "Printer is on fire resolution"]
    watch(ticket.created_at + timedelta(hours=2, seconds=1))
    assert titles(desk)["risk"] == ["Printer is on fire first_response"]
    assert ticket.events.filter(kind="sla_warning").exists()
