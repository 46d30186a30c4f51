"""Policies: which one holds, what an edit asks, and what it does to tickets that are already there."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction

from sla import tasks
from sla.actions.clocks import differences_of
from sla.actions.policies import choose_calendar, preview_policy_edit, remove_policy, retire_policy, save_policy
from sla.models import Application, Calendar, Clock, Policy, PolicyVersion
from tickets import work
from tickets.actions.classification import save_category
from tickets.actions.conversation import add_comment
from tickets.actions.tickets import change_ticket
from tickets.choices import Channel
from tickets.errors import Conflict, Invalid, NotAllowed
from tickets.models import Category, Organization, Team, Ticket, User

WEB = Channel.WEB
HOURS = {"resolution": {"medium": "8 h", "high": "4 h"}}
Made = Callable[..., Policy]


def holds(ticket: Ticket, kind: str = "customer") -> list[str]:
    rows = Clock.objects.filter(ticket=ticket, kind=kind).exclude(state="cancelled").order_by("serial")
    return [str(clock.policy_version) for clock in rows.select_related("policy_version__policy")]


def promised(ticket: Ticket, metric: str = "resolution") -> timedelta | None:
    return Clock.objects.get(ticket=ticket, metric=metric, kind="customer").target


def settle() -> None:
    """Do the work that is waiting, as the workers would."""
    work.run_due()
    assert not Application.objects.exclude(state="done").exists(), Application.objects.values_list("last_error")


@pytest.fixture(autouse=True)
def nothing_differs(db: None) -> Any:
    yield
    assert differences_of(Ticket.objects.values_list("pk", flat=True)) == {}


def test_the_first_policy_that_fits_holds_and_the_default_last(
    make_policy: Made, make_ticket: Callable[..., Ticket], acme: Organization, gina: User
) -> None:
    make_policy("Everybody", is_default=True, position=1, targets=HOURS)
    make_policy("Gold", position=3, conditions={"tiers": ["gold"]}, targets=HOURS)
    make_policy("Acme", position=2, conditions={"organizations": [acme.pk]}, targets=HOURS)
    assert holds(make_ticket()) == ["Acme v1"]
    assert holds(make_ticket(by=gina)) == ["Everybody v1"]


@pytest.mark.parametrize("noun", ["category", "team", "tags", "channel"])
def test_every_condition_counts(
    noun: str, make_policy: Made, make_ticket: Callable[..., Ticket], tess: User, network: Team, ada: User
) -> None:
    hardware = save_category(by=ada, fields={"name": "Hardware"})
    printers = save_category(by=ada, fields={"name": "Printers", "parent": hardware.pk})
    ticket = make_ticket(by=tess, tags=["vip"], category=printers.pk, team=network.pk)
    conditions: dict[str, Any] = {
        "category": {"categories": [hardware.pk]},
        "team": {"teams": [network.pk]},
        "tags": {"tags": ["vip"]},
        "channel": {"channels": ["portal"]},
    }
    make_policy("Special", conditions=conditions[noun], targets=HOURS)
    settle()
    assert holds(ticket) == ["Special v1"]
    assert holds(make_ticket(by=tess, tags=["vip"], category=printers.pk, team=network.pk)) == ["Special v1"]
    if noun != "channel":
        assert holds(make_ticket(by=tess)) == []


def test_a_category_that_moves_takes_its_policy_along(
    make_policy: Made, make_ticket: Callable[..., Ticket], tess: User, ada: User
) -> None:
    hardware, software = (save_category(by=ada, fields={"name": name}) for name in ("Hardware", "Software"))
    printers = save_category(by=ada, fields={"name": "Printers", "parent": hardware.pk})
    make_policy("Hardware", conditions={"categories": [hardware.pk]}, targets=HOURS)
    assert holds(make_ticket(by=tess, category=printers.pk)) == ["Hardware v1"]
    save_category(by=ada, fields={"parent": software.pk}, category=Category.objects.get(pk=printers.pk))
    assert holds(make_ticket(by=tess, category=printers.pk)) == []


def test_a_ticket_that_changes_hands_keeps_its_time_under_the_other_policy(
    make_policy: Made, ticket: Ticket, tess: User, network: Team
) -> None:
    make_policy("Everybody", is_default=True, targets=HOURS)
    make_policy("Network", conditions={"teams": [network.pk]}, targets={"resolution": {"medium": "2 h"}})
    settle()
    assert holds(ticket) == ["Everybody v1"]
    change_ticket(ticket=ticket, by=tess, via=WEB, changes={"team": network.pk})
    clock = Clock.objects.get(ticket=ticket)
    assert (holds(ticket), clock.target, clock.cause) == (["Network v1"], timedelta(hours=2), "terms")
    assert clock.due_at == ticket.created_at + timedelta(hours=2)


def test_for_new_tickets_only(make_policy: Made, make_ticket: Callable[..., Ticket], mona: User, tess: User) -> None:
    policy = make_policy("Everybody", is_default=True, targets=HOURS)
    old = make_ticket()
    save_policy(by=mona, policy=policy, fields={"targets": {"resolution": {"medium": "1 h"}}}, scope="new")
    new = make_ticket()
    change_ticket(ticket=old, by=tess, via=WEB, changes={"title": "Still burning", "tags": ["hot"]})
    assert (promised(old), promised(new)) == (timedelta(hours=8), timedelta(hours=1))
    assert (holds(old), holds(new)) == (["Everybody v1"], ["Everybody v2"])


def test_for_open_tickets_too(make_policy: Made, make_ticket: Callable[..., Ticket], mona: User, tess: User) -> None:
    policy = make_policy("Everybody", is_default=True, targets=HOURS)
    open_one, done = make_ticket(), make_ticket()
    change_ticket(ticket=done, by=tess, via=WEB, changes={"status": "resolved", "resolution": "Done."})
    save_policy(by=mona, policy=policy, fields={"targets": {"resolution": {"medium": "1 h"}}}, scope="open")
    settle()
    assert (promised(open_one), promised(done)) == (timedelta(hours=1), timedelta(hours=8))
    clock = Clock.objects.get(ticket=open_one)
    assert clock.due_at == open_one.created_at + timedelta(hours=1)
    assert clock.cause == "applied"
    open_one.refresh_from_db()
    assert open_one.due_at == clock.due_at


def test_from_a_date_on(make_policy: Made, make_ticket: Callable[..., Ticket], mona: User) -> None:
    policy = make_policy("Everybody", is_default=True, targets=HOURS)
    old, new = make_ticket(), make_ticket()
    edit = {"targets": {"resolution": {"medium": "1 h"}}}
    save_policy(by=mona, policy=policy, fields=edit, scope="since", since=new.created_at)
    settle()
    assert (promised(old), promised(new)) == (timedelta(hours=8), timedelta(hours=1))


def test_an_edit_that_promises_something_new_draws_the_ledger_from_the_log(
    make_policy: Made, ticket: Ticket, mona: User, tess: User, carl: User
) -> None:
    policy = make_policy("Everybody", is_default=True, targets=HOURS)
    for by in (tess, carl):
        add_comment(ticket=ticket, by=by, via=WEB, body="…")
    save_policy(
        by=mona,
        policy=policy,
        fields={"targets": {"first_response": {"medium": 60}, "next_response": {"medium": 60}, **HOURS}},
        scope="open",
    )
    settle()
    found = {clock.metric: clock.state for clock in Clock.objects.filter(ticket=ticket)}
    assert found == {"next_response": "running", "resolution": "running"}  # the first response was given before


def test_a_retired_policy_gives_way_to_the_next_one(make_policy: Made, ticket: Ticket, mona: User) -> None:
    special = make_policy("Special", conditions={"channels": ["portal"]}, targets=HOURS)
    settle()
    retire_policy(by=mona, policy=special, scope="open")
    settle()
    assert Clock.objects.get(ticket=ticket).state == "cancelled"
    ticket.refresh_from_db()
    assert ticket.due_at is None


def test_the_customers_own_calendar(
    make_policy: Made, ticket: Ticket, mona: User, acme: Organization, office: Calendar
) -> None:
    make_policy("Everybody", is_default=True, targets=HOURS, uses_customers_calendar=True)
    settle()
    round_the_clock = Clock.objects.get(ticket=ticket).due_at
    choose_calendar(by=mona, organization=acme, calendar=office)
    settle()
    clock = Clock.objects.get(ticket=ticket)
    assert clock.calendar_version.calendar == office
    assert clock.due_at != round_the_clock


def test_an_internal_promise_runs_from_each_assignment_and_customers_never_see_it(
    make_policy: Made, ticket: Ticket, tess: User, carl: User, network: Team, desktop: Team
) -> None:
    make_policy("Network", kind="internal", conditions={"teams": [network.pk]}, targets={"resolution": {"medium": 60}})
    change_ticket(ticket=ticket, by=tess, via=WEB, changes={"team": network.pk})
    change_ticket(ticket=ticket, by=tess, via=WEB, changes={"team": desktop.pk})
    change_ticket(ticket=ticket, by=tess, via=WEB, changes={"team": network.pk})
    assert [c.state for c in Clock.objects.filter(ticket=ticket).order_by("serial")] == ["met", "running"]
    assert not Clock.objects.visible_to(carl).exists()
    ticket.refresh_from_db()
    assert ticket.due_at is None


def test_preview_says_what_saving_does(
    make_policy: Made, make_ticket: Callable[..., Ticket], mona: User, tess: User
) -> None:
    policy = make_policy("Everybody", is_default=True, targets=HOURS)
    tickets = [make_ticket() for _ in range(3)]
    change_ticket(ticket=tickets[2], by=tess, via=WEB, changes={"status": "pending"})
    past = tickets[0].created_at - timedelta(hours=6)
    Ticket.objects.filter(pk=tickets[0].pk).update(created_at=past)
    Clock.objects.filter(ticket=tickets[0]).update(started_at=past, since=past, due_at=past + timedelta(hours=8))
    edit = {"targets": {"resolution": {"medium": "4 h"}}}
    impact = preview_policy_edit(by=mona, policy=policy, fields=edit, scope="open")
    assert (impact.looked_at, impact.affected, impact.moved, impact.earlier) == (3, 3, 2, 2)
    assert (impact.breaches_created, impact.breaches_removed) == (1, 0)
    assert PolicyVersion.objects.count() == 1
    save_policy(by=mona, policy=policy, fields=edit, scope="open")
    settle()
    now = datetime.now(UTC)
    assert Clock.objects.filter(due_at__lt=now).count() == 1
    assert preview_policy_edit(by=mona, policy=policy, fields=edit, scope="new").affected == 0


def test_preview_of_a_new_policy_counts_the_promises_that_begin(
    make_policy: Made, ticket: Ticket, mona: User, always: Calendar
) -> None:
    fields = {"name": "First", "is_default": True, "targets": HOURS, "calendar": always.pk}
    impact = preview_policy_edit(by=mona, fields=fields)
    assert (impact.affected, impact.started) == (1, 1)
    assert not Policy.objects.exists()


@pytest.mark.parametrize(
    ("fields", "field", "words"),
    [
        ({"targets": {"resolution": {"high": 0}}}, "targets.resolution.high", "zero"),
        ({"targets": {"resolution": {"high": "soon"}}}, "targets.resolution.high", "4 h"),
        ({"targets": {"resolution": {"urgent": 5}}}, "targets.resolution.urgent", "critical"),
        ({"targets": {"repair": {"high": 5}}}, "targets.repair", "resolution"),
        ({"targets": {}}, "targets", "Promise something"),
        ({"calendar": None}, "calendar", "Choose the calendar"),
        ({"calendar": 10**6}, "calendar", "no such record"),
        ({"name": " "}, "name", "Write something"),
        ({"warnings": [0]}, "warnings", "percentages"),
        ({"pauses": {"resolution": ["open", "in_progress", "pending", "on_hold"]}}, "pauses.resolution", "rest"),
        ({"pauses": {"resolution": ["closed"]}}, "pauses.resolution", "pending"),
        ({"conditions": {"tiers": ["platinum"]}}, "conditions.tiers", "gold"),
        ({"conditions": {"teams": ["Nobody"]}}, "conditions.teams", "no such record"),
        ({"conditions": {"weather": ["bad"]}}, "conditions.weather", "tiers"),
        ({"is_default": True, "conditions": {"tiers": ["gold"]}}, "is_default", "conditions away"),
        ({"conditions": {"organizations": ["Acme"], "tiers": ["gold"]}}, "conditions", "contradict"),
        ({"kind": "internal", "targets": {"next_response": {"high": 5}}}, "targets.next_response", "internal"),
        ({"colour": "red"}, "colour", "no such field"),
    ],
)
def test_what_makes_no_sense_is_refused_by_field(
    fields: dict[str, Any], field: str, words: str, mona: User, always: Calendar, acme: Organization
) -> None:
    with pytest.raises(Invalid) as refused:
        save_policy(by=mona, fields={"name": "X", "calendar": always.pk, "targets": HOURS} | fields)
    assert words in refused.value.errors[field][0]


def test_rivals_are_named(make_policy: Made, mona: User, always: Calendar) -> None:
    make_policy("Standard", is_default=True, targets=HOURS)
    make_policy("Portal", position=1, conditions={"channels": ["portal", "web"]}, targets=HOURS)
    base = {"calendar": always.pk, "targets": HOURS, "name": "Other"}
    with pytest.raises(Invalid) as refused:
        save_policy(by=mona, fields=base | {"is_default": True})
    assert refused.value.errors["is_default"] == ["Standard is the default. Take it off there first."]
    with pytest.raises(Invalid) as refused:
        save_policy(by=mona, fields=base | {"conditions": {"channels": ["web"], "tiers": ["gold"]}})
    assert "Portal comes before" in refused.value.errors["conditions"][0]
    with pytest.raises(Invalid) as refused:
        save_policy(by=mona, fields=base | {"name": "Portal"})
    assert "name" in refused.value.errors
    with pytest.raises(Invalid) as refused:
        save_policy(by=mona, fields=base, scope="since")
    assert "since" in refused.value.errors


def test_only_managers_make_policies_and_used_ones_stay(
    make_policy: Made, ticket: Ticket, tess: User, mona: User
) -> None:
    policy = make_policy("Everybody", is_default=True, targets=HOURS)
    settle()
    with pytest.raises(NotAllowed):
        save_policy(by=tess, policy=policy, fields={"name": "Mine"})
    with pytest.raises(Conflict):
        remove_policy(by=mona, policy=policy)
    unused = make_policy("Unused", conditions={"tiers": ["gold"]}, targets=HOURS)
    remove_policy(by=mona, policy=unused)
    assert not Policy.objects.filter(name="Unused").exists()


def test_an_edit_that_is_rolled_back_holds_for_nobody(
    make_policy: Made, make_ticket: Callable[..., Ticket], mona: User
) -> None:
    policy = make_policy("Everybody", is_default=True, targets=HOURS)
    with transaction.atomic():
        save_policy(by=mona, policy=policy, fields={"targets": {"resolution": {"medium": "1 h"}}}, scope="open")
        assert promised(make_ticket()) == timedelta(hours=1)
        transaction.set_rollback(True)
    assert promised(make_ticket()) == timedelta(hours=8)


def test_work_goes_on_where_a_worker_died(
    make_policy: Made, make_ticket: Callable[..., Ticket], mona: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tasks, "BATCH", 2)
    policy = make_policy("Everybody", is_default=True, targets=HOURS)
    tickets = [make_ticket() for _ in range(5)]
    settle()
    save_policy(by=mona, policy=policy, fields={"targets": {"resolution": {"medium": "1 h"}}}, scope="open")
    row = Application.objects.latest("pk")
    Application.objects.filter(pk=row.pk).update(position=tickets[1].pk)
    settle()
    assert [promised(ticket) for ticket in tickets] == [timedelta(hours=8)] * 2 + [timedelta(hours=1)] * 3
    row.refresh_from_db()
    assert (row.looked_at, row.changed) == (3, 3)
