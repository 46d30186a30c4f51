"""Carrying messages out of the desk: each once to each place; where one cannot be delivered, the next place of its person is tried."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from integrations.actions import telling
from integrations.choices import Kind, Medium, Outcome
from integrations.errors import Busy, OutcomeUnknown, RemoteError
from integrations.models import Message, Mute, Preferences
from integrations.notifications.audience import Occasion, may_know
from integrations.notifications.channels import CHANNELS, reachable
from integrations.notifications.channels.email import send_digest
from integrations.notifications.habits import habits_of, order_of
from integrations.notifications.placeholders import paragraphs
from integrations.notifications.wording import Worded, worded
from integrations.turns import later
from tickets import work
from tickets.choices import WorkState
from tickets.models import User


@work.handles(Message)
def carry_out(row: Message) -> None:
    """Send one message, unless that is not needed any more. Raises RemoteError."""
    if row.outcome not in ("", Outcome.FAILED):
        return  # it went with a digest, or by a worker that died before it could say so
    if row.in_digest:
        _send_together(row)
    elif not still_needed(row):
        row.end(Outcome.DROPPED)
    elif CHANNELS[Medium(row.medium)].stores:
        with transaction.atomic():
            if row.end(Outcome.SENT):
                _send(row)
    else:
        _send_outside(row)


def _send(row: Message) -> None:
    habits = _reader(row)
    CHANNELS[Medium(row.medium)].send(row, _words(row, habits), habits)


def _send_outside(row: Message) -> None:
    """Send over the network. Whether a lost one arrived nobody can tell, and it is not sent there again."""
    if row.tried_at:
        _not_known(row)
        return
    _mark_tried(row, timezone.now())
    try:
        _send(row)
    except OutcomeUnknown:
        _not_known(row)
    except Busy as busy:
        _mark_tried(row, None)
        later(row, busy, timedelta(seconds=busy.wait))
    except RemoteError:
        _mark_tried(row, None)
        raise
    else:
        row.end(Outcome.SENT)


def _mark_tried(row: Message, at: datetime | None) -> None:
    row.tried_at = at
    row.save(update_fields=["tried_at"])


def _not_known(row: Message) -> None:
    if row.end(Outcome.UNKNOWN, last_error="Nobody can tell whether it arrived."):
        fall_back(row)


def _reader(row: Message) -> Preferences:
    """Return the preferences of who reads it; a channel reads as the owner of its connection."""
    if row.notification is not None:
        person = row.notification.person
    else:
        assert row.connection is not None  # noqa: S101 - what has no person has a connection
        person = row.connection.owner
    return habits_of([person])[person.pk]


def _words(row: Message, habits: Preferences) -> Worded:
    if row.event is not None:
        return worded(Kind(row.kind), Occasion(row.event), habits)
    assert row.notification is not None  # noqa: S101 - what has no event was written for a person
    return Worded(row.notification.title, row.notification.text, paragraphs(row.notification.text))


def still_needed(row: Message) -> bool:
    """Return whether a message should still go out: unread, of a ticket that its person sees and has not muted."""
    occasion = Occasion(row.event) if row.event is not None else None
    if occasion and occasion.comment and occasion.comment.redacted_at:
        return False
    if row.notification is None:
        return row.connection is not None and row.connection.is_enabled
    person = row.notification.person
    if row.notification.read_at or not person.is_active:
        return False
    if occasion is None:
        return True
    return may_know(person, occasion) and not Mute.objects.filter(person=person, ticket=occasion.ticket).exists()


def _send_together(row: Message) -> None:
    """Send everything that waits for the same digest, as one mail."""
    assert row.notification is not None  # noqa: S101 - digests are for people
    with transaction.atomic():
        person = User.objects.select_for_update().get(pk=row.notification.person_id)
        waiting = Message.objects.filter(
            notification__person=person,
            medium=row.medium,
            in_digest=True,
            outcome="",
            due__lte=timezone.now(),
            state__in=work.UNFINISHED,
        )
        rows = list(waiting.select_related("notification", "event").order_by("pk"))
        needed = [one for one in rows if still_needed(one)]
        for one in rows:
            one.end(Outcome.SENT if one in needed else Outcome.DROPPED)
        if len(needed) == 1:
            _send(needed[0])
        elif needed:
            send_digest([one.notification for one in needed if one.notification], habits_of([person])[person.pk])


@work.settled(Message)
def note_failure(row: Message) -> None:
    """Write down that a message failed for good, and try the next place."""
    if row.state == WorkState.QUARANTINED and row.end(Outcome.FAILED):
        fall_back(row)


def fall_back(row: Message) -> None:
    """Take the notification to the next place in its person's order that was not tried yet, in the end behind the bell."""
    if row.notification is None:
        return
    habits = _reader(row)
    tried = set(row.notification.messages.values_list("medium", flat=True))
    for medium in order_of(habits):
        if medium not in tried and reachable(medium, habits):
            with transaction.atomic():
                now = timezone.now()
                work.enqueue_all([telling.message(row.notification, medium, habits, now)], now)
            return
    telling.show(row.notification)
