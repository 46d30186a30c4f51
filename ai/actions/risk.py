"""Forecasts of broken promises: made anew when something happens and every few minutes, and noted where people look."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef

from ai.choices import RiskMoment
from ai.models import RiskForecast, RiskSample
from ai.risk.log import SOLUTION
from ai.risk.outlook import Outlook, outlooks
from sla.actions.foresee import note_forecasts
from sla.models import Clock
from tickets.bulk import update
from tickets.models import Ticket

AGAIN = timedelta(minutes=10)  # a forecast is made anew after this
BATCH = 500  # tickets in one go
TAKEN_UP = 50_000  # tickets at once when another version begins
MOMENTS = {
    RiskMoment.CREATION: timedelta(0),
    RiskMoment.DAY: timedelta(days=1),
    RiskMoment.THREE_DAYS: timedelta(days=3),
}
NEAR = timedelta(hours=2)  # after such a moment
LONGEST = timedelta(days=3 * 365)  # a completion further away is none
STORED = ("probability", "completion_at", "reasons", "said", "version_id", "made_at")
UNREAD = ("description", "description_html", "resolution", "custom_fields")


def ask_anew(tickets: Iterable[int], now: datetime) -> None:
    """Let the forecasts of some tickets be made anew within seconds. One statement."""
    rows = [RiskForecast(ticket_id=pk, due=now) for pk in tickets]
    RiskForecast.objects.bulk_create(rows, update_conflicts=True, unique_fields=["ticket"], update_fields=["due"])


def begin_anew(now: datetime) -> None:
    """The same for every ticket with an open promise, as when another version of what was learned is put to use."""
    RiskForecast.objects.exclude(due=None).update(due=now)
    take_up(now, TAKEN_UP)


def take_up(now: datetime, at_most: int) -> int:
    """Begin to foretell tickets with an open promise that nobody asked about, as after an import; returns how many."""
    known = RiskForecast.objects.filter(ticket=OuterRef("ticket"))
    open_ones = Clock.objects.open().filter(SOLUTION).filter(~Exists(known)).order_by()
    tickets = sorted(set(open_ones.values_list("ticket_id", flat=True)[:at_most]))
    ask_anew(tickets, now)
    return len(tickets)


def foretell_due(now: datetime, at_most: int) -> int:
    """Make the forecasts that are due, those due longest first; returns how many."""
    done = 0
    while done < at_most:
        taken = _take(now, min(BATCH, at_most - done))
        if not taken:
            break
        _foretell(taken, now)
        done += len(taken)
    return done


def _take(now: datetime, count: int) -> list[int]:
    """Put off what is due, so that nobody else makes it too; an event in the meantime makes it due again."""
    with transaction.atomic():
        rows = RiskForecast.objects.filter(due__lte=now).order_by("due", "pk")
        taken = list(rows.select_for_update(skip_locked=True).values_list("pk", flat=True)[:count])
        RiskForecast.objects.filter(pk__in=taken).update(due=now + AGAIN)
    return taken


def _foretell(numbers: Sequence[int], now: datetime) -> None:
    tickets = list(Ticket.objects.filter(pk__in=numbers).defer(*UNREAD).order_by("pk"))
    found = outlooks(tickets, now)
    with transaction.atomic():
        locked = RiskForecast.objects.select_for_update(skip_locked=True).in_bulk(numbers)
        rows = [_written(locked[one.ticket.pk], one, now) for one in found if one.ticket.pk in locked]
        update(RiskForecast, rows, STORED)
        over = [one.ticket.pk for one in found if one.clock is None]
        RiskForecast.objects.filter(pk__in=over, due=now + AGAIN).update(due=None)
        _keep_samples(found, now)
    note_forecasts(forecasts={one.clock.pk: percent_of(one) for one in found if one.clock}, now=now)


def _keep_samples(found: Iterable[Outlook], now: datetime) -> None:
    """Keep what was foretold at the fixed moments of a ticket's life, once each."""
    due = [
        RiskSample(ticket=one.ticket, moment=moment, percent=percent, version_id=one.version.pk, taken_at=now)
        for one in found
        if one.version and (percent := percent_of(one)) is not None
        if (moment := moment_at(now - one.ticket.created_at)) is not None
    ]
    known = set(RiskSample.objects.filter(ticket__in=[row.ticket_id for row in due]).values_list("ticket", "moment"))
    RiskSample.objects.bulk_create(
        [row for row in due if (row.ticket_id, row.moment) not in known], ignore_conflicts=True
    )


def moment_at(age: timedelta) -> RiskMoment | None:
    """Return the fixed moment that a ticket of this age has just come to; a forecast long after it says something else."""
    for moment, at in MOMENTS.items():
        if at <= age < at + NEAR:
            return moment
    return None


def _written(row: RiskForecast, one: Outlook, now: datetime) -> RiskForecast:
    row.probability = one.forecast.chance if one.forecast else None
    row.completion_at = completion_of(one, now)
    row.reasons = [{"words": r.words, "raises": r.raises} for r in one.forecast.reasons] if one.forecast else []
    row.said = one.said
    row.version_id = one.version.pk if one.version else None
    row.made_at = now
    return row


def percent_of(one: Outlook) -> int | None:
    return round(100 * one.forecast.chance) if one.forecast else None


def completion_of(one: Outlook, now: datetime) -> datetime | None:
    """Return when about half of such tickets are done."""
    if one.forecast is None:
        return None
    span = timedelta(hours=one.forecast.hours)
    return now + span if span < LONGEST else None
