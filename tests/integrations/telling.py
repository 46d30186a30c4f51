"""Helpers of the tests about notifications: news spread, messages carried out, and who was told what."""

from integrations import tasks
from integrations.models import Message, News, Notification
from tickets import work
from tickets.choices import WorkState

assert tasks.CARRIED_OUT_BY, "loaded, as every worker has them"


def spread():
    """Let workers do what is due: the news first, then the messages these bring."""
    for kind in (News, Message):
        for pk in kind.objects.filter(state=WorkState.QUEUED).order_by("pk").values_list("pk", flat=True):
            work.run(kind, pk)
    assert set(News.objects.values_list("last_error", flat=True)) <= {""}


def told(person):
    """Return the kinds of what a person was told, the oldest first."""
    return list(Notification.objects.filter(person=person).order_by("pk").values_list("kind", flat=True))


def give_up(row):
    """Let a piece of work fail until nobody tries it any more."""
    same = type(row).objects.filter(pk=row.pk)
    while same.get().state in work.UNFINISHED:
        same.update(due="2020-01-01T00:00:00Z")
        work.run(type(row), row.pk)
