"""Promises where people read them: on a ticket's page, in the portal, and explained line by line."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from sla.models import Clock, Policy
from tickets.actions.conversation import add_comment
from tickets.actions.tickets import change_ticket
from tickets.choices import Channel
from tickets.models import Team, Ticket, User
from tickets.pages.words import fine_span

WEB = Channel.WEB


def read(client: Client, user: User, route: str, ticket: Ticket, **headers: str) -> str:
    client.force_login(user)
    return client.get(reverse(route, args=[ticket.pk]), **headers).content.decode()  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(45, "45 s"), (720, "12 min"), (7_800, "2 h 10 min"), (7_200, "2 h"), (172_800, "2 d"), (273_600, "3 d 4 h")],
)
def test_spans_are_told_in_two_units(seconds: int, words: str) -> None:
    assert fine_span(seconds) == words


def test_a_ticket_shows_what_is_promised_on_it(client: Client, standard: Policy, ticket: Ticket, tess: User) -> None:
    html = read(client, tess, "ticket", ticket)
    assert "First response</dt>" in html
    assert "due in 3 h 59 min" in html
    assert "due in 15 h 59 min" in html
    assert f'data-soon="{2 * 3600}"' in html  # the first warning comes at half of four hours


def test_it_says_what_became_of_promises(client: Client, standard: Policy, ticket: Ticket, tess: User) -> None:
    add_comment(ticket=ticket, by=tess, via=WEB, body="Try another one.")
    change_ticket(ticket=ticket, by=tess, via=WEB, changes={"status": "pending"})
    html = read(client, tess, "ticket", ticket)
    assert "met 3 h 59 min early" in html
    assert "paused: waiting for the requester" in html


def test_a_broken_promise_says_since_when(client: Client, standard: Policy, ticket: Ticket, tess: User) -> None:
    Clock.objects.filter(metric="first_response").update(due_at=timezone.now() - timedelta(minutes=12, seconds=5))
    assert 'data-due="late"' in (html := read(client, tess, "ticket", ticket))
    assert "breached 12 min ago" in html


def test_nothing_is_shown_where_nothing_is_promised(client: Client, ticket: Ticket, tess: User) -> None:
    assert 'id="group-sla" data-part aria-label="SLA" hidden' in read(client, tess, "ticket", ticket)


def test_promises_cost_a_ticket_one_query(
    client: Client, standard: Policy, ticket: Ticket, tess: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    read(client, tess, "ticket", ticket)
    with CaptureQueriesContext(connection) as queries:
        client.get(reverse("ticket", args=[ticket.pk]))
    assert len([q for q in queries if "sla_" in q["sql"]]) == 1


def test_why_is_this_due_then(client: Client, standard: Policy, ticket: Ticket, tess: User, carl: User) -> None:
    tess.time_zone = "Asia/Kathmandu"
    tess.save(update_fields=["time_zone"])
    add_comment(ticket=ticket, by=carl, via=WEB, body="And it smells.")
    change_ticket(ticket=ticket, by=tess, via=WEB, changes={"status": "on_hold"})
    page = read(client, tess, "sla_why", ticket)
    assert "16 h of working time, promised to the customer by Standard v1" in page
    assert "because the status became on hold" in page
    assert "Asia/Kathmandu" in page
    assert "Customer had replied" in page
    fragment = read(client, tess, "sla_why", ticket, HTTP_HX_REQUEST="true")
    assert "<html" not in fragment
    assert 'id="dialog-title"' in fragment


def test_the_explanation_is_for_staff_who_see_the_ticket(
    client: Client, standard: Policy, ticket: Ticket, carl: User, milo: User
) -> None:
    for user in (carl, milo):
        client.force_login(user)
        assert client.get(reverse("sla_why", args=[ticket.pk])).status_code == 404


def test_the_requester_reads_when_we_answer(
    client: Client, standard: Policy, make_policy: Callable[..., Policy], ticket: Ticket, network: Team,
    tess: User, carl: User,
) -> None:  # fmt: skip
    make_policy("Inside", kind="internal", is_default=True, targets={"first_response": {"medium": "1 h"}})
    change_ticket(ticket=ticket, by=tess, via=WEB, changes={"team": network.pk})
    assert Clock.objects.filter(ticket=ticket, kind="internal").exists()
    assert "Team: first response" in read(client, tess, "ticket", ticket)
    html = read(client, carl, "portal_ticket", ticket)
    assert html.count("We answer by ") == 1
    assert html.count("We aim to solve it by ") == 1
    assert "first response" not in html
    Clock.objects.filter(metric="first_response").update(due_at=timezone.now() - timedelta(minutes=12))
    assert "We meant to answer by" in read(client, carl, "portal_ticket", ticket)
