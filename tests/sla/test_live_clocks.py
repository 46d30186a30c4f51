"""Clocks follow what people do to tickets, through the doors that people use."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from sla.actions.clocks import differences_of
from sla.models import Clock, Policy, Segment
from tickets.actions.conversation import add_comment
from tickets.actions.merging import merge_tickets, unmerge_ticket
from tickets.actions.tickets import archive_ticket, change_ticket, restore_ticket
from tickets.choices import Channel
from tickets.models import Ticket, User

WEB = Channel.WEB


def states(ticket: Ticket) -> dict[str, str]:
    return {f"{c.metric} {c.serial}": c.state for c in Clock.objects.filter(ticket=ticket)}


def clock(ticket: Ticket, metric: str, serial: int = 1) -> Clock:
    return Clock.objects.get(ticket=ticket, metric=metric, serial=serial)


@pytest.fixture(autouse=True)
def nothing_differs(db: None) -> Any:
    """Whatever a test does, the stored ledgers are what the log says."""
    yield
    assert differences_of(Ticket.objects.values_list("pk", flat=True)) == {}


def test_a_new_ticket_is_promised_an_answer_and_a_solution(standard: Policy, ticket: Ticket) -> None:
    assert states(ticket) == {"first_response 1": "running", "resolution 1": "running"}
    assert clock(ticket, "first_response").due_at == ticket.created_at + timedelta(hours=4)
    assert clock(ticket, "first_response").next_at == ticket.created_at + timedelta(hours=2)
    ticket.refresh_from_db()
    assert ticket.due_at == ticket.created_at + timedelta(hours=4)


def test_creating_a_ticket_costs_three_queries_more(
    standard: Policy, make_ticket: Callable[..., Ticket], monkeypatch: pytest.MonkeyPatch
) -> None:
    make_ticket()
    with CaptureQueriesContext(connection) as with_clocks:
        make_ticket()
    monkeypatch.setattr("sla.actions.clocks.follow", lambda event: None)
    with CaptureQueriesContext(connection) as without:
        make_ticket()
    Ticket.objects.order_by("pk").last().delete()
    assert len(with_clocks) - len(without) <= 3


def test_a_reply_of_staff_answers_and_a_note_does_not(standard: Policy, ticket: Ticket, tess: User) -> None:
    add_comment(ticket=ticket, by=tess, via=WEB, body="Hm.", internal=True)
    add_comment(ticket=ticket, by=tess, via=WEB, body="We got your mail.", automatic=True)
    assert clock(ticket, "first_response").state == "running"
    add_comment(ticket=ticket, by=tess, via=Channel.PORTAL, body="Try another one.")
    assert clock(ticket, "first_response").state == "met"
    ticket.refresh_from_db()
    assert ticket.due_at == clock(ticket, "resolution").due_at


def test_the_customer_waits_again(standard: Policy, ticket: Ticket, tess: User, carl: User) -> None:
    for by in (tess, carl, tess, carl, carl):
        add_comment(ticket=ticket, by=by, via=WEB, body="…")
    assert states(ticket) == {
        "first_response 1": "met",
        "next_response 1": "met",
        "next_response 2": "running",
        "resolution 1": "running",
    }


def test_waiting_for_the_customer_rests_and_goes_on(standard: Policy, ticket: Ticket, tess: User, carl: User) -> None:
    change_ticket(ticket=ticket, by=tess, via=WEB, changes={"status": "pending"})
    resting = clock(ticket, "resolution")
    assert (resting.state, resting.due_at, resting.next_at) == ("paused", None, None)
    add_comment(ticket=ticket, by=carl, via=WEB, body="Here it is.")
    assert clock(ticket, "resolution").state == "running"
    assert [s.running for s in Segment.objects.filter(clock=resting)] == [True, False]


def test_resolving_and_opening_again(standard: Policy, ticket: Ticket, tess: User, carl: User) -> None:
    change_ticket(ticket=ticket, by=tess, via=WEB, changes={"status": "resolved", "resolution": "Done."})
    assert states(ticket) == {"first_response 1": "met", "resolution 1": "met"}
    ticket.refresh_from_db()
    assert ticket.due_at is None
    add_comment(ticket=ticket, by=carl, via=WEB, body="Not at all.")
    assert states(ticket) == {"first_response 1": "met", "next_response 1": "running", "resolution 1": "running"}


def test_priority_changes_the_target_and_keeps_the_time(standard: Policy, ticket: Ticket, tess: User) -> None:
    change_ticket(ticket=ticket, by=tess, via=WEB, changes={"priority": "high"})
    assert clock(ticket, "first_response").due_at == ticket.created_at + timedelta(hours=2)
    assert clock(ticket, "first_response").target == timedelta(hours=2)


def test_merging_cancels_and_undoing_it_goes_on(
    standard: Policy, make_ticket: Callable[..., Ticket], tess: User
) -> None:
    one, other = make_ticket(), make_ticket()
    merge_tickets(source=one, target=other, by=tess, via=WEB)
    assert set(states(one).values()) == {"cancelled"}
    assert set(states(other).values()) == {"running"}
    one.refresh_from_db()
    unmerge_ticket(ticket=one, by=tess, via=WEB)
    assert set(states(one).values()) == {"running"}


def test_archiving_cancels_and_restoring_goes_on(standard: Policy, ticket: Ticket, mona: User) -> None:
    archive_ticket(ticket=ticket, by=mona, via=WEB)
    assert set(states(ticket).values()) == {"cancelled"}
    restore_ticket(ticket=ticket, by=mona, via=WEB)
    assert set(states(ticket).values()) == {"running"}


def test_a_due_date_set_by_hand_gives_way_to_the_promise(standard: Policy, ticket: Ticket, tess: User) -> None:
    after = change_ticket(ticket=ticket, by=tess, via=WEB, changes={"due_at": "2030-01-01T00:00:00Z"})
    assert after.due_at == clock(ticket, "first_response").due_at
    ticket.refresh_from_db()
    assert ticket.due_at == after.due_at


def test_without_policies_nothing_is_promised(ticket: Ticket, tess: User) -> None:
    after = change_ticket(ticket=ticket, by=tess, via=WEB, changes={"due_at": "2030-01-01T00:00:00Z"})
    assert not Clock.objects.exists()
    assert after.due_at.year == 2030
