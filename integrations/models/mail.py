"""E-mail: the addresses of a mailbox, which mail belongs to which ticket, what was held back, and addresses that take no mail."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from integrations.choices import HeldBecause, MailDirection
from integrations.models.connection import Connection
from integrations.models.inbound import InboundEvent
from tickets.choices import Level, one_of
from tickets.models import Category, Comment, Organization, Team, Ticket, User


class MailAddress(models.Model):
    """An address that a mailbox is reached under, and what a ticket opened through it begins with."""

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, related_name="addresses")
    address = models.EmailField()
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    team = models.ForeignKey(Team, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    category = models.ForeignKey(Category, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    priority = models.CharField(max_length=20, choices=Level.choices, blank=True)

    class Meta:
        ordering = ["pk"]
        verbose_name = "address"
        verbose_name_plural = "addresses"
        constraints = [
            models.CheckConstraint(
                condition=Q(priority__in=["", *Level.values]), name="integrations_mailaddress_priority_known"
            ),
            models.UniqueConstraint(
                Lower("address"),
                name="integrations_mailaddress_once",
                violation_error_message="A mailbox has this address already.",
            ),
        ]

    def __str__(self) -> str:
        return self.address


class MailMessage(models.Model):
    """A mail about a ticket: an answer to it belongs to the same ticket.

    `address` is the other side's, `ours` the one of the mailbox. `key` names what a mail of ours tells: a retry finds its row again.
    `folded` holds what a letter repeats of earlier ones, and its signature.
    """

    message_id = models.CharField(max_length=250, unique=True)
    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="mails")
    comment = models.ForeignKey(Comment, on_delete=models.SET_NULL, null=True, related_name="mails")
    connection = models.ForeignKey(Connection, on_delete=models.SET_NULL, null=True, related_name="mails")
    direction = models.CharField(max_length=10, choices=MailDirection.choices)
    address = models.EmailField()
    ours = models.EmailField(blank=True)
    key = models.CharField(max_length=200, blank=True)
    folded = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    delivered_at = models.DateTimeField(null=True, help_text="When its server took it, where the sender tells.")
    bounced_at = models.DateTimeField(null=True)
    bounce = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            one_of("direction", MailDirection),
            models.UniqueConstraint(
                fields=["key", "address"], condition=~Q(key=""), name="integrations_mailmessage_told_once"
            ),
        ]
        indexes = [models.Index(fields=["address", "created_at"], name="mail_by_address")]

    def __str__(self) -> str:
        return f"{self.get_direction_display()} mail about T-{self.ticket_id}"


class HeldLetter(models.Model):
    """A letter that no person wrote, or that might go on for ever: kept until somebody looks, for as long as its raw mail is kept."""

    event = models.OneToOneField(InboundEvent, on_delete=models.CASCADE, related_name="held")
    reason = models.CharField(max_length=20, choices=HeldBecause.choices)
    detail = models.CharField(max_length=500, blank=True)
    sender = models.CharField(max_length=320, blank=True)
    subject = models.CharField(max_length=255, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    released_at = models.DateTimeField(null=True)
    released_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ["-pk"]
        constraints = [one_of("reason", HeldBecause)]

    def __str__(self) -> str:
        return f"{self.get_reason_display()}: {self.subject or 'no subject'}"


class DeadAddress(models.Model):
    """An address that refused mail for good: nothing is sent there until the row is deleted."""

    address = models.EmailField(unique=True)
    detail = models.CharField(max_length=500, blank=True)
    since = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-pk"]
        verbose_name_plural = "dead addresses"

    def __str__(self) -> str:
        return self.address
