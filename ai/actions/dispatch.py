"""Giving waiting tickets out: a plan is made, looked at and applied; rules apply theirs by themselves."""

import time
from collections.abc import Collection
from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from ai import advising, assigning
from ai.choices import PlanState
from ai.dispatch import desk, people
from ai.dispatch.facts import Placement, Waiting
from ai.dispatch.plan import make_plan
from ai.models import DispatchPlan, DispatchRule
from ai.permissions import Actor, System, require
from tickets.actions.tickets import change_ticket
from tickets.choices import Channel, Level
from tickets.errors import Conflict, DomainError
from tickets.models import Ticket, User
from tickets.models.ticket import UNRESOLVED

TICKETS_AT_MOST = 1_000  # of one plan; the most urgent come first, the rest with the next one
BY_RULES = System("Dispatch")
APPLIED_ALREADY = "This plan was applied already. Make a new one for the tickets that wait now."


def propose_plan(*, by: User, now: datetime, rows: QuerySet[Ticket] | None = None) -> DispatchPlan:
    """Plan who takes the waiting tickets that `by` sees (of `rows`, where given); nothing is given out yet."""
    require(by, "ai.dispatch")
    visible = Ticket.objects.visible_to(by) if rows is None else rows
    began = time.monotonic()
    placements = [_kept(one) for one in _placements(visible, now)]
    took = round(1000 * (time.monotonic() - began))
    return DispatchPlan.objects.create(made_by=by, made_at=now, placements=placements, milliseconds=took)


def apply_plan(
    *, plan: DispatchPlan, by: User, via: Channel, now: datetime, leave_out: Collection[int] = ()
) -> DispatchPlan:
    """Give the tickets of a plan out as `by`, but for `leave_out` (ticket ids); what has moved on since stays as it is.

    Raises NotAllowed, and Conflict for a plan that was applied already.
    """
    require(by, "ai.dispatch")
    with transaction.atomic():
        mine = DispatchPlan.objects.filter(pk=plan.pk, state=PlanState.PROPOSED)
        if not mine.update(state=PlanState.APPLIED, applied_by=by, applied_at=now):
            raise Conflict(APPLIED_ALREADY)
    chosen = {
        row["ticket"]: row["worker"] for row in plan.placements if row["worker"] and row["ticket"] not in leave_out
    }
    given, kept_back = give_out(chosen, Ticket.objects.visible_to(by), by=by, via=via)
    outcome = {"given": given, "kept_back": {str(pk): why for pk, why in kept_back.items()}}
    DispatchPlan.objects.filter(pk=plan.pk).update(outcome=outcome)
    plan.refresh_from_db()
    return plan


def give_out(
    chosen: dict[int, int], rows: QuerySet[Ticket], *, by: Actor, via: Channel
) -> tuple[list[int], dict[int, str]]:
    """Assign tickets to people (id → id), each in its own transaction; returns those given out, and why others were not."""
    waiting = rows.filter(UNRESOLVED, assignee=None, pk__in=chosen)
    found = {ticket.pk: ticket for ticket in waiting}
    given, kept_back = [], {pk: "It no longer waits." for pk in chosen if pk not in found}
    for pk, ticket in found.items():
        try:
            change_ticket(ticket=ticket, by=by, via=via, changes={"assignee": chosen[pk]}, base_version=ticket.version)
            given.append(pk)
        except DomainError as error:
            kept_back[pk] = error.sentence
    return given, kept_back


def follow_rules(now: datetime) -> int:
    """Give out what the active rules name; returns how many tickets. What waits stays for the next minute."""
    return sum(_follow(rule, now) for rule in DispatchRule.objects.filter(is_active=True).order_by("pk"))


def _follow(rule: DispatchRule, now: datetime) -> int:
    levels = Level.values[Level.values.index(rule.least_priority) :]
    rows = Ticket.objects.filter(priority__in=levels)
    if rule.team_id:
        rows = rows.filter(team=rule.team_id)
    crew = people.workers(now)
    on_shift = {worker.pk for worker in crew if worker.next_hour(now) == now}
    placements = _placements(rows, now, only=on_shift if rule.only_on_shift else None)
    chosen = {one.ticket: one.worker for one in placements if one.worker is not None}
    return len(give_out(chosen, Ticket.objects.all(), by=BY_RULES, via=Channel.SYSTEM)[0])


def suggest_assignees(*, ticket: Ticket, by: User, now: datetime) -> list[Placement]:
    """Return who could take one ticket, best first, in the terms of a plan. Raises NotAllowed."""
    require(by, "ai.advise")
    found = advising.suggest(advising.example_of(ticket.title, ticket.description, ticket))
    return assigning.rank(ticket, found, now)


def _placements(rows: QuerySet[Ticket], now: datetime, only: set[int] | None = None) -> list[Placement]:
    tickets: list[Waiting] = desk.waiting_tickets(rows, TICKETS_AT_MOST, now)
    crew = people.workers(now, {ticket.organization for ticket in tickets}) if tickets else []
    return make_plan(tickets, [one for one in crew if only is None or one.pk in only], now)


def _kept(placement: Placement) -> dict[str, Any]:
    return asdict(placement) | {"points": round(placement.points, 1)}
