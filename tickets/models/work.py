"""Durable work: the columns that every row of work has. What happens to them is in `tickets/work.py`."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from tickets.choices import WorkQueue, WorkState, one_of


class Work(models.Model):
    """A piece of work that leaves the request: written with the change that asks for it, done later, never forgotten."""

    state = models.CharField(max_length=20, choices=WorkState.choices, default=WorkState.QUEUED, editable=False)
    attempts = models.PositiveSmallIntegerField(default=0, editable=False)
    due = models.DateTimeField(default=timezone.now, editable=False, help_text="Not tried before this moment.")
    woken_at = models.DateTimeField(
        default=timezone.now, editable=False, help_text="When a worker was last told about it."
    )
    leased_until = models.DateTimeField(null=True, editable=False, help_text="While this lies ahead, a worker has it.")
    lease = models.CharField(max_length=32, blank=True, editable=False)
    last_error = models.TextField(blank=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True, editable=False)

    max_attempts = 8
    queue = WorkQueue.DESK
    lease_seconds = 30  # renewed while a worker is at it, see `tickets/leases.py`
    longest_run_seconds = 600  # the hard time limit of a task

    class Meta:
        abstract = True
        constraints = [one_of("state", WorkState)]
        indexes = [
            models.Index(
                fields=["due"], name="%(app_label)s_%(class)s_due", condition=Q(state__in=["queued", "running"])
            )
        ]
