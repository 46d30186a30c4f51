"""A ticket handed on is made once in the other system, whatever happens on the way, and told what happens to it afterwards."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from integrations.actions.connect import save_connection
from integrations.actions.hand_on import hand_on
from integrations.aside import Unread, put_aside
from integrations.choices import RowKind
from integrations.errors import Busy, NotConnected, OutcomeUnknown, Refused, Unreachable
from integrations.models import Delivery, ExternalLink
from tests.integrations.conftest import settle
from tests.integrations.elsewhere import ElsewhereProvider
from tickets.actions.conversation import add_comment
from tickets.actions.files import attach_file
from tickets.actions.tickets import change_ticket
from tickets.choices import Channel, EventKind, WorkState
from tickets.errors import Conflict, NotAllowed, NotFound

pytestmark = pytest.mark.django_db


def test_a_record_is_made_linked_and_linked_back(connection, ticket, tess, elsewhere):
    hand_on(ticket=ticket, connection=connection, by=tess)
    settle()
    link = ExternalLink.objects.get()
    assert (link.ticket, link.remote_key, link.agreed["priority"]) == (ticket, "E-1", "medium")
    assert elsewhere.records["1"]["fields"] == {
        "summary": "Printer is on fire",
        "text": "",
        "state": "New",
        "level": "P3",
    }
    assert elsewhere.links["1"].endswith(f"/tickets/{ticket.reference}")
    event = ticket.events.get(kind=EventKind.EXTERNALLY_LINKED)
    assert (event.actor, event.is_public, event.data["key"]) == (tess, False, "E-1")


def test_what_was_said_before_follows(connect, ticket, tess, carl, elsewhere):
    connection = connect()
    add_comment(ticket=ticket, by=carl, via=Channel.PORTAL, body="It still burns")
    add_comment(ticket=ticket, by=tess, via=Channel.WEB, body="Secret", internal=True)
    attach_file(ticket=ticket, by=carl, via=Channel.PORTAL, file=SimpleUploadedFile("flames.txt", b"hot"))
    hand_on(ticket=ticket, connection=connection, by=tess)
    settle()
    assert [said.body for said in elsewhere.comments["1"]] == ["It still burns"]
    assert elsewhere.files["1"] == [("flames.txt", b"hot")]


def test_handing_on_twice_is_refused(connection, ticket, tess):
    hand_on(ticket=ticket, connection=connection, by=tess)
    with pytest.raises(Conflict, match="being handed on"):
        hand_on(ticket=ticket, connection=connection, by=tess)
    settle()
    with pytest.raises(Conflict, match="E-1"):
        hand_on(ticket=ticket, connection=connection, by=tess)


def test_only_staff_who_see_the_ticket_hand_it_on(connection, ticket, carl, milo):
    with pytest.raises(NotAllowed):
        hand_on(ticket=ticket, connection=connection, by=carl)
    with pytest.raises(NotFound):
        hand_on(ticket=ticket, connection=connection, by=milo)


@pytest.mark.parametrize("reached", [True, False])
def test_a_create_whose_answer_was_lost_is_looked_for_before_it_is_sent_again(
    connection, ticket, tess, elsewhere, reached
):
    elsewhere.fail("create", OutcomeUnknown("lost"), after=reached)
    hand_on(ticket=ticket, connection=connection, by=tess)
    settle()
    assert list(elsewhere.records) == ["1"]
    assert len(elsewhere.asked("create")) == (1 if reached else 2)
    assert ExternalLink.objects.get().remote_key == "E-1"


def test_what_may_be_among_rows_that_cannot_be_read_is_not_made_again(connection, ticket, tess, elsewhere, monkeypatch):
    def unread(self, marker, since):
        put_aside(Unread(RowKind.RECORD, "1", "Its state is missing.", {}))

    monkeypatch.setattr(ElsewhereProvider, "find", unread)
    elsewhere.fail("create", OutcomeUnknown("lost"), after=True)
    row = hand_on(ticket=ticket, connection=connection, by=tess)
    settle(12)
    row.refresh_from_db()
    assert (row.state, len(elsewhere.asked("create"))) == (WorkState.QUARANTINED, 1)
    assert "rows of the answer cannot be read" in row.last_error


def test_a_create_nobody_can_tell_about_ends_in_quarantine(connection, ticket, tess, elsewhere):
    for _ in range(9):
        elsewhere.fail("create", OutcomeUnknown("lost"))
    row = hand_on(ticket=ticket, connection=connection, by=tess)
    settle(12)
    row.refresh_from_db()
    assert row.state == WorkState.QUARANTINED
    assert "Look there by hand" in row.last_error
    assert len(elsewhere.asked("create")) == 7


def test_a_system_that_asks_for_time_gets_it_without_using_up_attempts(connection, ticket, tess, elsewhere):
    for _ in range(20):
        elsewhere.fail("create", Busy("later", 60))
    row = hand_on(ticket=ticket, connection=connection, by=tess)
    settle(30)
    row.refresh_from_db()
    assert row.state == WorkState.DONE


def test_a_refusal_is_final_and_trouble_is_not(connection, ticket, tess, elsewhere, make_ticket):
    elsewhere.fail("create", Refused("No such project"))
    elsewhere.fail("create", Unreachable("down"))
    first = hand_on(ticket=ticket, connection=connection, by=tess)
    second = hand_on(ticket=make_ticket("Other"), connection=connection, by=tess)
    settle()
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, second.state) == (WorkState.QUARANTINED, WorkState.DONE)
    assert "No such project" in first.last_error


def test_a_record_that_begins_in_another_status_is_brought_in_step(connection, ticket, tess, elsewhere):
    change_ticket(ticket=ticket, by=tess, via=Channel.WEB, changes={"status": "in_progress"})
    hand_on(ticket=ticket, connection=connection, by=tess)
    settle()
    assert elsewhere.asked("transition") == ["Doing"]
    assert ExternalLink.objects.get().agreed["status"] == "in_progress"


def test_changes_and_replies_are_told_in_order(linked, ticket, tess, elsewhere):
    add_comment(ticket=ticket, by=tess, via=Channel.WEB, body="On my way")
    change_ticket(ticket=ticket, by=tess, via=Channel.WEB, changes={"priority": "high", "status": "in_progress"})
    settle()
    verbs = [verb for verb, _ in elsewhere.calls if verb in ("comment", "update", "transition")]
    assert verbs == ["comment", "update", "transition"]
    assert elsewhere.records["1"]["fields"]["level"] == "P2"
    assert elsewhere.records["1"]["fields"]["state"] == "Doing"
    linked.refresh_from_db()
    assert (linked.agreed["priority"], linked.agreed["status"]) == ("high", "in_progress")


def test_a_reply_whose_answer_was_lost_is_not_said_twice(linked, ticket, tess, elsewhere):
    elsewhere.fail("comment", OutcomeUnknown("lost"), after=True)
    add_comment(ticket=ticket, by=tess, via=Channel.WEB, body="On my way")
    settle()
    assert [said.body for said in elsewhere.comments["1"]] == ["On my way"]


def test_what_nobody_there_has_a_word_for_is_not_told(linked, ticket, tess, elsewhere):
    change_ticket(ticket=ticket, by=tess, via=Channel.WEB, changes={"status": "on_hold"})
    settle()
    assert elsewhere.asked("transition") == []


def test_new_tickets_that_fit_are_handed_on_by_themselves(connect, make_ticket, tess, network, elsewhere):
    connect(hands_on=True, least_priority="high", team=network.pk)
    make_ticket("Small")
    make_ticket("Big", by=tess, priority="critical", team=network.pk)
    settle()
    assert [row["fields"]["summary"] for row in elsewhere.records.values()] == ["Big"]


def test_a_connection_that_is_switched_off_is_told_nothing(linked, ticket, make_ticket, tess, mona):
    connection = save_connection(by=mona, fields={"is_enabled": False}, connection=linked.connection)
    add_comment(ticket=ticket, by=tess, via=Channel.WEB, body="Hello")
    assert not Delivery.objects.filter(comment__body="Hello").exists()
    with pytest.raises(NotConnected, match="switched off"):
        hand_on(ticket=make_ticket("Other"), connection=connection, by=tess)
