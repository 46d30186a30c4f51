"""Notices that no ticket's event stands behind."""

from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone

from integrations.actions import telling
from integrations.choices import Kind
from integrations.models import Notification
from integrations.notifications.habits import habits_of
from tickets.models import User


def notify_people(*, kind: Kind, key: str, people: Iterable[User], title: str, text: str, url: str) -> int:
    """Tell people something, each once for the same key, where they want to hear of such things; returns how many are told.

    `url` is a page of ours, beginning with a slash.
    """
    told = telling.people_of(people)
    habits = habits_of(told)
    rows = [
        Notification(person=person, kind=kind, key=key[:200], title=title[:300], text=text, url=url) for person in told
    ]
    with transaction.atomic():
        return len(telling.write(rows, habits, timezone.now()))
