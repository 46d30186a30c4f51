"""Rules tell people and change tickets, level by level, once each, outside of quiet hours, until somebody has seen it."""

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from django.utils import timezone

from sla import tasks
from sla.actions import escalate
from sla.actions.acknowledge import acknowledge_breach
from sla.actions.rules import remove_rule, save_rule
from sla.actions.waive import waive_breaches
from sla.actions.watch import watch
from sla.models import Breach, Calendar, Clock, Escalation, Policy
from sla.quiet import QuietHours
from tickets import work
from tickets.actions.conversation import add_comment
from tickets.actions.tickets import change_ticket
from tickets.choices import Channel, EventKind, WorkState
from tickets.errors import DomainError, Invalid, NotAllowed
from tickets.models import Team, Ticket, TicketEvent, User

WEB = Channel.WEB
assert tasks.CARRIED_OUT_BY, "loaded, as every worker has them"


@pytest.fixture
def at(ticket: Ticket, monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Let it be so many hours after the ticket came: the watch looks, and workers do what is due."""

    def go(hours: float) -> None:
        now = ticket.created_at + timedelta(hours=hours)
        monkeypatch.setattr(timezone, "now", lambda: now)
        watch(now)
        work.run_due(now)

    return go


@pytest.fixture
def assigned(ticket: Ticket, tess: User, mona: User, network: Team) -> Ticket:
    """Tess has it, for the team that Mona leads."""
    network.lead = mona
    network.save()
    return change_ticket(ticket=ticket, by=tess, via=WEB, changes={"assignee": tess.pk, "team": network.pk})


def told(ticket: Ticket) -> list[tuple[int, list[str]]]:
    events = TicketEvent.objects.filter(ticket=ticket, kind=EventKind.SLA_ESCALATED).order_by("version")
    return [(event.data["level"], [person["name"] for person in event.data["told"]]) for event in events]


def outcomes() -> dict[int, str]:
    return dict(Escalation.objects.values_list("level", "outcome"))


def test_the_assignee_and_the_lead_hear_of_it(
    standard: Policy, assigned: Ticket, make_rule: Any, at: Any, tess: User, mona: User
) -> None:
    make_rule("Three quarters", threshold=75, notify_managers=False, notify_assignee=True, notify_lead=True)
    at(2.9)
    assert told(assigned) == []
    at(3)
    assert told(assigned) == [(1, ["Tess", "Mona"])]
    at(3.5)
    assert len(told(assigned)) == 1


def test_a_threshold_beyond_the_breach_comes_when_it_is_reached(
    standard: Policy, ticket: Ticket, make_rule: Any, at: Any
) -> None:
    make_rule("Breach", threshold=100)
    make_rule("Far beyond", threshold=150, level=2)
    at(4)
    assert told(ticket) == [(1, ["Mona"])]
    at(5.9)
    assert len(told(ticket)) == 1
    at(6)
    assert [level for level, _ in told(ticket)] == [1, 2]


def test_a_rule_that_is_made_later_looks_at_open_tickets_but_not_back(
    standard: Policy, ticket: Ticket, make_rule: Any, at: Any
) -> None:
    at(3.5)
    make_rule("Half", threshold=60)
    make_rule("Beyond", threshold=130, level=2)
    work.run_due()
    at(5.2)
    assert [level for level, _ in told(ticket)] == [2]


def test_an_answer_ends_it(standard: Policy, ticket: Ticket, make_rule: Any, at: Any, tess: User) -> None:
    make_rule("Breach")
    make_rule("Quarter of an hour later", level=2, delay_minutes=15)
    at(4)
    add_comment(ticket=ticket, by=tess, via=WEB, body="On it.")
    at(4.5)
    assert outcomes() == {1: "carried_out", 2: "not_needed"}


def test_levels_keep_their_distance(standard: Policy, ticket: Ticket, make_rule: Any, at: Any) -> None:
    make_rule("Breach")
    make_rule("Later", level=2, delay_minutes=30)
    at(4)
    at(4.4)
    assert [level for level, _ in told(ticket)] == [1]
    at(4.5)
    assert [level for level, _ in told(ticket)] == [1, 2]


def test_an_acknowledgement_stops_the_next_level(
    standard: Policy, ticket: Ticket, make_rule: Any, at: Any, tess: User
) -> None:
    make_rule("Breach")
    make_rule("Later", level=2, delay_minutes=30)
    at(4)
    acknowledge_breach(breach=Breach.objects.get(), by=tess, via=WEB)
    acknowledge_breach(breach=Breach.objects.get(), by=tess, via=WEB)
    at(5)
    assert outcomes() == {1: "carried_out", 2: "acknowledged"}
    assert TicketEvent.objects.filter(kind=EventKind.SLA_ACKNOWLEDGED).count() == 1
    assert Breach.objects.get().acknowledged_by == tess


def test_a_waiver_stops_it_too(standard: Policy, ticket: Ticket, make_rule: Any, at: Any, mona: User) -> None:
    make_rule("Breach", delay_minutes=10)
    at(4)
    waive_breaches(by=mona, via=WEB, fields={"reason": "Storm", "breaches": [Breach.objects.get().pk]})
    at(5)
    assert outcomes() == {1: "waived"}


def test_who_may_not_see_a_ticket_cannot_acknowledge(
    standard: Policy, ticket: Ticket, at: Any, milo: User, carl: User
) -> None:
    at(4)
    for user in (milo, carl):
        with pytest.raises(DomainError):
            acknowledge_breach(breach=Breach.objects.get(), by=user, via=WEB)


def test_quiet_hours_are_waited_for(standard: Policy, ticket: Ticket, make_rule: Any, at: Any) -> None:
    begin = ticket.created_at + timedelta(hours=3)
    end = ticket.created_at + timedelta(hours=6)
    make_rule("Breach", quiet_from=f"{begin:%H:%M}", quiet_until=f"{end:%H:%M}")
    at(4)
    at(5.9)
    assert told(ticket) == []
    at(6)
    assert len(told(ticket)) == 1


def test_a_calendar_can_say_when_it_is_quiet(
    make_policy: Any, make_rule: Any, at: Any, office: Calendar, ticket: Ticket
) -> None:
    """The office opens on Monday, Tuesday and Friday; the watch runs at any hour."""
    make_policy("Any hour", is_default=True, targets={"first_response": {"medium": "4 h"}})
    make_rule("Breach", quiet_calendar=office.pk)
    work.run_due()
    at(4)
    row = Escalation.objects.get()
    opens = office.latest.compiled.next_opening(ticket.created_at + timedelta(hours=4))
    assert row.finished_at is not None if opens == ticket.created_at + timedelta(hours=4) else row.due == opens


def test_the_ticket_is_changed_as_the_rule_says(
    standard: Policy, assigned: Ticket, make_rule: Any, at: Any, ada: User
) -> None:
    make_rule("Take over", reassign_to=ada.pk, raise_priority=True, tag="Escalated", channel="#ops")
    at(4)
    assigned.refresh_from_db()
    assert (assigned.assignee, assigned.priority) == (ada, "high")
    assert [tag.name for tag in assigned.tags.all()] == ["escalated"]
    event = TicketEvent.objects.get(kind=EventKind.SLA_ESCALATED)
    assert (event.data["channel"], event.data["trouble"]) == ("#ops", "")


def test_nobody_to_tell_means_the_managers(
    standard: Policy, ticket: Ticket, make_rule: Any, at: Any, mona: User
) -> None:
    make_rule("Assignee", notify_managers=False, notify_assignee=True)
    at(4)
    assert told(ticket) == [(1, ["Mona"])]


def test_who_may_not_see_the_ticket_is_not_told(
    standard: Policy, ticket: Ticket, make_rule: Any, at: Any, milo: User
) -> None:
    make_rule("Milo", notify_managers=False, notify_person=milo.pk)
    at(4)
    assert told(ticket) == [(1, ["Mona"])]


def test_one_escalation_for_each_level_and_promise(standard: Policy, ticket: Ticket, make_rule: Any, at: Any) -> None:
    make_rule("For all", metric="")
    make_rule("For this policy", policy=standard.pk)
    at(4)
    assert [row.rule.name for row in Escalation.objects.filter(clock__metric="first_response")] == ["For this policy"]


def test_a_worker_that_dies_after_its_work_does_not_do_it_again(
    standard: Policy, ticket: Ticket, make_rule: Any, at: Any
) -> None:
    make_rule("Breach")
    at(4)
    row = Escalation.objects.get()
    Escalation.objects.update(state=WorkState.QUEUED)
    escalate.carry_out(row)
    assert len(told(ticket)) == 1


def test_a_level_that_was_carried_out_stays_so_when_its_rule_moves(
    standard: Policy, ticket: Ticket, make_rule: Any, at: Any, mona: User
) -> None:
    rule = make_rule("Breach")
    at(4)
    save_rule(by=mona, rule=rule, fields={"threshold": 150})
    work.run_due()
    at(6.1)
    assert len(told(ticket)) == 1
    assert Clock.objects.get(metric="first_response").announced == 150


def test_a_rule_that_was_switched_off_does_nothing_more(
    standard: Policy, ticket: Ticket, make_rule: Any, at: Any, mona: User
) -> None:
    rule = make_rule("Breach", delay_minutes=60)
    at(4)
    save_rule(by=mona, rule=rule, fields={"is_active": False})
    at(6)
    assert outcomes() == {1: "not_needed"}


NONSENSE: list[tuple[str, dict[str, Any]]] = [
    ("name", {"name": ""}),
    ("notify_assignee", {"notify_managers": False}),
    ("threshold", {"threshold": 0}),
    ("threshold", {"threshold": 100_000}),
    ("level", {"level": 0}),
    ("level", {"level": 3}),
    ("delay_minutes", {"delay_minutes": -1}),
    ("metric", {"kind": "internal", "metric": "next_response"}),
    ("quiet_until", {"quiet_from": "22:00"}),
    ("quiet_from", {"quiet_until": "22:00"}),
    ("quiet_until", {"quiet_from": "22:00", "quiet_until": "22:00"}),
    ("quiet_from", {"quiet_from": "late", "quiet_until": "22:00"}),
    ("quiet_zone", {"quiet_zone": "Mars/Olympus"}),
    ("tag", {"tag": "two words"}),
    ("colour", {"colour": "red"}),
]


@pytest.mark.parametrize(("field", "fields"), NONSENSE)
def test_nonsense_is_refused_at_its_field(make_rule: Any, field: str, fields: dict[str, Any]) -> None:
    with pytest.raises(Invalid) as refused:
        make_rule(fields.pop("name", "A rule"), **fields)
    assert list(refused.value.errors) == [field]


def test_levels_that_do_not_lead_upwards_are_refused(standard: Policy, make_rule: Any, ada: User, tess: User) -> None:
    first = make_rule("First", reassign_to=tess.pk)
    for field, fields in [
        ("level", {"level": 1}),
        ("threshold", {"level": 2, "threshold": 50}),
        ("reassign_to", {"level": 2, "reassign_to": tess.pk}),
    ]:
        with pytest.raises(Invalid) as refused:
            make_rule("Second", **fields)
        assert list(refused.value.errors) == [field]
    make_rule("Second", level=2, reassign_to=ada.pk)
    with pytest.raises(Invalid, match="Correct") as refused:
        make_rule("Third", level=3, reassign_to=tess.pk)
    assert "circle" in refused.value.errors["reassign_to"][0]
    with pytest.raises(Invalid) as refused:
        remove_rule(by=ada, rule=first)
    assert "Second" in refused.value.errors["is_active"][0]


def test_a_rule_for_what_its_policy_never_promises_is_refused(make_policy: Any, make_rule: Any, carl: User) -> None:
    policy = make_policy("Solve", targets={"resolution": {"medium": "4 h"}})
    for field, fields in [
        ("metric", {"policy": policy.pk}),
        ("kind", {"policy": policy.pk, "kind": "internal", "metric": ""}),
        ("notify_person", {"notify_person": carl.pk}),
    ]:
        with pytest.raises(Invalid) as refused:
            make_rule("Never", **fields)
        assert list(refused.value.errors) == [field]


def test_rules_are_for_managers(tess: User) -> None:
    with pytest.raises(NotAllowed):
        save_rule(by=tess, fields={"name": "Mine", "notify_assignee": True})


def test_the_marks_of_open_clocks_follow_the_rules(
    standard: Policy, ticket: Ticket, make_rule: Any, mona: User
) -> None:
    def first_mark() -> int | None:
        work.run_due()
        return Clock.objects.get(metric="first_response").next_percent

    assert first_mark() == 50
    rule = make_rule("Early", threshold=10)
    assert first_mark() == 10
    remove_rule(by=mona, rule=rule)
    assert first_mark() == 50


def test_quiet_hours_over_midnight_end_in_the_morning() -> None:
    quiet = QuietHours(None, time(22), time(7), "Europe/Berlin")
    assert quiet.wait(datetime(2026, 1, 10, 23, tzinfo=UTC)) == datetime(2026, 1, 11, 6, tzinfo=UTC)
    assert quiet.wait(datetime(2026, 1, 10, 21, 30, tzinfo=UTC)) == datetime(2026, 1, 11, 6, tzinfo=UTC)
    assert quiet.wait(datetime(2026, 1, 10, 20, tzinfo=UTC)) == datetime(2026, 1, 10, 20, tzinfo=UTC)
    assert quiet.wait(datetime(2026, 3, 28, 23, tzinfo=UTC)) == datetime(2026, 3, 29, 5, tzinfo=UTC)  # DST begins
