"""Carrying out escalations: name whom to tell, and change the ticket. What the rules are is in `sla/actions/rules.py`."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from sla.choices import OPEN_STATES, Outcome
from sla.escalating import quiet_hours_of
from sla.models import Breach, Escalation, EscalationRule
from sla.permissions import System, can
from tickets import work
from tickets.actions.changing import name_of
from tickets.actions.locking import lock, record
from tickets.actions.tickets import change_ticket
from tickets.choices import LEVEL_RANK, Channel, EventKind, Level, Role
from tickets.errors import DomainError
from tickets.models import Ticket, User

ESCALATION = System("SLA escalation")
LEVELS = list(LEVEL_RANK)


@work.handles(Escalation)
def carry_out(row: Escalation) -> None:
    """Carry out one level, unless it was stopped; put it off while quiet hours or the level before last."""
    now = timezone.now()
    with transaction.atomic():
        ticket = lock(Ticket(pk=row.clock.ticket_id), "ticket.work", ESCALATION)
        row = Escalation.objects.select_related("clock", "rule__quiet_calendar").get(pk=row.pk)
        if row.outcome:
            return  # by a worker that died before it could say so
        row.outcome = stopped_by(row)
        if not row.outcome and row.rule:
            waits_until = _due(row, row.rule, now)
            if waits_until > now:
                work.put_off(row, waits_until)
                return
            row.outcome = Outcome.CARRIED_OUT
            row.told = _escalate(row, row.rule, ticket, now)
        row.save(update_fields=["outcome", "told"])


def stopped_by(row: Escalation) -> str:
    """Return why a level is not needed any more, empty where it is."""
    breach = Breach.objects.filter(clock=row.clock_id).first()
    if row.clock.state not in OPEN_STATES or row.rule is None or not row.rule.is_active:
        return Outcome.NOT_NEEDED
    if breach and breach.waiver_id:
        return Outcome.WAIVED
    return Outcome.ACKNOWLEDGED if breach and breach.acknowledged_at else ""


def _due(row: Escalation, rule: EscalationRule, now: datetime) -> datetime:
    """Return when a level may be carried out: its delay after the level before, outside of quiet hours."""
    due, delay = now, timedelta(minutes=rule.delay_minutes)
    before = Escalation.objects.filter(clock=row.clock_id, level__lt=row.level).order_by("-level").first()
    if before and before.state in work.UNFINISHED:
        due = max(before.due, now) + max(delay, timedelta(seconds=1))
    elif before and before.finished_at and before.outcome == Outcome.CARRIED_OUT:
        due = max(now, before.finished_at + delay)
    return quiet_hours_of(rule).wait(due)


def _escalate(row: Escalation, rule: EscalationRule, ticket: Ticket, now: datetime) -> list[dict[str, Any]]:
    people = recipients(rule, ticket)  # before it is given to somebody else
    ticket, trouble = _change(rule, ticket)
    told = [name_of(user) for user in people]
    record(
        ticket,
        EventKind.SLA_ESCALATED,
        by=ESCALATION,
        via=Channel.SYSTEM,
        at=now,
        data={
            "level": row.level,
            "rule": rule.name,
            "kind": row.clock.kind,
            "metric": row.clock.metric,
            "percent": row.percent,
            "due_at": row.clock.due_at and row.clock.due_at.isoformat(),
            "told": told,
            "channel": rule.channel,
            "trouble": trouble,
        },
        public=False,
    )
    return told


def recipients(rule: EscalationRule, ticket: Ticket) -> list[User]:
    """Return whom a rule tells, each once: active people who may see the ticket. Where that is nobody, the managers."""
    managers = User.objects.filter(role=Role.MANAGER, is_active=True).order_by("pk")
    wanted = [
        ticket.assignee if rule.notify_assignee else None,
        ticket.team.lead if rule.notify_lead and ticket.team else None,
        *(managers if rule.notify_managers else ()),
        rule.notify_person,
    ]
    found = {user.pk: user for user in wanted if user and user.is_support_staff and can(user, "ticket.view", ticket)}
    tells = rule.notify_assignee or rule.notify_lead or rule.notify_managers or rule.notify_person
    return list(found.values()) or (list(managers) if tells else [])


def _change(rule: EscalationRule, ticket: Ticket) -> tuple[Ticket, str]:
    """Do what the rule does to a ticket, as a change in its log; a refusal is told and keeps nobody from hearing of it."""
    changes: dict[str, Any] = {}
    if rule.reassign_to:
        changes["assignee"] = rule.reassign_to
    if rule.raise_priority:
        changes["priority"] = LEVELS[min(LEVELS.index(Level(ticket.priority)) + 1, len(LEVELS) - 1)]
    if rule.tag:
        changes["tags"] = [*ticket.tags.values_list("name", flat=True), rule.tag]
    if not changes:
        return ticket, ""
    try:
        with transaction.atomic():
            return change_ticket(ticket=ticket, by=ESCALATION, via=Channel.SYSTEM, changes=changes), ""
    except DomainError as error:
        return ticket, error.detail
