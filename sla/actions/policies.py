"""Policies: made, edited into a new version, and what an edit would do, said before it is saved."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from sla.actions.reach import Reach, apply_to_open_tickets
from sla.choices import Metric, PolicyKind, Scope
from sla.impact import Impact, preview
from sla.library import turn_over
from sla.models import Calendar, OrganizationCalendar, Policy, PolicyVersion
from sla.permissions import Actor, require
from sla.promises import PAUSED_BY_DEFAULT, clean_policy
from tickets.choices import Tier
from tickets.errors import Conflict, Invalid
from tickets.models import Organization, User

VERSIONED = (
    *("position", "is_active", "is_default", "conditions", "targets", "pauses", "warnings", "calendar"),
    "uses_customers_calendar",
)
FRESH: dict[str, Any] = {
    "position": 100,
    "is_active": True,
    "is_default": False,
    "conditions": {},
    "targets": {},
    "pauses": PAUSED_BY_DEFAULT,
    "warnings": [50, 75, 90],
    "uses_customers_calendar": False,
}


def save_policy(
    *,
    by: Actor,
    fields: Mapping[str, Any],
    policy: Policy | None = None,
    scope: Any = Scope.NEW,
    since: Any = None,
) -> Policy:
    """Make a policy, or edit one into its next version. Open tickets follow as durable work where `scope` says so.

    Raises NotAllowed, and Invalid with every field that needs attention.
    """
    require(by, "sla.manage")
    reach = Reach.read(scope, since, by)
    with transaction.atomic():
        name, draft = draft_version(fields, policy, by)
        try:
            with transaction.atomic():
                policy = _save_name(policy, name, draft.policy.kind)
        except IntegrityError:
            raise Invalid({"name": ["Another policy has this name."]}) from None
        draft.policy = policy
        for column, value in reach.validity().items():
            setattr(draft, column, value)
        draft.made_by, draft.made_at = by if isinstance(by, User) else None, timezone.now()
        draft.save(force_insert=True)
        turn_over()
        if reach.touches_open_tickets:
            apply_to_open_tickets(f"{policy.name}, version {draft.number}", reach.since)
    return policy


def _save_name(policy: Policy | None, name: str, kind: str) -> Policy:
    policy = Policy.objects.select_for_update().get(pk=policy.pk) if policy else Policy(kind=kind)
    if policy.name != name:
        policy.name = name
        policy.save()
    return policy


def draft_version(fields: Mapping[str, Any], policy: Policy | None, by: Actor) -> tuple[str, PolicyVersion]:
    """Return the name and the version that an edit would make, not saved. Raises Invalid."""
    values = clean_policy(fields, by)
    latest = policy.versions.select_related("calendar", "policy").first() if policy else None
    held = {column: getattr(latest, column) for column in VERSIONED} if latest else dict(FRESH)
    said = held | {column: value for column, value in values.items() if column in VERSIONED}
    name = values.get("name") or (policy.name if policy else "")
    kind = values.get("kind") or (policy.kind if policy else PolicyKind.CUSTOMER)
    errors = _missing(name, kind, said, policy) | _contradictions(said) | _rivals(kind, said, policy)
    if errors:
        raise Invalid(errors)
    number = (latest.number if latest else 0) + 1
    return name, PolicyVersion(policy=policy or Policy(name=name, kind=kind), number=number, **said)


def _missing(name: str, kind: str, said: Mapping[str, Any], policy: Policy | None) -> dict[str, list[str]]:
    errors: dict[str, list[str]] = {}
    if not name:
        errors["name"] = ["This field is required."]
    if policy and kind != policy.kind:
        errors["kind"] = ["An SLA stays an SLA, an OLA an OLA. Make another policy."]
    if said.get("calendar") is None:
        errors["calendar"] = ["Choose the calendar whose hours count."]
    if not said["targets"]:
        errors["targets"] = ["Promise something: a time for at least one metric and priority."]
    if kind == PolicyKind.INTERNAL and Metric.NEXT_RESPONSE in said["targets"]:
        errors[f"targets.{Metric.NEXT_RESPONSE}"] = ["An internal promise is about taking up and resolving only."]
    return errors


def _contradictions(said: Mapping[str, Any]) -> dict[str, list[str]]:
    """Say which conditions no ticket can ever meet together."""
    conditions = said["conditions"]
    if said["is_default"] and conditions:
        return {"is_default": ["The default holds for whatever is left over. Take its conditions away."]}
    if "organizations" in conditions and "tiers" in conditions:
        chosen = Organization.objects.filter(pk__in=conditions["organizations"])
        if not chosen.filter(tier__in=conditions["tiers"]).exists():
            tiers = ", ".join(str(Tier(tier).label) for tier in conditions["tiers"])
            names = ", ".join(str(row) for row in chosen)
            return {"conditions": [f"These contradict each other: {names} is not {tiers}. No ticket would match."]}
    return {}


def _rivals(kind: str, said: Mapping[str, Any], policy: Policy | None) -> dict[str, list[str]]:
    """Say which other policy makes this one pointless."""
    if not said["is_active"]:
        return {}
    others = [other for other in _current(kind) if policy is None or other.policy_id != policy.pk]
    if said["is_default"]:
        default = next((other for other in others if other.is_default), None)
        return {"is_default": [f"{default.policy} is the default. Take it off there first."]} if default else {}
    for other in others:
        comes_first = not other.is_default and other.position <= said["position"]
        if comes_first and all(
            name in said["conditions"] and set(said["conditions"][name]) <= set(accepted)
            for name, accepted in other.conditions.items()
        ):
            return {"conditions": [f"{other.policy} comes before and takes every such ticket. Change the position."]}
    return {}


def _current(kind: str) -> list[PolicyVersion]:
    """Return the latest version of every active policy of a kind."""
    policies: QuerySet[Policy] = Policy.objects.filter(kind=kind).with_latest()
    return [policy.latest for policy in policies if policy.latest.is_active]


def retire_policy(*, by: Actor, policy: Policy, scope: Any = Scope.NEW, since: Any = None) -> Policy:
    """Let a policy hold no more; what it promised to tickets outside of the scope stays promised."""
    return save_policy(by=by, fields={"is_active": False}, policy=policy, scope=scope, since=since)


def preview_policy_edit(
    *,
    by: Actor,
    fields: Mapping[str, Any],
    policy: Policy | None = None,
    scope: Any = Scope.OPEN,
    since: Any = None,
    now: datetime | None = None,
) -> Impact:
    """Say what an edit would do to open tickets, without saving it. Raises what `save_policy` raises."""
    require(by, "sla.manage")
    reach = Reach.read(scope, since, by)
    _, draft = draft_version(fields, policy, by)
    for column, value in reach.validity().items():
        setattr(draft, column, value)
    return preview(draft, now)


def choose_calendar(
    *, by: Actor, organization: Organization, calendar: Calendar | None, scope: Any = Scope.OPEN
) -> None:
    """Give an organization a calendar of its own for the policies that count by the customer's hours, or take it away."""
    require(by, "sla.manage")
    reach = Reach.read(scope, None, by)
    with transaction.atomic():
        if calendar is None:
            OrganizationCalendar.objects.filter(organization=organization).delete()
        else:
            OrganizationCalendar.objects.update_or_create(organization=organization, defaults={"calendar": calendar})
        turn_over()
        if reach.touches_open_tickets:
            apply_to_open_tickets(f"Calendar of {organization}")


def remove_policy(*, by: Actor, policy: Policy) -> None:
    """Delete a policy that never promised anything. Raises NotAllowed, Conflict."""
    require(by, "sla.manage")
    with transaction.atomic():
        if policy.versions.filter(clocks__isnull=False).exists():
            raise Conflict("Tickets were promised something by it. Set is_active to false instead.", code="in_use")
        policy.delete()
        turn_over()
