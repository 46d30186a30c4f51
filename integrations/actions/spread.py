"""Spreading the news: from an event to the notifications of those whom it concerns, and to the channels that routes name."""

from collections.abc import Sequence
from functools import partial

from django.db import transaction
from django.utils import timezone

from integrations.actions import telling
from integrations.choices import Kind, Medium
from integrations.models import Message, News, Notification, Route
from integrations.notifications.audience import Occasion, audience_of
from integrations.notifications.habits import habits_of
from integrations.notifications.hearing import kinds_of
from integrations.notifications.placeholders import page_of
from integrations.notifications.routing import routes_of
from integrations.notifications.wording import worded
from tickets import work
from tickets.bulk import insert, insert_few
from tickets.models import TicketEvent

FEW = 20  # so many fit into one statement


def note_news(events: Sequence[TicketEvent]) -> None:
    """Write down, in the events' own transaction, that they have to be told of."""
    now = timezone.now()
    rows = [News(event=event, due=now, woken_at=now, created_at=now) for event in events if kinds_of(event)]
    (insert_few if len(rows) <= FEW else insert)(News, rows)
    if rows:
        transaction.on_commit(partial(_wake, rows))


def _wake(rows: Sequence[News]) -> None:
    for row in rows:
        work.wake(News, row.pk)


@work.handles(News)
def spread(row: News) -> None:
    """Tell everybody whom an event concerns, each once."""
    event = TicketEvent.objects.select_related(
        "ticket__requester__organization",
        "ticket__organization",
        "ticket__assignee",
        "ticket__team__lead",
    ).get(pk=row.event_id)
    occasion, now = Occasion(event), timezone.now()
    routes = routes_of(event, occasion.ticket)
    audience = audience_of(occasion, routes)
    habits = habits_of(audience)
    rows = []
    for person, kind in audience.items():
        words = worded(kind, occasion, habits[person.pk])
        rows.append(
            Notification(
                person=person,
                kind=kind,
                ticket=occasion.ticket,
                event=event,
                key=f"event:{event.pk}",
                title=words.title,
                text=words.text,
                url=page_of(occasion.ticket, person),
            )
        )
    with transaction.atomic():
        telling.write(rows, habits, now)
        telling.send(_to_channels(event, routes))


def _to_channels(event: TicketEvent, routes: Sequence[Route]) -> list[Message]:
    """Return a message for each connection and channel that a route names, once for the event."""
    now, kinds = timezone.now(), sorted(kinds_of(event), key=list(Kind).index)
    told = set(Message.objects.filter(event=event, notification=None).values_list("connection", "channel"))
    rows = []
    for route in routes:
        connection = route.connection
        if connection is None or not connection.is_enabled or (connection.pk, route.channel) in told:
            continue
        told.add((connection.pk, route.channel))
        rows.append(
            Message(
                event=event,
                kind=next(kind for kind in kinds if kind in route.kinds),
                medium=Medium(connection.provider),
                route=route,
                connection=connection,
                channel=route.channel,
                due=now,
                woken_at=now,
                created_at=now,
            )
        )
    return rows
