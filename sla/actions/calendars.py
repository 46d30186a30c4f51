"""Calendars: every edit of their rules makes a version; the ones before stay for the promises that were counted by them."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import ProtectedError
from django.utils import timezone

from sla.actions.reach import Reach, apply_to_open_tickets
from sla.calendars import BeyondCalendar
from sla.calendars import Calendar as Hours
from sla.choices import Scope
from sla.ics import read_ics
from sla.impact import Impact, preview
from sla.library import turn_over
from sla.models import Calendar, CalendarVersion
from sla.permissions import Actor, require
from sla.public_holidays import public_holidays
from sla.rules import Rules
from tickets.actions.desk import name, save_row, yes_or_no
from tickets.actions.people import signer
from tickets.errors import Conflict, Invalid, NotFound
from tickets.fields import Cleaner, clean_with, text

PATIENCE = timedelta(days=3652)  # ten years
YEARS_WRITTEN_OUT = 10  # of holidays that fall on another date each year
RULE_FIELDS = ("zone", "windows", "holidays", "exceptions")
CALENDAR: dict[str, Cleaner] = {
    "name": name(100),
    "is_default": yes_or_no,
    "note": lambda value, _: text(value, 200),
}


@transaction.atomic
def save_calendar(
    *,
    by: Actor,
    fields: Mapping[str, Any],
    calendar: Calendar | None = None,
    version: int | None = None,
    scope: Any = Scope.NEW,
    since: Any = None,
) -> Calendar:
    """Add a calendar, or change one; what `fields` leaves out stays. Other rules than before make a version.

    The version holds for the tickets that `scope` says; open ones follow as durable work. The first one holds for all.
    Raises NotAllowed, Invalid, NotFound, and Conflict where `version` is not the newest.
    """
    require(by, "sla.manage")
    reach = Reach.read(scope, since, by)
    calendar = _locked(calendar) if calendar else Calendar()
    latest = calendar.latest if calendar.pk else None
    if version is not None and latest and version != latest.number:
        raise Conflict("Somebody changed this calendar meanwhile. Read it again.", version=latest.number)
    values, rules = _draft(fields, latest, by)
    note = values.pop("note", "")
    _settle_default(calendar, values)
    save_row(calendar, by, values, "name")
    if latest is None or latest.parsed != rules:
        made = CalendarVersion(calendar=calendar, rules=rules.to_json(), note=note, made_by=signer(by))
        _add_version(made, latest, reach)
    return Calendar.objects.with_latest().get(pk=calendar.pk)


def _draft(fields: Mapping[str, Any], latest: CalendarVersion | None, by: Actor) -> tuple[dict[str, Any], Rules]:
    """Return the values and the rules that an edit would make. Raises Invalid."""
    own = {field: value for field, value in fields.items() if field not in RULE_FIELDS}
    said = {field: value for field, value in fields.items() if field in RULE_FIELDS}
    return clean_with(CALENDAR, own, by=by), checked({**(latest.rules if latest else {}), **said})


def preview_calendar_edit(
    *,
    by: Actor,
    calendar: Calendar,
    fields: Mapping[str, Any],
    scope: Any = Scope.OPEN,
    since: Any = None,
    now: datetime | None = None,
) -> Impact:
    """Say what an edit would do to open tickets, without saving it. Raises what `save_calendar` raises.

    Where the rules stay as they are, no ticket is looked at.
    """
    require(by, "sla.manage")
    reach = Reach.read(scope, since, by)
    latest = calendar.latest
    _, rules = _draft(fields, latest, by)
    if rules == latest.parsed:
        return Impact()
    draft = CalendarVersion(calendar=calendar, number=latest.number + 1, rules=rules.to_json(), **reach.validity())
    return preview(draft, now)


def _add_version(made: CalendarVersion, latest: CalendarVersion | None, reach: Reach) -> None:
    made.number, made.made_at = 1, timezone.now()
    if latest:
        made.number = latest.number + 1
        for column, value in reach.validity().items():
            setattr(made, column, value)
    made.save()
    turn_over()
    if latest and reach.touches_open_tickets:
        apply_to_open_tickets(str(made), reach.since)


def checked(rules: Any) -> Rules:
    """Return rules that leave working time in the years to come. Raises Invalid with the fields at fault."""
    found, now = Rules.from_json(rules), timezone.now()
    try:
        if Hours.compile(found).next_opening(now) < now + PATIENCE:
            return found
    except BeyondCalendar:
        pass
    raise Invalid({"holidays": ["These holidays leave no working time within the next ten years."]})


def remove_calendar(*, by: Actor, calendar: Calendar) -> None:
    """Delete a calendar that nothing was ever counted by. Raises NotAllowed, Conflict."""
    require(by, "sla.manage")
    if calendar.is_default:
        raise Conflict("This is the default. Make another calendar the default first.", code="in_use")
    try:
        with transaction.atomic():
            calendar.delete()
            turn_over()
    except ProtectedError:
        raise Conflict("Promises are counted by this calendar, so it stays.", code="in_use") from None


def _locked(calendar: Calendar) -> Calendar:
    found = Calendar.objects.select_for_update().filter(pk=calendar.pk).first()
    if found is None:
        raise NotFound("There is no such calendar.")
    return found


def _settle_default(calendar: Calendar, values: dict[str, Any]) -> None:
    """There is one default as soon as there is a calendar; it gives way to another, and never to none."""
    others = Calendar.objects.exclude(pk=calendar.pk).filter(is_default=True)
    if values.get("is_default"):
        others.update(is_default=False)
    elif not others.exists():
        if "is_default" in values and calendar.is_default:
            raise Invalid({"is_default": ["Make another calendar the default instead."]})
        values["is_default"] = True


@dataclass(frozen=True)
class Imported:
    """What an import of holidays did."""

    calendar: Calendar
    added: int
    skipped: list[str]


def import_public_holidays(
    *,
    by: Actor,
    calendar: Calendar,
    country: str,
    subdivision: str = "",
    years: Collection[int],
    scope: Any = Scope.NEW,
) -> Imported:
    """Add the public holidays of a country or a part of it. Raises NotAllowed, Invalid."""
    require(by, "sla.manage")
    found = public_holidays(country, subdivision, years)
    where = f"{country}-{subdivision}" if subdivision else country
    return _add_holidays(by, calendar, found, f"Public holidays of {where}, {min(years)} to {max(years)}", scope)


def import_holidays_file(*, by: Actor, calendar: Calendar, raw: bytes, scope: Any = Scope.NEW) -> Imported:
    """Add the all-day events of an iCalendar file. Raises NotAllowed, Invalid, TooLarge."""
    require(by, "sla.manage")
    this_year = timezone.now().year
    found = read_ics(raw, range(this_year - 1, this_year + YEARS_WRITTEN_OUT))
    if not found.holidays:
        raise Invalid({"file": ["No all-day event was found.", *found.skipped[:5]]})
    imported = _add_holidays(by, calendar, found.holidays, "Holidays from a file", scope)
    return replace(imported, skipped=found.skipped)


@transaction.atomic
def _add_holidays(by: Actor, calendar: Calendar, found: Mapping[str, str], note: str, scope: Any) -> Imported:
    """Add what is not there yet; a holiday that is keeps its name."""
    present = _locked(calendar).latest.rules.get("holidays", {})
    fields = {"holidays": {**found, **present}, "note": note}
    saved = save_calendar(by=by, fields=fields, calendar=calendar, scope=scope)
    return Imported(saved, len(found.keys() - present.keys()), [])
