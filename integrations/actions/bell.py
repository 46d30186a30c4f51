"""What was read stays in the list, and is new no more."""

from django.utils import timezone

from integrations.models import Notification
from tickets.models import User


def mark_read(*, notification: Notification, by: User, read: bool = True) -> Notification:
    """Mark one of a person's own notifications as read, or as new again."""
    if read != (notification.read_at is not None):
        notification.read_at = timezone.now() if read else None
        Notification.objects.filter(pk=notification.pk, person=by).update(read_at=notification.read_at)
    return notification


def mark_all_read(*, by: User) -> int:
    """Mark all that a person sees as read; returns how many were new."""
    return Notification.objects.filter(person=by, is_shown=True, read_at=None).update(read_at=timezone.now())
