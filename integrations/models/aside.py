"""What another system said and nobody here can read."""

from django.db import models

from integrations.choices import RowKind
from integrations.models.connection import Connection
from integrations.provider import RemoteRef
from tickets.choices import one_of


class PutAside(models.Model):
    """A row of an answer that was put aside, as it came. Deleted when a later reading succeeds.

    `record` names the record that it is or belongs to, as `Provider.read` takes it; without one it cannot be asked for. `digest` tells
    rows without an id apart.
    """

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, related_name="put_aside")
    kind = models.CharField("is", max_length=20, choices=RowKind.choices)
    record = models.CharField(max_length=200, blank=True)
    remote_id = models.CharField("its id there", max_length=200, blank=True)
    digest = models.CharField(max_length=64, blank=True, help_text="SHA-256 of a row that has no id.")
    why = models.CharField(max_length=500)
    raw = models.TextField(help_text="As it came, its beginning.")
    is_past = models.BooleanField("from a takeover", default=False)
    times = models.PositiveIntegerField("how often", default=1)
    created_at = models.DateTimeField(auto_now_add=True)
    last_at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name, verbose_name_plural = "row put aside", "rows put aside"
        ordering = ["-last_at"]
        constraints = [
            one_of("kind", RowKind),
            models.UniqueConstraint(
                fields=["connection", "kind", "remote_id", "digest"], name="integrations_putaside_once"
            ),
        ]

    def __str__(self) -> str:
        named = self.remote_id or (f"of {self.record}" if self.record else "without an id")
        return f"{self.get_kind_display()} {named}"

    @property
    def ref(self) -> RemoteRef:
        return RemoteRef(self.record, self.record, "")
