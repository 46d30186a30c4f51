"""The rows of the table in docs/sla.md that are about what the event log says; `test_clock_table.py` sees that none is missing."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, TypeVar

from django.utils import timezone

from sla.actions.clocks import backfill
from sla.actions.watch import watch
from sla.models import Breach, Clock, Escalation, Policy
from tickets.actions.conversation import add_comment
from tickets.actions.history import Life, write_lives
from tickets.actions.merging import merge_tickets
from tickets.choices import Channel, Status
from tickets.models import Ticket, User

WEB = Channel.WEB
BY_THE_LOG: set[str] = set()
F = TypeVar("F", bound=Callable[..., None])


def row(name: str) -> Callable[[F], F]:
    """Name the row that a test is about."""

    def mark(test: F) -> F:
        BY_THE_LOG.add(name)
        return test

    return mark


def states(ticket: Ticket) -> dict[str, str]:
    return dict(Clock.objects.filter(ticket=ticket).values_list("metric", "state"))


@row("staff reply on a ticket that they ask for themselves")
def test_staff_who_ask_are_the_customer(
    standard: Policy, make_ticket: Callable[..., Ticket], tess: User, mona: User
) -> None:
    ticket = make_ticket(by=tess, requester=tess.pk)
    add_comment(ticket=ticket, by=tess, via=WEB, body="Anybody?")
    assert states(ticket) == {"first_response": "running", "resolution": "running"}
    add_comment(ticket=ticket, by=mona, via=WEB, body="Have you tried another cable?")
    assert states(ticket) == {"first_response": "met", "resolution": "running"}
    add_comment(ticket=ticket, by=tess, via=WEB, body="I have.")
    assert states(ticket) == {"first_response": "met", "resolution": "running", "next_response": "running"}


@row("an internal note, an automatic reply")
def test_what_no_customer_waits_for_is_no_response(standard: Policy, ticket: Ticket, tess: User, carl: User) -> None:
    def say_nothing() -> None:
        add_comment(ticket=ticket, by=tess, via=WEB, body="Looks burnt.", internal=True)
        add_comment(ticket=ticket, by=tess, via=WEB, body="We got your mail.", automatic=True)

    say_nothing()
    assert states(ticket) == {"first_response": "running", "resolution": "running"}
    add_comment(ticket=ticket, by=tess, via=WEB, body="On it.")
    add_comment(ticket=ticket, by=carl, via=WEB, body="When?")
    say_nothing()
    assert states(ticket) == {"first_response": "met", "resolution": "running", "next_response": "running"}


@row("another ticket was merged into it")
def test_a_ticket_that_takes_another_in_goes_on(
    standard: Policy, ticket: Ticket, make_ticket: Callable[..., Ticket], tess: User
) -> None:
    other = make_ticket("The same again")
    add_comment(ticket=other, by=tess, via=WEB, body="See the other one.")
    columns = ("metric", "serial", "state", "since", "due_at", "used", "stopped_at")
    before = list(Clock.objects.filter(ticket=ticket).values(*columns))
    merge_tickets(source=other, target=ticket, by=tess, via=WEB)
    assert list(Clock.objects.filter(ticket=ticket).values(*columns)) == before


@row("imported, or dated back")
def test_what_was_due_before_it_came_is_noted_without_alerts(standard: Policy, carl: User, make_rule: Any) -> None:
    make_rule()
    now = timezone.now()
    began = now - timedelta(hours=5)
    life = Life.begin(
        by=carl, via=Channel.IMPORT, at=began, values={"title": "Old", "status": Status.OPEN, "requester": carl}
    )
    write_lives([life])
    backfill([life.ticket.pk], now)
    clock = Clock.objects.get(ticket=life.ticket.pk, metric="first_response")
    assert (clock.started_at, clock.due_at) == (began, began + timedelta(hours=4))
    watch(now + timedelta(seconds=1))
    assert Breach.objects.get(clock=clock).is_quiet
    assert not Ticket.objects.get(pk=life.ticket.pk).events.filter(kind__startswith="sla_").exists()
    assert not Escalation.objects.exists()
