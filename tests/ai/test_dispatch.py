"""Giving tickets out: a manager plans, looks and applies; programs and rules do the same through the same door."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from ai.actions.dispatch import apply_plan, follow_rules, propose_plan, suggest_assignees
from ai.dispatch import desk, people
from ai.models import DispatchPlan, DispatchRule, RiskForecast
from tests.api_client import ApiClient
from tickets.actions.tickets import change_ticket, create_ticket
from tickets.choices import Channel, Level, TicketScope
from tickets.errors import Conflict, NotAllowed
from tickets.models import Category, Skill, Team, Technician, TechnicianSkill, Ticket, TicketEvent, User
from tickets.models.technician import Availability, TimeOff

pytestmark = pytest.mark.django_db


@pytest.fixture
def crew(tess: User, milo: User) -> tuple[Technician, Technician]:
    """Tess knows printers, Milo networks; both are always at work."""
    found = []
    for person, skill in ((tess, "Printers"), (milo, "Networks")):
        technician, _ = Technician.objects.get_or_create(user=person)
        technician.teams.clear()
        TechnicianSkill.objects.create(technician=technician, skill=Skill.objects.create(name=skill), proficiency=8)
        found.append(technician)
    return found[0], found[1]


@pytest.fixture
def printers(crew: Any) -> Category:
    category = Category.objects.create(name="Printers")
    category.skills.add(Skill.objects.get(name="Printers"))
    return category


def ask(carl: User, **fields: Any) -> Ticket:
    return create_ticket(by=carl, via=Channel.PORTAL, fields={"title": "It burns", **fields})


def routed(ticket: Ticket, mona: User, **changes: Any) -> Ticket:
    return change_ticket(ticket=ticket, by=mona, via=Channel.WEB, changes=changes)


def test_a_plan_gives_a_ticket_to_whom_has_the_skill_its_category_asks_for(
    carl: User, mona: User, tess: User, printers: Category
) -> None:
    ticket = routed(ask(carl), mona, category=printers.pk)
    plan = propose_plan(by=mona, now=timezone.now())
    assert [(row["ticket"], row["worker"]) for row in plan.placements] == [(ticket.pk, tess.pk)]
    assert Ticket.objects.get(pk=ticket.pk).assignee is None
    apply_plan(plan=plan, by=mona, via=Channel.WEB, now=timezone.now())
    assert Ticket.objects.get(pk=ticket.pk).assignee == tess
    event = TicketEvent.objects.filter(ticket=ticket).latest("pk")
    assert event.actor == mona


def test_the_one_more_likely_to_be_late_is_given_out_first(carl: User, mona: User, tess: User, crew: Any) -> None:
    now = timezone.now()
    calm, foreseen = ask(carl, title="Calm"), ask(carl, title="Foreseen")
    Technician.objects.exclude(user=tess).delete()
    Technician.objects.update(max_load=1)
    RiskForecast.objects.update_or_create(ticket=foreseen, defaults={"probability": 0.9, "made_at": now})
    assert {row["ticket"]: row["worker"] for row in propose_plan(by=mona, now=now).placements} == {
        calm.pk: None,
        foreseen.pk: tess.pk,
    }


@pytest.mark.parametrize(
    ("level", "foreseen", "age", "chance"),
    [
        (Level.LOW, 0.72, timedelta(minutes=5), 0.72),
        (Level.HIGH, 0.02, timedelta(minutes=5), 0.02),
        (Level.HIGH, 0.02, timedelta(hours=2), 0.6),  # nobody has looked since
        (Level.MEDIUM, None, timedelta(minutes=5), 0.25),  # nothing can be foretold
        (Level.CRITICAL, 0.4, timedelta(minutes=5), 1.0),  # a promise is broken: no forecast
    ],
)
def test_a_fresh_forecast_outranks_the_level_and_a_broken_promise_outranks_both(
    carl: User, level: Level, foreseen: float | None, age: timedelta, chance: float
) -> None:
    now, ticket = timezone.now(), ask(carl)
    Ticket.objects.filter(pk=ticket.pk).update(risk=level)
    RiskForecast.objects.update_or_create(ticket=ticket, defaults={"probability": foreseen, "made_at": now - age})
    assert desk.waiting_facts(ticket, now).risk == chance
    assert [row.risk for row in desk.waiting_tickets(Ticket.objects.all(), 10, now)] == [chance]


def test_what_somebody_took_meanwhile_stays_theirs(
    carl: User, mona: User, tess: User, milo: User, printers: Category
) -> None:
    ticket = routed(ask(carl), mona, category=printers.pk)
    plan = propose_plan(by=mona, now=timezone.now())
    routed(ticket, mona, assignee=milo.pk)
    after = apply_plan(plan=plan, by=mona, via=Channel.WEB, now=timezone.now())
    assert Ticket.objects.get(pk=ticket.pk).assignee == milo
    assert after.outcome == {"given": [], "kept_back": {str(ticket.pk): "It no longer waits."}}


def test_a_plan_is_applied_once(carl: User, mona: User, crew: Any) -> None:
    plan = propose_plan(by=mona, now=timezone.now())
    apply_plan(plan=plan, by=mona, via=Channel.WEB, now=timezone.now())
    with pytest.raises(Conflict):
        apply_plan(plan=plan, by=mona, via=Channel.WEB, now=timezone.now())


def test_a_technician_plans_nothing_but_may_ask_who_could_take_a_ticket(
    carl: User, tess: User, mona: User, printers: Category
) -> None:
    ticket = routed(ask(carl), mona, category=printers.pk)
    with pytest.raises(NotAllowed):
        propose_plan(by=tess, now=timezone.now())
    found = suggest_assignees(ticket=ticket, by=tess, now=timezone.now())
    assert [placement.worker for placement in found] == [tess.pk]
    with pytest.raises(NotAllowed):
        suggest_assignees(ticket=ticket, by=carl, now=timezone.now())


def test_days_off_and_shifts_decide_who_is_at_work(crew: Any, tess: User, milo: User) -> None:
    monday = datetime(2026, 6, 1, 9, tzinfo=UTC)
    Availability.objects.create(technician=crew[0], weekday=0, starts="08:00", ends="16:00")
    Availability.objects.create(technician=crew[1], weekday=0, starts="08:00", ends="16:00")
    TimeOff.objects.create(technician=crew[1], first_day=monday.date(), last_day=monday.date())
    at_work = {worker.pk: worker.next_hour(monday) for worker in people.workers(monday)}
    assert at_work == {tess.pk: monday, milo.pk: datetime(2026, 6, 8, 8, tzinfo=UTC)}


def test_a_rule_gives_out_what_it_names_to_people_at_work(carl: User, mona: User, tess: User, crew: Any) -> None:
    network = Team.objects.create(name="Front desk")
    urgent, calm, other = (ask(carl, priority=level) for level in (Level.CRITICAL, Level.LOW, Level.CRITICAL))
    for ticket in (urgent, calm):
        routed(ticket, mona, team=network.pk)
    crew[0].teams.add(network)
    DispatchRule.objects.create(name="Urgent", team=network, least_priority=Level.HIGH)
    assert follow_rules(timezone.now()) == 1
    owners = {pk: Ticket.objects.get(pk=pk).assignee for pk in (urgent.pk, calm.pk, other.pk)}
    assert owners == {urgent.pk: tess, calm.pk: None, other.pk: None}
    assert TicketEvent.objects.filter(ticket=urgent).latest("pk").actor_name == "Dispatch"


def test_a_rule_wakes_nobody_who_is_off(carl: User, mona: User, crew: Any) -> None:
    now = timezone.now()
    tomorrow = (now + timedelta(days=2)).weekday()
    for technician in crew:
        Availability.objects.create(technician=technician, weekday=tomorrow, starts="08:00", ends="16:00")
    ask(carl)
    DispatchRule.objects.create(name="All")
    assert follow_rules(now) == 0
    DispatchRule.objects.update(only_on_shift=False)
    assert follow_rules(now) == 1


def test_a_manager_plans_looks_and_applies_in_the_browser(
    client: Client, carl: User, mona: User, tess: User, printers: Category
) -> None:
    wanted, left = (routed(ask(carl, title=title), mona, category=printers.pk) for title in ("Smoke", "Paper"))
    client.force_login(mona)
    assert "2 tickets" in client.get("/dispatch").content.decode()
    page = client.get(client.post("/dispatch/plans").headers["Location"]).content.decode()
    assert "Smoke" in page
    assert "proficiency 8 of 10 in what it needs" in page
    plan = DispatchPlan.objects.get()
    client.post(f"/dispatch/plans/{plan.pk}/apply", {"tickets": [wanted.pk]})
    assert Ticket.objects.get(pk=wanted.pk).assignee == tess
    assert Ticket.objects.get(pk=left.pk).assignee is None


def test_technicians_and_requesters_do_not_get_in(client: Client, carl: User, tess: User) -> None:
    client.force_login(tess)
    assert client.get("/dispatch").status_code == 403
    client.force_login(carl)
    assert client.get("/dispatch").status_code == 404


def test_a_plan_of_another_manager_hides_tickets_one_may_not_see(
    make_user: Callable[..., User], client: Client, carl: User, mona: User, crew: Any
) -> None:
    ask(carl, title="Secret merger")
    plan = propose_plan(by=mona, now=timezone.now())
    tess = User.objects.get(pk=crew[0].user_id)
    User.objects.filter(pk=tess.pk).update(ticket_scope=TicketScope.TEAMS)
    client.force_login(User.objects.get(pk=tess.pk))
    assert client.get(f"/dispatch/plans/{plan.pk}").status_code == 403


def test_programs_get_the_plan_with_reasons_and_capacity(
    api: Callable[[User], ApiClient], carl: User, mona: User, tess: User, printers: Category
) -> None:
    ticket = routed(ask(carl), mona, category=printers.pk)
    answer = api(mona).post("/ai/optimize-workload", {}).json()
    assert answer["state"] == "proposed"
    assert answer["assignments"][0]["technician"] == {"id": tess.pk, "name": tess.display_name}
    assert answer["assignments"][0]["reasons"][0]["words"] == "proficiency 8 of 10 in what it needs"
    assert len(answer["capacity"]) == 7
    applied = api(mona).post("/ai/optimize-workload", {"apply": True}).json()
    assert applied["given"] == [ticket.pk]


def test_programs_of_technicians_are_refused_and_nonsense_is_named(
    api: Callable[[User], ApiClient], tess: User, mona: User
) -> None:
    assert api(tess).post("/ai/optimize-workload", {}).status_code == 403
    refused = api(mona).post("/ai/optimize-workload", {"apply": "perhaps"})
    assert refused.status_code == 400
    assert "apply" in refused.json()["errors"]


def test_the_week_ahead_counts_shifts_and_carries_what_is_left_over(carl: User, mona: User, crew: Any) -> None:
    for weekday in range(5):
        Availability.objects.create(technician=crew[0], weekday=weekday, starts="08:00", ends="16:00")
        Availability.objects.create(technician=crew[1], weekday=weekday, starts="08:00", ends="12:00")
    ask(carl)
    week = desk.week_for(mona, datetime(2026, 6, 5, 0, 0, tzinfo=UTC))  # a Friday
    hours = [day.hours for day in week.days]
    assert hours == [12, 0, 0, 12, 12, 12, 12]
    assert not week.is_measured
