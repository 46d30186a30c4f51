"""A connection to another system: where it is, how we sign in, and what goes which way."""

import json
import secrets
from typing import Any

from django.core.validators import MaxValueValidator, RegexValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone

from integrations.choices import Health
from integrations.registry import label_of, provider_choices
from tickets.choices import Level, one_of
from tickets.crypto import EncryptedField
from tickets.models import Category, Organization, Team, User
from tickets.models.history import Trail


def new_token() -> str:
    return secrets.token_urlsafe(24)


class ConnectionQuerySet(models.QuerySet["Connection"]):
    def visible_to(self, user: User) -> "ConnectionQuerySet":
        """Staff may know which systems are connected."""
        return self if user.is_active and user.is_support_staff else self.none()

    def enabled(self) -> "ConnectionQuerySet":
        return self.filter(is_enabled=True)


class Connection(models.Model):
    """Settings are checked by the provider's own schema; credentials are JSON, encrypted, and never shown again."""

    provider = models.CharField("system", max_length=30, choices=provider_choices)
    name = models.CharField(max_length=100, unique=True)
    settings = models.JSONField(default=dict, blank=True)
    credentials = EncryptedField(blank=True, editable=False)
    token = models.CharField(max_length=64, unique=True, default=new_token, editable=False)
    owner = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="Who answers for it; asks for tickets opened from there where nobody else is known.",
    )
    is_enabled = models.BooleanField("enabled", default=True)
    health = models.CharField(max_length=20, choices=Health.choices, default=Health.UNKNOWN, editable=False)
    health_detail = models.CharField(max_length=500, blank=True, editable=False)
    checked_at = models.DateTimeField(null=True, editable=False)
    failing_since = models.DateTimeField(null=True, editable=False)
    alerted_at = models.DateTimeField(null=True, editable=False, help_text="When people were told that it fails.")

    hands_on = models.BooleanField(
        "hands tickets on by itself", default=False, help_text="New tickets that fit below; others by hand only."
    )
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    team = models.ForeignKey(Team, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    category = models.ForeignKey(Category, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    tag = models.CharField(max_length=50, blank=True, validators=[RegexValidator(r"^[^\s,]*$", "A tag is one word.")])
    least_priority = models.CharField(max_length=20, choices=Level.choices, blank=True)
    sends_comments = models.BooleanField("sends replies", default=True)
    sends_notes = models.BooleanField("sends internal notes", default=False)
    sends_files = models.BooleanField("sends files", default=True)
    takes_comments = models.BooleanField("takes comments", default=True)
    takes_as_notes = models.BooleanField(
        "takes them as internal notes", default=True, help_text="Otherwise the requester reads them."
    )
    opens_tickets = models.BooleanField(
        "opens tickets", default=False, help_text="For records there that no ticket is linked to."
    )
    sync_minutes = models.PositiveSmallIntegerField(
        "asks for changes every",
        default=5,
        validators=[MaxValueValidator(1440)],
        help_text="Minutes; 0: never, only webhooks tell.",
    )
    cursor = models.JSONField(default=dict, blank=True, editable=False)
    next_sync_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = ConnectionQuerySet.as_manager()
    history = Trail(
        excluded_fields=(
            *("credentials", "token", "health", "health_detail", "checked_at", "failing_since", "alerted_at"),
            *("cursor", "next_sync_at"),
        )
    )

    class Meta:
        ordering = ["name"]
        constraints = [
            one_of("health", Health),
            models.CheckConstraint(
                condition=Q(least_priority__in=["", *Level.values]), name="integrations_connection_priority_known"
            ),
        ]
        indexes = [
            models.Index(fields=["next_sync_at"], name="connection_by_next_sync", condition=Q(is_enabled=True)),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def label(self) -> str:
        """The system's name, as in "Jira"."""
        return label_of(self.provider)

    @property
    def secrets(self) -> dict[str, Any]:
        """The credentials; empty where none were given, or the key that they were encrypted with is gone."""
        found: dict[str, Any] = json.loads(self.credentials) if self.credentials else {}
        return found
