"""A ticket's page shows where else it is known, hands it on, and asks where the two sides differ."""

import pytest
from django.urls import reverse

from integrations.actions.apply import apply_record
from integrations.errors import Refused
from integrations.models import Delivery, ExternalLink
from tests.integrations.conftest import settle
from tickets.actions.conversation import add_comment
from tickets.actions.tickets import change_ticket
from tickets.choices import Channel
from tickets.models import Ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client, tess):
    client.force_login(tess)
    return client


def shown(desk, ticket):
    return desk.get(reverse("ticket", args=[ticket.pk])).content.decode()


def press(desk, ticket, connection):
    address = reverse("integration_hand_on", args=[ticket.pk])
    return desk.post(address, {"connection": connection.pk}, follow=True).content.decode()


def test_nothing_is_shown_where_no_system_is_connected(desk, ticket):
    assert 'id="group-elsewhere" data-part aria-label="Other systems" hidden' in shown(desk, ticket)


def test_a_button_hands_it_on_and_a_link_leads_there(desk, ticket, connection):
    assert "Hand on to <bdi>Elsewhere</bdi>" in shown(desk, ticket)
    assert "Being handed on" in press(desk, ticket, connection)
    settle()
    page = shown(desk, ticket)
    assert '<a href="https://elsewhere.example.com/1" rel="noopener" class="cut">E-1</a>' in page
    assert "Hand on to" not in page
    assert "linked it with" in page


def test_what_did_not_go_well_is_said_and_can_be_tried_again(desk, ticket, connection, elsewhere):
    elsewhere.fail("create", Refused("No such project"))
    press(desk, ticket, connection)
    settle()
    page = shown(desk, ticket)
    assert "Not handed on" in page
    assert "Hand on to" in page
    press(desk, ticket, connection)
    settle()
    assert "Not handed on" not in shown(desk, ticket)


def test_a_question_is_asked_and_decided(desk, linked, ticket, tess, elsewhere):
    linked.connection.fields.filter(ours="priority").update(winner="ask")
    change_ticket(ticket=ticket, by=tess, via=Channel.WEB, changes={"priority": "low"})
    elsewhere.set("1", level="P1")
    apply_record(linked.connection, elsewhere.shown("1"))
    page = shown(desk, ticket)
    assert "Which priority stays?" in page
    assert "found two values for priority" in page
    address = reverse("integration_settle", args=[ticket.pk, linked.disagreements.get().pk])
    desk.post(address, {"keep": "theirs"})
    assert Ticket.objects.get().priority == "critical"
    assert "Which priority stays?" not in shown(desk, ticket)


def test_others_tickets_and_requesters_have_no_such_button(client, ticket, connection, milo, carl):
    address = reverse("integration_hand_on", args=[ticket.pk])
    for user in (milo, carl):
        client.force_login(user)
        assert client.post(address, {"connection": connection.pk}).status_code == 404
    assert not Delivery.objects.exists()


def test_a_ticket_is_parted_from_its_record_and_nothing_is_told_there_any_more(desk, linked, ticket, tess, elsewhere):
    change_ticket(ticket=ticket, by=tess, via=Channel.WEB, changes={"priority": "low"})
    assert "Unlink <bdi>E-1</bdi>" in shown(desk, ticket)
    desk.post(reverse("integration_unlink", args=[ticket.pk, linked.pk]))
    settle()
    page = shown(desk, ticket)
    assert "parted it from" in page
    assert "Unlink" not in page
    assert elsewhere.calls == []


def test_a_ticket_that_was_parted_can_be_handed_on_again_with_all_that_was_said(desk, linked, ticket, tess, elsewhere):
    add_comment(ticket=ticket, by=tess, via=Channel.WEB, body="On my way")
    settle()
    desk.post(reverse("integration_unlink", args=[ticket.pk, linked.pk]))
    press(desk, ticket, linked.connection)
    settle()
    assert [said.body for said in elsewhere.comments["3"]] == ["On my way"]


def test_links_are_parted_by_who_works_on_the_ticket(api, client, linked, ticket, milo, carl, tess):
    address = reverse("integration_unlink", args=[ticket.pk, linked.pk])
    for user in (milo, carl):
        client.force_login(user)
        assert client.post(address).status_code == 404
        assert api(user).delete(f"/api/v1/tickets/{ticket.pk}/external-links/{linked.pk}").status_code in (403, 404)
    assert ExternalLink.objects.exists()
    address = f"/api/v1/tickets/{ticket.pk}/external-links/{linked.pk}"
    assert [api(tess).delete(address).status_code for _ in range(2)] == [204, 404]
    assert not ExternalLink.objects.exists()
