"""Spreading the news: from an event to the notifications of those whom it concerns, and to the channels that routes name."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from integrations.actions import telling
from integrations.choices import Kind, Medium
from integrations.models import Connection, Message, News, Notification, Route
from integrations.notifications.audience import Occasion, audience_of
from integrations.notifications.habits import habits_of
from integrations.notifications.hearing import kinds_of
from integrations.notifications.placeholders import page_of
from integrations.notifications.routing import routes_of
from integrations.notifications.wording import worded
from tickets import work
from tickets.choices import EventKind
from tickets.models import TicketEvent


def note_news(events: Sequence[TicketEvent]) -> None:
    """Write down, in the events' own transaction, that they have to be told of."""
    now = timezone.now()
    work.enqueue_all([News(event=event, due=now) for event in events if kinds_of(event)], now)


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
        work.enqueue_all(_to_channels(event, routes, now), now)


def _to_channels(event: TicketEvent, routes: Sequence[Route], now: datetime) -> list[Message]:
    """Return a message for each channel that routes, or the rule of an escalation, name: once for the event."""
    kinds = sorted(kinds_of(event), key=list(Kind).index)
    told = set(Message.objects.filter(event=event, notification=None).values_list("connection", "channel"))
    places: dict[tuple[Connection, str], Route | None] = {
        (route.connection, route.channel): route for route in routes if route.connection
    }
    named = named_connection(event)
    if named is not None:
        places.setdefault((named, event.data["channel"]), None)
    return [
        Message(
            event=event,
            kind=next(kind for kind in kinds if route is None or kind in route.kinds),
            medium=Medium(connection.provider),
            route=route,
            connection=connection,
            channel=channel,
            due=now,
        )
        for (connection, channel), route in places.items()
        if connection.is_enabled and (connection.pk, channel) not in told
    ]


def named_connection(event: TicketEvent) -> Connection | None:
    """Return the connection to Slack where an escalation names a channel."""
    if event.kind != EventKind.SLA_ESCALATED or not event.data["channel"]:
        return None
    return Connection.objects.enabled().filter(provider=Medium.SLACK).order_by("pk").first()
