"""Webhooks out: addresses that are told what happens to tickets, and each call that is made to one."""

import base64
import secrets
from urllib.parse import urlsplit

from django.core.validators import URLValidator
from django.db import models
from django.utils import timezone

from tickets.choices import EventKind, WorkQueue
from tickets.crypto import EncryptedField
from tickets.models import TicketEvent, User, Work
from tickets.models.history import Trail

SECRET_MARK = "whsec_"  # noqa: S105 - what a secret begins with, as the Standard Webhooks specification says


def new_secret() -> str:
    return SECRET_MARK + base64.b64encode(secrets.token_bytes(32)).decode()


def new_message_id() -> str:
    return f"msg_{secrets.token_hex(16)}"


class Hook(models.Model):
    """An address that hears of events. It is told what its owner may see, and no more."""

    name = models.CharField(max_length=100, unique=True)
    url = models.CharField("address", max_length=500, validators=[URLValidator(["https", "http"])])
    secret = EncryptedField(default=new_secret, editable=False)
    kinds = models.JSONField("events", default=list, blank=True, help_text="Kinds of events; none: all of them.")
    owner = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", help_text="The address is told what this person may see."
    )
    is_enabled = models.BooleanField("enabled", default=True)
    failing_since = models.DateTimeField(null=True, editable=False)
    alerted_at = models.DateTimeField(null=True, editable=False, help_text="When people were told that it fails.")
    trouble = models.CharField(max_length=500, blank=True, editable=False, help_text="What was wrong the last time.")
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects: models.Manager["Hook"]
    history = Trail(excluded_fields=("secret", "failing_since", "alerted_at", "trouble"))

    class Meta:
        ordering = ["name"]
        verbose_name = "webhook"

    def __str__(self) -> str:
        return self.name

    @property
    def label(self) -> str:
        """Where it leads to, without what the address may hold of secrets."""
        return urlsplit(self.url).hostname or ""


class HookCall(Work):
    """One event told to one address. Id and body stay the same however often it is sent; `answer` is what the last try got."""

    hook = models.ForeignKey(Hook, on_delete=models.CASCADE, related_name="calls")
    event = models.ForeignKey(TicketEvent, on_delete=models.CASCADE, null=True, related_name="+")
    message_id = models.CharField(max_length=40, unique=True, default=new_message_id, editable=False)
    kind = models.CharField(max_length=40)
    body = models.TextField(blank=True, editable=False)
    asked_at = models.DateTimeField(default=timezone.now, editable=False, help_text="First, or last sent again.")
    status = models.PositiveSmallIntegerField(null=True, editable=False, help_text="The last answer's HTTP status.")
    answer = models.CharField(max_length=500, blank=True, editable=False)
    milliseconds = models.PositiveIntegerField(null=True, editable=False)

    queue = WorkQueue.REMOTE
    lease_seconds = 60
    max_attempts = 106  # three days, as `work.backoff` waits between them; what is put off counts by `asked_at`

    class Meta(Work.Meta):
        verbose_name = "webhook call"
        constraints = [
            *Work.Meta.constraints,
            models.UniqueConstraint(fields=["hook", "event"], name="integrations_hookcall_once"),
        ]
        indexes = [*Work.Meta.indexes, models.Index(fields=["hook", "-id"], name="hookcall_newest")]

    def __str__(self) -> str:
        news = f"“{EventKind(self.kind).label}”" if self.kind in EventKind.values else "Test"
        return f"{news} to {self.hook}"
