"""What is known here and there: tickets and records, comments, files, and where the two sides do not agree."""

from django.db import models
from django.db.models import Q

from integrations.choices import Field, PartKind, Winner
from integrations.models.connection import Connection
from integrations.provider import RemoteRef
from tickets.choices import one_of
from tickets.models import Attachment, Comment, Ticket, User


class ExternalLinkQuerySet(models.QuerySet["ExternalLink"]):
    def visible_to(self, user: User) -> "ExternalLinkQuerySet":
        """Support staff see where their tickets are known."""
        if not user.is_support_staff:
            return self.none()
        return self if user.sees_all_tickets else self.filter(ticket__in=Ticket.objects.visible_to(user))


class ExternalLink(models.Model):
    """A ticket and its record in another system. `agreed` holds each field's value, in our words, when both sides last agreed."""

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, related_name="links")
    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="external_links")
    remote_id = models.CharField(max_length=200)
    remote_key = models.CharField(max_length=200)
    url = models.CharField(max_length=500, blank=True)
    agreed = models.JSONField(default=dict)
    remote_updated_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ExternalLinkQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["connection", "ticket"], name="integrations_externallink_once"),
            models.UniqueConstraint(fields=["connection", "remote_id"], name="integrations_externallink_once_there"),
        ]

    def __str__(self) -> str:
        return f"T-{self.ticket_id} – {self.remote_key}"

    @property
    def ref(self) -> RemoteRef:
        return RemoteRef(self.remote_id, self.remote_key, self.url)


class ExternalPart(models.Model):
    """A comment or a file that both sides have. `digest` is of a comment's text as it was read there last; empty until it was."""

    link = models.ForeignKey(ExternalLink, on_delete=models.CASCADE, related_name="parts")
    kind = models.CharField(max_length=10, choices=PartKind.choices)
    remote_id = models.CharField(max_length=200)
    comment = models.ForeignKey(Comment, on_delete=models.CASCADE, null=True, related_name="+")
    attachment = models.ForeignKey(Attachment, on_delete=models.CASCADE, null=True, related_name="+")
    digest = models.CharField(max_length=64, blank=True)
    is_ours = models.BooleanField(default=False, help_text="It was made here and sent there.")

    class Meta:
        constraints = [
            one_of("kind", PartKind),
            models.UniqueConstraint(fields=["link", "kind", "remote_id"], name="integrations_externalpart_once_there"),
            models.UniqueConstraint(
                fields=["link", "comment"], condition=~Q(comment=None), name="integrations_externalpart_comment_once"
            ),
            models.UniqueConstraint(
                fields=["link", "attachment"],
                condition=~Q(attachment=None),
                name="integrations_externalpart_file_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.remote_id}"


class Disagreement(models.Model):
    """A field that both sides changed, where a person decides. Settled when `settled_at` is set."""

    link = models.ForeignKey(ExternalLink, on_delete=models.CASCADE, related_name="disagreements")
    field = models.CharField(max_length=20, choices=Field.choices)
    ours = models.JSONField(null=True)
    theirs = models.JSONField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    kept = models.CharField(max_length=10, choices=Winner.choices, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            one_of("field", Field),
            models.CheckConstraint(condition=Q(kept__in=["", *Winner.values]), name="integrations_disagreement_kept"),
            models.UniqueConstraint(
                fields=["link", "field"], condition=Q(settled_at=None), name="integrations_disagreement_open_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_field_display()} of {self.link}"
