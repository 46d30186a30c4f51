"""Creating and changing tickets through the actions."""

import pytest

from tickets.actions.bulk import bulk_change
from tickets.actions.conversation import add_comment
from tickets.actions.merging import merge_tickets, unmerge_ticket
from tickets.actions.tickets import change_ticket, create_ticket
from tickets.choices import Channel, EventKind, Status
from tickets.errors import Conflict, Invalid, NotAllowed, NotFound
from tickets.models import Ticket
from tickets.search import find_tickets

WEB = Channel.WEB


def test_only_a_title_is_needed(carl, acme):
    ticket = create_ticket(by=carl, via=Channel.PORTAL, fields={"title": "No sound"})
    assert (ticket.status, ticket.requester, ticket.organization) == (Status.OPEN, carl, acme)
    assert ticket.reference == f"T-{ticket.pk}"
    event = ticket.events.get()
    assert (event.kind, event.version, event.actor, event.channel) == (
        EventKind.TICKET_CREATED,
        1,
        carl,
        Channel.PORTAL,
    )


def test_all_bad_fields_are_named_at_once(tess):
    with pytest.raises(Invalid) as refused:
        create_ticket(
            by=tess, via=WEB, fields={"title": "x" * 300, "priority": "urgent", "nonsense": 1, "description": "a\x00b"}
        )
    assert set(refused.value.errors) == {"title", "priority", "nonsense", "description"}


def test_an_organization_of_others_does_not_exist(carl, globex):
    with pytest.raises(NotFound):
        create_ticket(by=carl, via=WEB, fields={"title": "x", "organization": globex.pk})


def test_two_people_editing_different_fields_both_win(ticket, tess, mona):
    change_ticket(ticket=ticket, by=tess, via=WEB, changes={"priority": "high"}, base_version=1)
    after = change_ticket(ticket=ticket, by=mona, via=WEB, changes={"impact": "low"}, base_version=1)
    assert (after.priority, after.impact, after.version) == ("high", "low", 3)


def test_the_same_field_gives_both_values(ticket, tess, mona):
    change_ticket(ticket=ticket, by=tess, via=WEB, changes={"priority": "high"}, base_version=1)
    with pytest.raises(Conflict) as refused:
        change_ticket(ticket=ticket, by=mona, via=WEB, changes={"priority": "low", "impact": "low"}, base_version=1)
    assert refused.value.conflicts == {"priority": {"yours": "low", "theirs": "high"}}
    ticket.refresh_from_db()
    assert ticket.impact == "medium"


def test_resolving_asks_for_a_resolution(ticket, tess):
    with pytest.raises(Invalid) as refused:
        change_ticket(ticket=ticket, by=tess, via=WEB, changes={"status": "resolved"})
    assert "resolution" in refused.value.errors
    done = change_ticket(ticket=ticket, by=tess, via=WEB, changes={"status": "resolved", "resolution": "Put it out."})
    assert done.resolved_at is not None
    assert done.events.last().changes["status"] == ["open", "resolved"]


def test_a_requester_may_close_but_not_assign(ticket, carl, tess):
    with pytest.raises(NotAllowed):
        change_ticket(ticket=ticket, by=carl, via=WEB, changes={"assignee": tess.pk})
    assert change_ticket(ticket=ticket, by=carl, via=WEB, changes={"status": "closed"}).closed_at


def test_a_stranger_does_not_learn_that_the_ticket_exists(ticket, gina):
    with pytest.raises(NotFound):
        change_ticket(ticket=ticket, by=gina, via=WEB, changes={"title": "mine"})


def test_a_reply_of_the_requester_reopens(ticket, tess, carl):
    change_ticket(ticket=ticket, by=tess, via=WEB, changes={"status": "resolved", "resolution": "Done."})
    add_comment(ticket=ticket, by=carl, via=Channel.PORTAL, body="Still burning")
    ticket.refresh_from_db()
    assert (ticket.status, ticket.resolved_at) == (Status.OPEN, None)
    assert ticket.events.last().changes == {"status": ["resolved", "open"]}


def test_internal_notes_stay_inside(ticket, tess, carl):
    add_comment(ticket=ticket, by=tess, via=WEB, body="The customer is zealous", internal=True)
    assert not ticket.comments.visible_to(carl).exists()
    assert ticket.events.visible_to(carl).count() == 1
    everything = Ticket.objects.visible_to(carl)
    assert not find_tickets(everything, "zealous", carl).exists()
    assert find_tickets(Ticket.objects.all(), "zealous", tess).exists()


def test_a_merge_can_be_undone(make_ticket, tess, carl, cleo):
    first, second = make_ticket(), make_ticket("Printer burns", by=cleo)
    merge_tickets(source=second, target=first, by=tess, via=WEB)
    assert first.watchers.get() == cleo
    undone = unmerge_ticket(ticket=Ticket.objects.get(pk=second.pk), by=tess, via=WEB)
    assert (undone.status, undone.merged_into, first.watchers.count()) == (Status.OPEN, None, 0)


def test_a_bulk_change_tells_of_each_ticket(make_ticket, milo, desktop, tess):
    theirs, ours = make_ticket(), make_ticket()
    change_ticket(ticket=ours, by=tess, via=WEB, changes={"team": desktop.pk, "tags": ["a", "b"]})
    result = bulk_change(
        ticket_ids=[theirs.pk, ours.pk],
        by=milo,
        via=WEB,
        changes={"priority": "high", "add_tags": ["c"], "remove_tags": ["a"]},
    )
    assert (result.changed, list(result.refused)) == ([ours.pk], [theirs.pk])
    assert sorted(ours.tags.values_list("name", flat=True)) == ["b", "c"]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("printer", True),
        ("prin", True),
        ("printers fire", True),
        ('"on fire"', True),
        ("printer -fire", False),
        ("'; drop", False),
        ("", False),
    ],
)
def test_search(ticket, tess, words, found):
    assert find_tickets(Ticket.objects.all(), words, tess).exists() is found
