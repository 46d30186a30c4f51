"""What another system says changes the ticket once, is not sent back, and meets our own changes under each field's rule."""

from dataclasses import replace

import pytest

from integrations.actions.apply import apply_record
from integrations.actions.hand_on import hand_on
from integrations.actions.settle import settle_disagreement
from integrations.models import Delivery, Disagreement, ExternalLink
from tests.integrations.conftest import settle
from tickets.actions.conversation import add_comment
from tickets.actions.tickets import change_ticket
from tickets.choices import Channel, EventKind
from tickets.models import Ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def hear(linked, elsewhere):
    """`hear(level="P1")` has record 1 changed there and told here; returns the ticket."""

    def tell(**fields):
        if fields:
            elsewhere.set("1", **fields)
        apply_record(linked.connection, elsewhere.shown("1"))
        return Ticket.objects.get(pk=linked.ticket_id)

    return tell


@pytest.fixture
def rule(linked):
    """`rule("priority", "theirs")` says whose value stays."""
    return lambda field, winner: linked.connection.fields.filter(ours=field).update(winner=winner)


def change(ticket, by, **changes):
    return change_ticket(ticket=ticket, by=by, via=Channel.WEB, changes=changes)


def test_a_change_there_is_a_change_here_and_not_sent_back(hear, elsewhere):
    ticket = hear(level="P1", summary="Printer is ash")
    assert (ticket.priority, ticket.title) == ("critical", "Printer is ash")
    event = ticket.events.last()
    assert (event.actor_name, event.channel) == ("Elsewhere", Channel.WEBHOOK)
    settle()
    assert elsewhere.asked("update") == []


def test_saying_it_twice_changes_nothing_more(hear):
    version = hear(level="P1").version
    assert hear().version == version


def test_another_connection_hears_of_it(connect, hear, ticket, tess, elsewhere):
    other = connect(name="Second")
    hand_on(ticket=ticket, connection=other, by=tess)
    settle()
    hear(level="P1")
    settle()
    second = ExternalLink.objects.get(connection=other).remote_id
    assert elsewhere.records[second]["fields"]["level"] == "P1"


def test_older_news_do_not_undo_newer_ones(hear, linked, elsewhere):
    old = elsewhere.shown("1")
    hear(level="P1")
    apply_record(linked.connection, old)
    assert Ticket.objects.get().priority == "critical"


def test_our_own_change_coming_back_late_undoes_nothing(hear, linked, ticket, tess, elsewhere):
    elsewhere.say("1", "Looking into it")
    old = elsewhere.shown("1")
    change(ticket, tess, priority="critical")
    settle()
    apply_record(linked.connection, old)
    ticket.refresh_from_db()
    assert ticket.priority == "critical"
    assert ticket.comments.get().author_name == "Mia (Elsewhere)"


def test_done_there_is_resolved_here_with_a_resolution(hear):
    ticket = hear(state="Done")
    assert (ticket.status, ticket.resolution) == ("resolved", "Resolved in Elsewhere as E-1.")


def test_two_words_of_ours_for_one_of_theirs_stay_as_they_are(hear, ticket, tess):
    change(ticket, tess, status="closed")
    settle()
    assert hear(summary="Ash").status == "closed"


def test_a_comment_there_is_a_note_here_once(hear, elsewhere):
    elsewhere.say("1", "We need the **serial** number", "Mia")
    ticket = hear()
    hear()
    note = ticket.comments.get()
    assert (note.author_name, note.is_internal, note.body) == (
        "Mia (Elsewhere)",
        True,
        "We need the **serial** number",
    )
    settle()
    assert elsewhere.asked("comment") == []


def test_our_comment_coming_back_is_not_taken_for_theirs(hear, ticket, tess, elsewhere):
    add_comment(ticket=ticket, by=tess, via=Channel.WEB, body="On my way")
    settle()
    hear(summary="Ash")
    assert ticket.comments.count() == 1


def test_a_field_changed_on_both_sides_goes_by_its_rule_and_the_loser_stays_in_the_timeline(
    hear, rule, ticket, tess, elsewhere
):
    rule("priority", "theirs")
    change(ticket, tess, priority="low")
    assert hear(level="P1").priority == "critical"
    event = ticket.events.get(kind=EventKind.EXTERNALLY_DIFFERED)
    assert event.data | {"connection": 0, "key": 0} == {
        "connection": 0,
        "key": 0,
        "field": "priority",
        "ours": "low",
        "theirs": "critical",
        "kept": "theirs",
    }


def test_where_ours_stays_it_is_told_to_them(hear, rule, ticket, tess, elsewhere):
    rule("priority", "ours")
    change(ticket, tess, priority="low")
    assert hear(level="P1").priority == "low"
    settle()
    assert elsewhere.records["1"]["fields"]["level"] == "P4"


def test_where_the_newest_stays_a_late_change_of_ours_does(hear, ticket, tess, elsewhere):
    elsewhere.set("1", level="P1")
    change(ticket, tess, priority="low")
    assert hear().priority == "low"


@pytest.mark.parametrize(("keep", "here", "there"), [("ours", "low", "P4"), ("theirs", "critical", "P1")])
def test_where_a_person_decides_both_wait_for_that(hear, rule, ticket, tess, elsewhere, keep, here, there):
    rule("priority", "ask")
    change(ticket, tess, priority="low")
    hear(level="P1")
    settle()
    assert Ticket.objects.get().priority == "low"
    assert elsewhere.records["1"]["fields"]["level"] == "P1"
    settle_disagreement(disagreement=Disagreement.objects.get(), by=tess, via=Channel.WEB, keep=keep)
    settle()
    assert Ticket.objects.get().priority == here
    assert elsewhere.records["1"]["fields"]["level"] == there


def test_what_our_ticket_cannot_become_is_told_instead(hear, ticket, tess, linked):
    linked.connection.values.create(field="status", ours="on_hold", theirs="Parked")
    change(ticket, tess, status="closed")
    settle()
    assert hear(state="Parked").status == "closed"
    assert ticket.events.filter(kind=EventKind.EXTERNALLY_DIFFERED).get().data["kept"] == "ours"


def test_a_record_that_is_gone_takes_the_link_with_it(linked, elsewhere, ticket):
    apply_record(linked.connection, replace(elsewhere.shown("1"), is_gone=True))
    assert not ExternalLink.objects.exists()
    assert ticket.events.last().data["gone"] is True


def test_records_open_tickets_only_where_the_connection_does(connection, connect, elsewhere, carl, mona):
    number = elsewhere.make(summary="From there", level="P1")
    assert apply_record(connection, elsewhere.shown(number)) is False
    opening = connect(name="Opening", opens_tickets=True)
    apply_record(opening, elsewhere.shown(number))
    apply_record(opening, elsewhere.shown(number))
    ticket = Ticket.objects.get()
    assert (ticket.title, ticket.priority, ticket.requester) == ("From there", "critical", mona)
    assert not Delivery.objects.exists()


def test_a_system_with_fewer_statuses_does_not_take_ours_back(linked, ticket, tess, hear):
    for theirs in ("Waiting", "New"):  # it is told Waiting, and says New of all that is not done
        linked.connection.values.create(field="status", ours="pending", theirs=theirs)
    change(ticket, tess, status="pending")
    settle()
    assert hear(state="New").status == "pending"
    assert hear(state="Doing").status == "in_progress"
