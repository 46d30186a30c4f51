"""Saved reports: made, changed, removed, and run."""

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils import timezone

from analytics.answers import read_question
from analytics.choices import Rhythm
from analytics.models import Report, ReportFile, ReportRun
from analytics.permissions import can, require
from analytics.reports.formats import FORMATS
from analytics.schedules import following
from tickets import work
from tickets.actions.desk import list_of, name, save_row, yes_or_no
from tickets.choices import Sharing, WorkState
from tickets.errors import Conflict, Invalid
from tickets.fields import Cleaner, choice, clean_with, reference, text
from tickets.models import Team, User
from tickets.models.validators import validate_time_zone
from tickets.permissions import Actor

RECIPIENTS_AT_MOST = 20


def _format(value: Any) -> str:
    if not isinstance(value, str) or value not in FORMATS:
        raise ValueError(f"Choose among {', '.join(FORMATS)}.")
    if missing := FORMATS[value].missing():
        raise ValueError(missing)
    return value


def _formats(value: Any, _by: Actor) -> list[str]:
    chosen = list(dict.fromkeys(list_of(value, _format)))
    if not chosen:
        raise ValueError("Choose at least one format.")
    return chosen


def _recipients(value: Any, by: Actor) -> list[str]:
    chosen = sorted(set(list_of(value, _address)))
    if len(chosen) > RECIPIENTS_AT_MOST:
        raise ValueError(f"Name at most {RECIPIENTS_AT_MOST} addresses.")
    known = set(User.objects.support_staff().filter(email__in=chosen).values_list("email", flat=True))
    if isinstance(by, User) and not can(by, "report.send") and not set(chosen) <= known:
        raise ValueError("You can send reports to people of the desk. Ask a manager to send them to others.")
    return chosen


def _address(value: Any) -> str:
    address = text(value, 254, required=True).strip().lower()
    try:
        validate_email(address)
    except ValidationError:
        raise ValueError("Write addresses like name@example.com.") from None
    return address


def _zone(value: Any, _by: Actor) -> str:
    zone = text(value, 64, required=True)
    try:
        validate_time_zone(zone)
    except ValidationError as error:
        raise ValueError(error.messages[0]) from None
    return zone


def _hour(value: Any, _by: Actor) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= 23:
        raise ValueError("Choose an hour from 0 to 23.")
    return value


REPORT: dict[str, Cleaner] = {
    "name": name(100),
    "query": lambda value, _: text(value, 2_000).removeprefix("?"),
    "formats": _formats,
    "is_anonymous": yes_or_no,
    "has_forecast": yes_or_no,
    "rhythm": lambda value, _: choice(value, Rhythm),
    "hour": _hour,
    "time_zone": _zone,
    "recipients": _recipients,
    "is_enabled": yes_or_no,
    "sharing": lambda value, _: choice(value, Sharing),
    "team": lambda value, _: reference(value, Team.objects.filter(is_active=True)),
}


@transaction.atomic
def save_report(*, by: User, fields: Mapping[str, Any], report: Report | None = None) -> Report:
    """Make a saved report, or change one; it is answered for its owner, who is who made it. Raises Invalid, NotAllowed.

    `query` is the question as the API takes it. What is due already is not made up for: the next due time is the first to come.
    """
    if report is None:
        require(by, "report.save")
    else:
        require(by, "report.change", report)
    values = clean_with(REPORT, fields, by=by)
    row = Report.objects.select_for_update().get(pk=report.pk) if report else Report(owner=by, time_zone=by.time_zone)
    if not row.pk and not values.get("formats"):
        raise Invalid({"formats": ["Choose at least one format."]})
    for field, value in values.items():
        setattr(row, field, value)
    now = timezone.now()
    _judge(row, now)
    row.next_at = following(Rhythm(row.rhythm), row.hour, ZoneInfo(row.time_zone), now) if row.is_enabled else None
    return save_row(row, by, values, "name")


def _judge(row: Report, now: datetime) -> None:
    """Refuse what does not go together. Raises Invalid."""
    if row.sharing == Sharing.TEAM and row.team is None:
        raise Invalid({"team": ["Name the team."]})
    if row.rhythm != Rhythm.NEVER and not row.recipients:
        raise Invalid({"recipients": ["Name who it is sent to, or send it only when asked."]})
    try:
        read_question(QueryDict(row.query), row.owner, now, zone=ZoneInfo(row.time_zone))
    except Invalid as error:
        raise Invalid(
            {"query": [f"{field}: {told}" for field, all_told in error.errors.items() for told in all_told]}
        ) from None


@transaction.atomic
def delete_report(*, by: User, report: Report) -> None:
    """Remove a report with its runs and their files."""
    require(by, "report.change", report)
    erase_files(ReportFile.objects.filter(run__report=report))
    report.delete()


@transaction.atomic
def run_report(*, by: User, report: Report) -> ReportRun:
    """Have a report run now; its recipients get nothing. Raises Conflict while a run that somebody asked for is waiting."""
    require(by, "report.run", report)
    Report.objects.select_for_update().get(pk=report.pk)
    if ReportRun.objects.filter(report=report, due_at=None, state__in=work.UNFINISHED).exists():
        raise Conflict("A run is at it already. Wait until it is done.", code="already_asked")
    return work.enqueue(ReportRun(report=report, asked_by=by))


@transaction.atomic
def run_again(*, by: User, run: ReportRun) -> None:
    """Give a run that failed another try. Raises Conflict for one that did not."""
    require(by, "report.run", run.report)
    if run.state != WorkState.QUARANTINED:
        raise Conflict("Only a run that failed can be run again.", code="not_failed")
    work.run_again(run)


def begin_due(now: datetime) -> int:
    """Begin the runs whose time has come; of two schedulers, one does. Returns how many.

    Of due times that passed while nothing ran, the first is made up for and the others are left out.
    """
    begun = 0
    for report in Report.objects.filter(is_enabled=True, next_at__lte=now).select_related("owner"):
        again = following(Rhythm(report.rhythm), report.hour, ZoneInfo(report.time_zone), now)
        with transaction.atomic():
            if Report.objects.filter(pk=report.pk, next_at=report.next_at, is_enabled=True).update(next_at=again):
                work.enqueue(ReportRun(report=report, due_at=report.next_at))
                begun += 1
    return begun


def erase_files(rows: QuerySet[ReportFile]) -> None:
    """Remove files of runs, from the storage once that is certain."""
    storage = ReportFile._meta.get_field("file").storage
    for stored in rows.values_list("file", flat=True):
        transaction.on_commit(partial(storage.delete, stored))
    rows.delete()
