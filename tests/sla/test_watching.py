"""Warnings and breaches are written once each, whoever looks, how often, and whatever the time does in between."""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone

from sla import findings, tasks
from sla.actions.watch import watch
from sla.models import Breach, Clock, EarlyWarning, Policy
from tickets import work
from tickets.actions.conversation import add_comment
from tickets.actions.tickets import change_ticket
from tickets.choices import Channel, EventKind, Tier
from tickets.models import Organization, Ticket, TicketEvent, User
from ticketsite import settings as configured

WEB = Channel.WEB


def hours(ticket: Ticket, number: float) -> datetime:
    return ticket.created_at + timedelta(hours=number)


def announced(ticket: Ticket) -> list[tuple[str, str, int]]:
    events = TicketEvent.objects.filter(ticket=ticket, kind__startswith="sla_").order_by("version")
    return [(event.kind, event.data["metric"], event.data["percent"]) for event in events]


def test_each_percentage_is_announced_when_it_is_reached(standard: Policy, ticket: Ticket) -> None:
    assert watch(hours(ticket, 1.99)) == 0
    assert watch(hours(ticket, 2)) == 1
    assert watch(hours(ticket, 2.5)) == 0
    assert announced(ticket) == [("sla_warning", "first_response", 50)]
    watch(hours(ticket, 3))
    watch(hours(ticket, 3.6))
    watch(hours(ticket, 4))
    assert announced(ticket)[1:] == [
        ("sla_warning", "first_response", 75),
        ("sla_warning", "first_response", 90),
        ("sla_breached", "first_response", 100),
    ]


def test_the_log_says_what_and_when_and_stays_in_order(standard: Policy, ticket: Ticket) -> None:
    before = ticket.updated_at
    watch(hours(ticket, 4))
    ticket.refresh_from_db()
    last = TicketEvent.objects.filter(ticket=ticket).latest("version")
    assert (last.version, ticket.version, ticket.updated_at) == (ticket.version, 5, before)
    assert (last.kind, last.actor_name, last.channel) == (EventKind.SLA_BREACHED, "SLA watch", Channel.SYSTEM)
    assert last.data["risk"] == "critical"
    assert last.data["due_at"].startswith(hours(ticket, 4).isoformat()[:19])
    assert not last.is_public


def test_a_breach_tells_what_held_then(
    standard: Policy, ticket: Ticket, tess: User, network: Any, acme: Organization
) -> None:
    acme.tier = Tier.GOLD
    acme.save()
    change_ticket(ticket=ticket, by=tess, via=WEB, changes={"assignee": tess.pk, "team": network.pk})
    watch(hours(ticket, 4))
    breach = Breach.objects.get()
    assert (breach.breach_type, breach.metric, breach.severity) == ("response", "first_response", "high")
    assert (breach.technician, breach.team, breach.organization) == (tess, network, acme)
    assert breach.escalation_required
    assert breach.customer_impact == (
        "Acme (Gold) waits longer than 4 h for a first response. Impact of the ticket: medium."
    )
    assert (breach.reached_at, breach.is_late) == (hours(ticket, 4), False)
    change_ticket(ticket=ticket, by=tess, via=WEB, changes={"priority": "low", "assignee": None})
    breach.refresh_from_db()
    assert (breach.severity, breach.technician) == ("high", tess)


def test_an_hour_without_checks_is_made_up_for_and_marked(standard: Policy, ticket: Ticket) -> None:
    watch(hours(ticket, 4.5))
    assert [row.percent for row in EarlyWarning.objects.order_by("percent")] == [50, 75, 90]
    breach = Breach.objects.get()
    assert (breach.is_late, breach.late_by) == (True, timedelta(minutes=30))
    assert TicketEvent.objects.get(kind=EventKind.SLA_BREACHED).data["late_by"] == 1800
    watch(hours(ticket, 5))
    assert (EarlyWarning.objects.count(), Breach.objects.count()) == (3, 1)


def test_a_clock_that_jumps_says_nothing_twice(standard: Policy, ticket: Ticket) -> None:
    for at in (3, 1, 3, 2.2, 4, 0, 4, 3.9):
        watch(hours(ticket, at))
    assert [percent for _, _, percent in announced(ticket)] == [50, 75, 90, 100]


def test_a_clock_that_is_set_back_says_nothing_twice(standard: Policy, ticket: Ticket) -> None:
    watch(hours(ticket, 4))
    Clock.objects.update(announced=0, next_percent=50, next_at=hours(ticket, 2))
    watch(hours(ticket, 4.1))
    assert (EarlyWarning.objects.filter(clock__metric="first_response").count(), Breach.objects.count()) == (3, 1)
    assert [line for line in announced(ticket) if line[1] == "first_response"][-1][2] == 100


def test_what_became_too_late_by_a_change_is_no_lateness_of_the_watch(
    standard: Policy, ticket: Ticket, tess: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timezone, "now", lambda: hours(ticket, 3))
    watch(hours(ticket, 3))
    change_ticket(ticket=ticket, by=tess, via=WEB, changes={"priority": "high"})
    watch(hours(ticket, 3))
    breach = Breach.objects.get()
    assert (breach.reached_at, breach.is_late, breach.late_by) == (hours(ticket, 2), False, timedelta(0))


def test_an_answer_in_time_is_no_breach(standard: Policy, ticket: Ticket, tess: User) -> None:
    add_comment(ticket=ticket, by=tess, via=WEB, body="On it.")
    watch(hours(ticket, 5))
    assert not Breach.objects.exists()


def test_an_answer_too_late_is_one_though_nobody_looked_in_between(
    standard: Policy, ticket: Ticket, tess: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timezone, "now", lambda: hours(ticket, 4.2))
    add_comment(ticket=ticket, by=tess, via=WEB, body="Sorry.")
    watch(hours(ticket, 4.3))
    assert Breach.objects.get().reached_at == hours(ticket, 4)
    watch(hours(ticket, 5))
    assert Breach.objects.count() == 1


def test_time_that_rests_reaches_nothing(standard: Policy, ticket: Ticket, tess: User) -> None:
    change_ticket(ticket=ticket, by=tess, via=WEB, changes={"status": "pending"})
    watch(hours(ticket, 40))
    assert not Breach.objects.filter(metric="resolution").exists()


def test_what_was_reached_before_time_rested_is_made_up_for(
    standard: Policy, ticket: Ticket, tess: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timezone, "now", lambda: hours(ticket, 13))
    change_ticket(ticket=ticket, by=tess, via=WEB, changes={"status": "pending"})
    watch(hours(ticket, 14))
    passed = EarlyWarning.objects.filter(clock__metric="resolution").order_by("percent")
    assert [(row.percent, row.reached_at) for row in passed] == [(50, hours(ticket, 8)), (75, hours(ticket, 12))]
    clock = Clock.objects.get(metric="resolution")
    assert (clock.announced, clock.next_percent, clock.next_at) == (75, 90, None)


def test_what_was_reached_before_the_promise_was_made_is_noted_in_silence(
    ticket: Ticket, make_policy: Callable[..., Policy]
) -> None:
    Ticket.objects.update(created_at=ticket.created_at - timedelta(hours=6))
    make_policy("New", is_default=True, targets={"first_response": {"medium": "4 h"}})
    work.run_due()
    watch(timezone.now())
    assert Breach.objects.get().is_quiet
    assert announced(ticket) == []


def risk(ticket: Ticket) -> str:
    ticket.refresh_from_db()
    return ticket.risk


def test_risk_rises_with_the_share_that_is_used_up(standard: Policy, ticket: Ticket, tess: User) -> None:
    seen = []
    for at in (1, 2, 3, 3.6, 4):
        watch(hours(ticket, at))
        seen.append(risk(ticket))
    assert seen == ["low", "medium", "medium", "high", "critical"]
    assert Ticket.objects.filter(pk=ticket.pk).values_list("risk_rank", flat=True)[0] == 4
    add_comment(ticket=ticket, by=tess, via=WEB, body="Here.")
    assert risk(ticket) == "low"  # what remains is the solution, in twelve hours


def test_the_schedule_says_every_second_and_forgets_what_waited() -> None:
    entry = configured.CELERY_BEAT_SCHEDULE["watch service levels"]
    assert (entry["task"], entry["schedule"], entry["options"]) == (
        tasks.watch_clocks.name,
        timedelta(seconds=1),
        {"expires": 1},
    )


def test_the_task_looks_at_what_is_due_now(standard: Policy, ticket: Ticket) -> None:
    Clock.objects.filter(metric="first_response").update(next_at=timezone.now() - timedelta(seconds=1))
    tasks.watch_clocks()
    assert EarlyWarning.objects.get().percent == 50


def test_nothing_due_costs_one_query(standard: Policy, ticket: Ticket, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        watch(hours(ticket, 1))


def test_many_tickets_cost_as_many_queries_as_one(
    standard: Policy, make_ticket: Callable[..., Ticket], django_assert_max_num_queries: Any
) -> None:
    first = make_ticket()
    for number in range(20):
        make_ticket(f"Number {number}")
    with django_assert_max_num_queries(30):
        assert watch(hours(first, 4.1)) == 21
    assert Breach.objects.count() == 21


class Killed(Exception):
    """The worker is gone."""


def test_a_watch_that_is_killed_in_between_leaves_nothing_half_done(
    standard: Policy, ticket: Ticket, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(*_: Any) -> None:
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(findings, "append_all", die)
        with pytest.raises(Killed), transaction.atomic():
            watch(hours(ticket, 4))
    assert not Breach.objects.exists()
    watch(hours(ticket, 4))
    assert [percent for _, _, percent in announced(ticket)] == [50, 75, 90, 100]


@pytest.mark.django_db(transaction=True)
def test_two_watches_at_once_write_each_line_once(standard: Policy, make_ticket: Callable[..., Ticket]) -> None:
    tickets = [make_ticket(f"Number {number}") for number in range(30)]
    at, start, trouble = hours(tickets[-1], 4), threading.Barrier(3), []

    def look() -> None:
        start.wait()
        try:
            watch(at)
        except Exception as error:  # noqa: BLE001 - told to the test
            trouble.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=look) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    watch(at)
    assert not trouble
    assert (Breach.objects.count(), EarlyWarning.objects.count()) == (30, 90)
    assert TicketEvent.objects.filter(kind=EventKind.SLA_BREACHED).count() == 30


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite locks the whole database")
def test_a_ticket_that_somebody_writes_to_waits_for_the_next_second(
    standard: Policy, make_ticket: Callable[..., Ticket]
) -> None:
    held, other = make_ticket("Held"), make_ticket("Free")
    holding, done = threading.Event(), threading.Event()

    def hold() -> None:
        with transaction.atomic():
            Ticket.objects.select_for_update().get(pk=held.pk)
            holding.set()
            done.wait(10)
        connection.close()

    thread = threading.Thread(target=hold)
    thread.start()
    assert holding.wait(10)
    watch(hours(other, 4.1))
    assert Breach.objects.get().ticket == other
    done.set()
    thread.join()
    watch(hours(other, 4.1))
    assert Breach.objects.count() == 2
