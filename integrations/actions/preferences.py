"""How people want to be told, said by themselves."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from integrations.choices import Digest, Kind, Language, Medium
from integrations.models import Mute, Preferences
from integrations.notifications.kinds import kinds_for, usual
from integrations.permissions import Actor, require
from sla.actions.rules import time_of_day, zone
from sla.quiet import problems_of_hours
from tickets.actions.desk import list_of
from tickets.errors import Invalid
from tickets.fields import Cleaner, choice, clean_with, text
from tickets.models import Ticket, User


def _media(value: Any, _by: Actor) -> dict[str, list[str]]:
    if not isinstance(value, Mapping):
        raise ValueError("Give an object of kinds, each with a list of media.")
    return {choice(kind, Kind): list_of(media, lambda one: choice(one, Medium)) for kind, media in value.items()}


def _order(value: Any, _by: Actor) -> list[str]:
    order = list_of(value, lambda one: choice(one, Medium))
    if Medium.APP in order:
        raise ValueError("Nothing fails to arrive here. Leave it out.")
    return list(dict.fromkeys(order))


def _phone(value: Any, _by: Actor) -> str:
    phone = "".join(text(value, 40).split())
    try:
        if phone:
            Preferences._meta.get_field("phone").run_validators(phone)
    except ValidationError as error:
        raise ValueError(error.messages[0]) from None
    return phone


def _day(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= 6:
        raise ValueError("Days are numbers from 0 (Monday) to 6.")
    return value


def _hour(value: Any, _by: Actor) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= 23:
        raise ValueError("Write a whole hour, 0 to 23.")
    return value


PREFERENCES: dict[str, Cleaner] = {
    "media": _media,
    "order": _order,
    "language": lambda value, _: choice(value, Language),
    "phone": _phone,
    "quiet_from": time_of_day,
    "quiet_until": time_of_day,
    "quiet_days": lambda value, _: sorted(set(list_of(value, _day))),
    "quiet_zone": lambda value, by: zone(value, by) if value else "",
    "digest": lambda value, _: choice(value, Digest),
    "digest_hour": _hour,
}


@transaction.atomic
def save_preferences(*, by: User, fields: Mapping[str, Any]) -> Preferences:
    """Change how `by` is told; `media` is merged into what was said before, by kind. Raises Invalid."""
    values = clean_with(PREFERENCES, fields, by=by)
    row, _ = Preferences.objects.select_for_update().get_or_create(person=by)
    for field, value in values.items():
        setattr(row, field, row.media | value if field == "media" else value)
    row.media = _said(row.media, by)
    if problems := problems_of_hours(row.quiet_from, row.quiet_until):
        raise Invalid(problems)
    row.save()
    return row


def _said(media: Mapping[str, list[str]], by: User) -> dict[str, list[str]]:
    """Return what differs from the defaults, so that these may change under who never said otherwise. Raises Invalid."""
    staff, said = by.is_support_staff, {}
    known = kinds_for(staff=staff)
    for kind, wanted in media.items():
        if kind not in known:
            raise Invalid({"media": [f"You are never told of {Kind(kind).label.lower()}. Leave it out."]})
        default = usual(Kind(kind), staff=staff) or ()
        if set(wanted) != set(default):
            said[kind] = [medium for medium in Medium.values if medium in wanted]
    return said


def end_mail(*, person: User, kind: Kind | None) -> None:
    """Let somebody have no more mail of a kind; None is every kind. For who follows the link in a mail."""
    with transaction.atomic():
        row, _ = Preferences.objects.select_for_update().get_or_create(person=person)
        staff = person.is_support_staff
        for one in [kind] if kind else kinds_for(staff=staff):
            media = row.media.get(one, usual(one, staff=staff) or ())
            row.media[one] = [medium for medium in media if medium != Medium.EMAIL]
        row.save(update_fields=["media"])


def set_muted(*, ticket: Ticket, by: User, muted: bool) -> None:
    """Let somebody hear nothing more of a ticket, or hear of it again. Raises NotFound."""
    require(by, "ticket.watch", ticket)
    if muted:
        Mute.objects.get_or_create(person=by, ticket=ticket)
    else:
        Mute.objects.filter(person=by, ticket=ticket).delete()
