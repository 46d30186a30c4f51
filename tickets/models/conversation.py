"""What people say on a ticket, and the time they spend on it."""

from django.core.validators import MinValueValidator
from django.db import models

from tickets.choices import Channel, Side, one_of
from tickets.models.people import User
from tickets.models.ticket import Ticket


class CommentQuerySet(models.QuerySet["Comment"]):
    def visible_to(self, user: User) -> "CommentQuerySet":
        """Comments on visible tickets; internal notes for support staff only."""
        comments = self if user.sees_all_tickets else self.filter(ticket__in=Ticket.objects.visible_to(user))
        return comments if user.is_support_staff else comments.filter(is_internal=False)


class Comment(models.Model):
    """A public reply or an internal note, written in Markdown and kept with its cleaned HTML."""

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="comments")
    author = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="comments")
    author_name = models.CharField(max_length=150)
    body = models.TextField()
    html = models.TextField(editable=False)
    is_internal = models.BooleanField(default=False)
    is_automatic = models.BooleanField(
        default=False, help_text="Written by a machine; no answer in the sense of a promise."
    )
    channel = models.CharField(max_length=20, choices=Channel.choices)
    mentions = models.ManyToManyField(User, blank=True, related_name="mentioned_in")
    created_at = models.DateTimeField()
    edited_at = models.DateTimeField(null=True, blank=True)
    redacted_at = models.DateTimeField(null=True, blank=True)
    external_id = models.CharField(max_length=200, blank=True)

    objects = CommentQuerySet.as_manager()

    class Meta:
        ordering = ["created_at", "pk"]
        constraints = [one_of("channel", Channel)]

    def __str__(self) -> str:
        return f"{'Note' if self.is_internal else 'Reply'} by {self.author_name} on T-{self.ticket_id}"

    def side(self, requester_id: int) -> str:
        """For whom it speaks, as the event log keeps it; empty for notes, for machines and for nobody we know.

        Staff who ask for themselves are customers of their own ticket.
        """
        if self.author is None or self.is_internal or self.is_automatic:
            return ""
        asks = self.author_id == requester_id
        return Side.CUSTOMER if asks or not self.author.is_support_staff else Side.DESK


class TimeEntry(models.Model):
    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="time_entries")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="time_entries")
    minutes = models.PositiveIntegerField(validators=[MinValueValidator(1)])
    note = models.CharField(max_length=500, blank=True)
    is_billable = models.BooleanField(default=True)
    worked_on = models.DateField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-worked_on", "-pk"]
        verbose_name_plural = "time entries"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(minutes__gte=1, minutes__lte=1440), name="tickets_timeentry_a_day_at_most"
            )
        ]

    def __str__(self) -> str:
        return f"{self.minutes} min on T-{self.ticket_id}"
