"""How a person wants to be told, and what they do not want to hear of."""

from django.core.validators import MaxValueValidator, RegexValidator
from django.db import models
from django.db.models import Q

from integrations.choices import Digest, Language
from tickets.choices import one_of
from tickets.models import Ticket, User


class Preferences(models.Model):
    """`media` holds what differs from the defaults, as kind → media; `days` the weekdays (0 is Monday) whose quiet hours count."""

    person = models.OneToOneField(User, on_delete=models.CASCADE, related_name="notification_preferences")
    media = models.JSONField(default=dict)
    order = models.JSONField(default=list, help_text="Where to try next when a message cannot be delivered.")
    language = models.CharField(max_length=5, choices=Language.choices, default=Language.ENGLISH)
    phone = models.CharField(
        max_length=16,
        blank=True,
        validators=[RegexValidator(r"^\+[1-9]\d{6,14}$", "Write the number with its country, like +4930123456.")],
    )
    quiet_from = models.TimeField(null=True, blank=True)
    quiet_until = models.TimeField(null=True, blank=True)
    quiet_days = models.JSONField(default=list)
    quiet_zone = models.CharField(max_length=64, blank=True, help_text="Empty: the zone of the profile.")
    digest = models.CharField(max_length=10, choices=Digest.choices, default=Digest.OFF)
    digest_hour = models.PositiveSmallIntegerField(default=8, validators=[MaxValueValidator(23)])

    class Meta:
        verbose_name_plural = "preferences"
        constraints = [
            one_of("digest", Digest),
            one_of("language", Language),
            models.CheckConstraint(condition=Q(digest_hour__lte=23), name="integrations_preferences_hour"),
            models.CheckConstraint(
                condition=Q(quiet_from=None, quiet_until=None) | Q(quiet_from__isnull=False, quiet_until__isnull=False),
                name="integrations_preferences_quiet_both",
            ),
        ]

    def __str__(self) -> str:
        return f"Preferences of {self.person}"


class Mute(models.Model):
    """A person hears nothing more of a ticket, and goes on seeing it."""

    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="mutes", db_index=False)
    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="mutes")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "ticket"], name="integrations_mute_once")]

    def __str__(self) -> str:
        return f"{self.person} hears nothing of T-{self.ticket_id}"
