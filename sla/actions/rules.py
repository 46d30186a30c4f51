"""Escalation rules: made, changed, deleted; what makes no sense is refused with the field at fault."""

from collections.abc import Mapping
from datetime import time
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.dateparse import parse_time

from sla.choices import Metric, PolicyKind
from sla.library import turn_over
from sla.models import Calendar, EscalationRule, Marking, Policy
from sla.permissions import Actor, require
from sla.quiet import problems_of_hours
from tickets import work
from tickets.actions.desk import name, save_row, yes_or_no
from tickets.errors import Invalid
from tickets.fields import Cleaner, choice, clean_with, reference, text
from tickets.models import User
from tickets.models.validators import validate_time_zone

LONGEST_DELAY = 30 * 24 * 60  # minutes
REACH = ("policy", "kind", "metric")
ACTS = (
    *("notify_assignee", "notify_lead", "notify_managers", "notify_person", "channel"),
    *("reassign_to", "raise_priority", "tag"),
)
Errors = dict[str, list[str]]


def _between(least: int, most: int) -> Cleaner:
    def check(value: Any, _by: Actor) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            raise ValueError(f"Write a whole number from {least} to {most:,}.")
        return value

    return check


def time_of_day(value: Any, _by: Actor) -> time | None:
    if value in (None, ""):
        return None
    try:
        found = value if isinstance(value, time) else parse_time(value) if isinstance(value, str) else None
    except ValueError:
        found = None
    if found is None or found.tzinfo:
        raise ValueError("Write a time like 22:00.")
    return found


def zone(value: Any, _by: Actor) -> str:
    try:
        validate_time_zone(text(value, 64))
    except ValidationError as error:
        raise ValueError(error.messages[0]) from None
    return str(value)


def _tag(value: Any, _by: Actor) -> str:
    tag = text(value, 50).strip().lower()
    if len(tag.split()) > 1 or "," in tag:
        raise ValueError("A tag is one word.")
    return tag


def _person(value: Any, _by: Actor) -> User | None:
    return reference(value, User.objects.support_staff())


RULE: dict[str, Cleaner] = {
    "name": name(100),
    **dict.fromkeys(("is_active", "notify_assignee", "notify_lead", "notify_managers", "raise_priority"), yes_or_no),
    "policy": lambda value, _: reference(value, Policy.objects.all(), by_name="name"),
    "kind": lambda value, _: choice(value, PolicyKind) if value else "",
    "metric": lambda value, _: choice(value, Metric) if value else "",
    "threshold": _between(1, 1000),
    "level": _between(1, 100),
    "delay_minutes": _between(0, LONGEST_DELAY),
    "notify_person": _person,
    "reassign_to": _person,
    "channel": lambda value, _: text(value, 100).strip(),
    "tag": _tag,
    "quiet_calendar": lambda value, _: reference(value, Calendar.objects.all(), by_name="name"),
    "quiet_from": time_of_day,
    "quiet_until": time_of_day,
    "quiet_zone": zone,
}


@transaction.atomic
def save_rule(*, by: Actor, fields: Mapping[str, Any], rule: EscalationRule | None = None) -> EscalationRule:
    """Add a rule, or change one; it looks at what is reached from now on. Raises NotAllowed, and Invalid for each field at fault."""
    require(by, "sla.manage")
    values = clean_with(RULE, fields, by=by)
    turn_over()  # first, for the one row of the edition keeps two editors apart
    rule = EscalationRule.objects.get(pk=rule.pk) if rule else EscalationRule()
    for field, value in values.items():
        setattr(rule, field, value)
    errors = problems_of(rule)
    if errors:
        raise Invalid(errors)
    rule = save_row(rule, by, values | {"since": timezone.now()}, "name")
    work.enqueue(Marking())
    return rule


@transaction.atomic
def remove_rule(*, by: Actor, rule: EscalationRule) -> None:
    """Delete a rule; what it did stays in the log. Raises NotAllowed, Invalid."""
    require(by, "sla.manage")
    turn_over()
    rule.is_active = False
    errors = _behind(rule)
    if errors:
        raise Invalid(errors)
    rule.delete()
    work.enqueue(Marking())


def problems_of(rule: EscalationRule) -> Errors:
    """Say what makes no sense in a rule, by field."""
    errors = _alone(rule) | _quiet(rule)
    if errors:
        return errors
    return _among_others(rule) if rule.is_active else _behind(rule)


def _alone(rule: EscalationRule) -> Errors:
    errors: Errors = {}
    if not rule.name:
        errors["name"] = ["This field is required."]
    if not any(getattr(rule, act) for act in ACTS):
        errors["notify_assignee"] = ["Say what happens: somebody is told, or the ticket is changed."]
    policy = rule.policy
    if policy and rule.kind and policy.kind != rule.kind:
        errors["kind"] = [f"{policy} is an {'OLA' if policy.kind == PolicyKind.INTERNAL else 'SLA'}."]
    if PolicyKind.INTERNAL in (rule.kind, policy and policy.kind) and rule.metric == Metric.NEXT_RESPONSE:
        errors["metric"] = ["An internal promise is about taking up and resolving only."]
    elif policy and rule.metric and rule.metric not in policy.latest.targets:
        errors["metric"] = [f"{policy} promises no {Metric(rule.metric).label.lower()}."]
    return errors


def _quiet(rule: EscalationRule) -> Errors:
    if rule.quiet_calendar and (rule.quiet_from or rule.quiet_until):
        return {"quiet_calendar": ["Choose a calendar, or times of the day, not both."]}
    return problems_of_hours(rule.quiet_from, rule.quiet_until)


def _among_others(rule: EscalationRule) -> Errors:
    """Say where the ladder of levels that the rule stands in would not lead upwards."""
    ladder = _ladder(rule)
    if rule.level in ladder:
        return {"level": [f"{ladder[rule.level]} is level {rule.level} for the same promises already."]}
    below = {level: other for level, other in ladder.items() if level < rule.level}
    above = {level: other for level, other in ladder.items() if level > rule.level}
    missing = next((level for level in range(1, rule.level) if level not in below), None)
    if missing:
        return {"level": [f"Nothing leads to it: there is no level {missing} for the same promises."]}
    for other in below.values():
        if other.threshold > rule.threshold:
            return {"threshold": [f"{other} comes before, and only at {other.threshold} %."]}
    for other in above.values():
        if other.threshold < rule.threshold:
            return {"threshold": [f"{other} comes after, and at {other.threshold} % already."]}
    return _circle(rule, [*below.values(), *above.values()])


def _circle(rule: EscalationRule, others: list[EscalationRule]) -> Errors:
    for other in others:
        if rule.reassign_to_id and other.reassign_to_id == rule.reassign_to_id:
            return {"reassign_to": [f"{other} gives it to the same person: the ticket would go round in a circle."]}
    return {}


def _behind(rule: EscalationRule) -> Errors:
    """Say which level would hang in the air without this one."""
    if rule.pk:
        before = EscalationRule.objects.get(pk=rule.pk)
        higher = [other for level, other in _ladder(before).items() if level > before.level]
        if before.is_active and higher:
            return {"is_active": [f"{higher[0]} follows after this level. Take that away first."]}
    return {}


def _ladder(rule: EscalationRule) -> dict[int, EscalationRule]:
    """Return the other active rules for exactly the same promises, by level."""
    same = {column: getattr(rule, column) for column in REACH}
    others = EscalationRule.objects.filter(**same, is_active=True).exclude(pk=rule.pk)
    return {other.level: other for other in others.order_by("level")}
