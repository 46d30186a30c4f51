"""What was answered to writes that may be repeated."""

from django.db import models

from tickets.models.people import User


class IdempotencyKey(models.Model):
    """One write under a key its client chose. Committed with the write itself, forgotten after a day."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=200)
    fingerprint = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(default=0)
    answer = models.TextField(blank=True)
    created_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="tickets_idempotencykey_once")]

    def __str__(self) -> str:
        return self.key
