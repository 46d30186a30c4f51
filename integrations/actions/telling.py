"""Writing notifications and the messages that carry them to other places. Rows only."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import partial

from django.db import transaction

from integrations.choices import Kind, Medium
from integrations.models import Message, Notification, Preferences
from integrations.notifications.channels import reachable
from integrations.notifications.habits import media_for, when_to_send
from integrations.notifications.live import push_bells
from tickets import work
from tickets.bulk import insert_few
from tickets.models import User
from tickets.publisher import publisher


def write(rows: Iterable[Notification], habits: Mapping[int, Preferences], now: datetime) -> list[Notification]:
    """Store notifications, with a message for each place where their people want them; returns the new ones.

    Each needs its person, kind and key; who has one with that key already, or wants it nowhere, gets none.
    All of one call are of different people. Needs a surrounding transaction.
    """
    wanted = [(row, media) for row in rows if (media := media_for(habits[row.person_id], Kind(row.kind)))]
    keys, people = {row.key for row, _ in wanted}, {row.person_id for row, _ in wanted}
    known = set(Notification.objects.filter(key__in=keys, person__in=people).values_list("person", "key"))
    fresh = [(row, media) for row, media in wanted if (row.person_id, row.key) not in known]
    outside = {row.person_id: [one for one in media if reachable(one, habits[row.person_id])] for row, media in fresh}
    for row, media in fresh:  # whom nothing reaches where they want it reads it here
        row.is_shown, row.created_at = Medium.APP in media or not outside[row.person_id], now
    written = [row for row, _ in fresh]
    insert_few(Notification, written)
    work.enqueue_all(
        [message(row, one, habits[row.person_id], now) for row in written for one in outside[row.person_id]], now
    )
    transaction.on_commit(partial(_ring, [row.person_id for row in written if row.is_shown]))
    return written


def message(row: Notification, medium: Medium, habits: Preferences, now: datetime) -> Message:
    """Return a new message that takes a notification to one place, when its person wants to be reached there."""
    due, together = when_to_send(habits, Kind(row.kind), medium, now)
    return Message(
        notification=row,
        kind=row.kind,
        event_id=row.event_id,
        medium=medium,
        in_digest=together,
        due=due,
    )


def show(row: Notification) -> None:
    """Show a notification behind the bell that reached its person nowhere else."""
    Notification.objects.filter(pk=row.pk).update(is_shown=True)
    _ring([row.person_id])


def _ring(people: list[int]) -> None:
    for person in people:
        publisher.say(push_bells, person)


def people_of(rows: Iterable[User]) -> list[User]:
    """Return active people, each once."""
    return list({person.pk: person for person in rows if person.is_active}.values())
