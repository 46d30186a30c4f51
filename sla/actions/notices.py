"""Notices: what somebody was told stays new until they say that they have read it."""

from django.utils import timezone

from sla.models import Notice
from tickets.models import User


def read_notices(*, by: User) -> int:
    """Mark all notices of a person as read; returns how many were new."""
    return Notice.objects.filter(recipient=by, read_at=None).update(read_at=timezone.now())
