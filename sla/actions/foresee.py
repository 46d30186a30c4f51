"""Taking note of forecasts: how likely open promises will be broken, as a room further right foresees it."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from sla import watched
from sla.library import library
from sla.models import Clock
from tickets.bulk import update_columns
from tickets.models import Ticket


def note_forecasts(*, forecasts: Mapping[int, int | None], now: datetime) -> None:
    """Note for open clocks, by id, in percent how likely they will be broken, None for no forecast; the risk of their tickets follows.

    Forecasts make no event and no version, as the risk itself makes none. Tickets that somebody is writing to are left for the next time.
    """
    rows = Clock.objects.open().filter(pk__in=forecasts).values_list("pk", "ticket_id", "foreseen")
    owners = {ticket for pk, ticket, foreseen in rows if foreseen != forecasts[pk]}
    if not owners:
        return
    books = library()
    with transaction.atomic():
        tickets = watched.lock(owners)
        noted: dict[int, int | None] = {}
        risks: dict[int, str] = {}
        for pk, clocks in watched.clocks_of(tickets).items():
            told = [clock._replace(foreseen=forecasts.get(clock.pk, clock.foreseen)) for clock in clocks]
            noted |= {clock.pk: clock.foreseen for clock in told if clock.pk in forecasts}
            risk = watched.risk_of([(clock, clock.end(books)) for clock in told], now)
            if risk is not None and risk != tickets[pk].risk:
                risks[pk] = risk
        update_columns(Clock, list(noted), {"foreseen": list(noted.values())})
        update_columns(Ticket, list(risks), {"risk": list(risks.values())})
