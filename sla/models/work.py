"""Durable work of this room."""

from django.db import models

from tickets.models import Work


class Backfill(Work):
    """Tickets whose past was written at once, by an import or the demo: they get clocks by their real times."""

    tickets = models.JSONField(help_text="Numbers of the tickets.")

    def __str__(self) -> str:
        return f"Clocks of {len(self.tickets)} tickets"


class Application(Work):
    """Bringing open tickets under the policies and calendars as they are now, after an edit. `position` is the last ticket done."""

    reason = models.CharField(max_length=200)
    created_since = models.DateTimeField(null=True)
    position = models.BigIntegerField(default=0, editable=False)
    looked_at = models.PositiveIntegerField(default=0, editable=False)
    changed = models.PositiveIntegerField(default=0, editable=False)

    lease_seconds = 120  # renewed with every batch

    def __str__(self) -> str:
        return self.reason
