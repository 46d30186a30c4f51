"""Breaches on the SLA board and on a ticket: seen and forgiven, one or many, without JavaScript too, and taken back."""

from collections.abc import Callable
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from sla.actions.watch import watch
from sla.models import Breach, Clock, Policy, Waiver
from tickets.models import Ticket, TicketEvent, User

HTMX: dict[str, Any] = {"HTTP_HX_REQUEST": "true"}
BOARD, WAIVE, ACKNOWLEDGE = "/sla", "/sla/breaches/waive", "/sla/breaches/acknowledge"
PERIOD = "/sla/waivers/new"


@pytest.fixture
def three(standard: Policy, make_ticket: Callable[..., Ticket]) -> list[Breach]:
    """Three tickets that nobody has answered in time."""
    for title in ("One", "Two", "Three"):
        make_ticket(title)
    Clock.objects.filter(metric="first_response").update(
        due_at=timezone.now() - timedelta(minutes=5), next_at=timezone.now() - timedelta(minutes=5), next_percent=100
    )
    watch(timezone.now())
    return list(Breach.objects.order_by("pk"))


def text(answer: Any) -> str:
    return unescape(answer.content.decode())


def test_a_technician_acknowledges_on_the_board(client: Client, tess: User, three: list[Breach]) -> None:
    client.force_login(tess)
    shown = text(client.get(BOARD))
    assert shown.count(">Acknowledge</button>") == 3 + 2  # rows, the bar, and what Enter does
    assert WAIVE + "?" not in shown
    back = f"{BOARD}?metric=first_response"
    answer = client.post(ACKNOWLEDGE, {"one": three[0].pk, "back": back}, follow=True)
    assert answer.redirect_chain == [(back, 302)]
    assert "Noted that you have seen it." in text(answer)
    assert "Seen by <bdi>Tess</bdi>" in text(answer)
    rest = {"breaches": [breach.pk for breach in three], "back": "https://elsewhere.example/"}
    answer = client.post(ACKNOWLEDGE, rest, follow=True)
    assert answer.redirect_chain == [(BOARD, 302)]
    assert "Noted that you have seen 3 breaches." in text(answer)
    assert Breach.objects.filter(acknowledged_by=tess).count() == 3


def test_a_manager_forgives_a_selected_set_and_takes_it_back(client: Client, mona: User, three: list[Breach]) -> None:
    client.force_login(mona)
    assert f"{WAIVE}?one={three[0].pk}&back=" in text(client.get(BOARD))
    chosen = {"breaches": [three[0].pk, three[1].pk], "back": BOARD}
    for given, status in (({}, 200), ({"reason": " "}, 400)):  # the bar sends no reason: it is asked for
        asked = client.post(WAIVE, chosen | given)
        assert asked.status_code == status
        assert ("Write something here." in text(asked)) == (status == 400)
        assert text(asked).count('type="hidden" name="breaches"') == 2  # nothing that was selected is lost
    done = client.post(WAIVE, chosen | {"reason": "Power cut"}, follow=True)
    waiver = Waiver.objects.get()
    assert "2 breaches forgiven." in text(done)
    assert f'value="waiver:{waiver.pk}"' in text(done)
    assert text(done).count("Forgiven: <bdi>Power cut</bdi>") == 2
    assert set(waiver.breaches.all()) == set(three[:2])
    page = reverse("sla_waiver", args=[waiver.pk])
    shown = text(client.get(page, {"back": "/tickets"}))
    assert "2 breaches forgiven by <bdi>Mona</bdi>" in shown
    assert ">Take back</button>" in shown
    back = client.post(page, {"back": "/tickets"})
    assert back["Location"] == "/tickets"
    assert not waiver.breaches.exists()
    gone = text(client.get(page))
    assert "Taken back by <bdi>Mona</bdi>" in gone
    assert ">Take back</button>" not in gone
    kinds = TicketEvent.objects.filter(ticket=three[0].ticket_id, actor=mona).values_list("kind", flat=True)
    assert list(kinds) == ["sla_waived", "sla_unwaived"]


def test_the_toast_takes_a_waiver_back(client: Client, mona: User, tess: User, three: list[Breach]) -> None:
    client.force_login(mona)
    answer = client.post(WAIVE, {"one": three[2].pk, "reason": "Storm"}, **HTMX)
    assert "promises-changed" in answer["HX-Trigger"]
    waiver = Waiver.objects.get()
    client.force_login(tess)
    assert client.post(reverse("undo"), {"what": f"waiver:{waiver.pk}"}).status_code == 400
    assert waiver.breaches.count() == 1
    client.force_login(mona)
    client.post(reverse("undo"), {"what": f"waiver:{waiver.pk}"})
    assert waiver.breaches.count() == 0
    assert client.post(reverse("undo"), {"what": "waiver:999999"}).status_code == 400


def test_a_row_and_a_ticket_lead_to_the_form(client: Client, mona: User, three: list[Breach]) -> None:
    client.force_login(mona)
    ticket = reverse("ticket", args=[three[0].ticket_id])
    assert f"{WAIVE}?one={three[0].pk}&back={ticket}" in text(client.get(ticket))
    form = text(client.get(WAIVE, {"one": three[0].pk, "back": ticket}))
    assert "Forgive 1 breach" in form
    assert f'name="back" value="{ticket}"' in form
    fragment = text(client.get(WAIVE, {"one": three[0].pk}, **HTMX))
    assert "<html" not in fragment
    client.post(WAIVE, {"breaches": three[0].pk, "reason": "Storm <b>", "back": ticket})
    shown = client.get(ticket).content.decode()
    assert "Forgiven: <bdi>Storm &lt;b&gt;</bdi>" in shown
    assert reverse("sla_waiver", args=[Waiver.objects.get().pk]) in shown


def test_what_is_forgiven_cannot_be_selected_again(client: Client, mona: User, three: list[Breach]) -> None:
    client.force_login(mona)
    client.post(WAIVE, {"one": three[0].pk, "reason": "Storm"})
    shown = text(client.get(BOARD))
    assert f'name="breaches" value="{three[0].pk}"' not in shown
    assert f'name="breaches" value="{three[1].pk}"' in shown
    again = client.post(WAIVE, {"one": three[0].pk, "reason": "Storm"})
    assert "waived already" in text(again)


def test_forgiving_is_for_managers(client: Client, tess: User, carl: User, milo: User, three: list[Breach]) -> None:
    client.force_login(tess)
    assert client.get(WAIVE, {"one": three[0].pk}).status_code == 403
    assert client.post(WAIVE, {"one": three[0].pk, "reason": "Mine"}).status_code == 403
    client.force_login(carl)
    for address in (WAIVE, ACKNOWLEDGE):
        assert client.post(address, {"one": three[0].pk, "reason": "x"}).status_code == 404
    client.force_login(milo)
    assert client.post(ACKNOWLEDGE, {"one": three[0].pk}).status_code == 404
    assert not Waiver.objects.exists()
    assert not Breach.objects.exclude(acknowledged_at=None).exists()


@pytest.mark.parametrize(
    "given", [{}, {"breaches": "x"}, {"one": "9" * 30}, {"breaches": [str(n) for n in range(1, 203)]}]
)
def test_nothing_or_too_much_selected_is_refused(client: Client, mona: User, given: dict[str, Any]) -> None:
    client.force_login(mona)
    for address in (WAIVE, ACKNOWLEDGE):
        refused = client.post(address, given)
        assert (refused.status_code, "Select 1 to 200 breaches." in text(refused)) == (400, True)


def test_more_breaches_cost_no_more_queries(
    client: Client, mona: User, three: list[Breach], make_ticket: Callable[..., Ticket]
) -> None:
    client.force_login(mona)
    client.post(WAIVE, {"one": three[0].pk, "reason": "Storm"})
    client.post(ACKNOWLEDGE, {"one": three[1].pk})
    client.get(BOARD)
    with CaptureQueriesContext(connection) as few:
        client.get(BOARD)
    for title in ("Four", "Five", "Six"):
        make_ticket(title)
    Clock.objects.filter(ticket__title__in=["Four", "Five", "Six"]).update(next_at=timezone.now(), next_percent=100)
    Clock.objects.filter(metric="first_response").update(due_at=timezone.now() - timedelta(minutes=5))
    watch(timezone.now())
    with CaptureQueriesContext(connection) as many:
        client.get(BOARD)
    assert len(many) == len(few)


def test_a_manager_forgives_a_period_of_one_organization(
    client: Client, mona: User, three: list[Breach], ticket: Ticket, carl: User
) -> None:
    ours = Breach.objects.filter(ticket__organization=carl.organization)
    client.force_login(mona)
    assert "Forgive a period" in text(client.get(BOARD))
    asked = {"since": "2026-01-01T00:00", "until": "2100-01-01T00:00", "organization": "Acme", "reason": "Late holiday"}
    wrong = client.post(PERIOD, asked | {"until": "2025-01-01T00:00"})
    assert wrong.status_code == 400
    assert "The end lies after the beginning." in text(wrong)
    assert 'value="Late holiday"' in text(wrong)
    long_ago = {"since": "2020-01-01T00:00", "until": "2021-01-01T00:00"}
    assert "No breach meets these conditions" in text(client.post(PERIOD, asked | long_ago))
    done = client.post(PERIOD, asked, follow=True)
    waiver = Waiver.objects.get()
    assert f"{ours.count()} breaches forgiven." in text(done)
    assert set(waiver.breaches.all()) == set(ours)
    client.post(reverse("undo"), {"what": f"waiver:{waiver.pk}"})
    assert not waiver.breaches.exists()


def test_only_who_may_forgive_is_offered_it(client: Client, tess: User, three: list[Breach]) -> None:
    client.force_login(tess)
    assert "Forgive a period" not in text(client.get(BOARD))
    assert client.get(PERIOD).status_code == 403
