"""What a person and an agent said to each other. Bounded in size and age, and read by that person alone."""

from django.db import models
from django.db.models import Q

from ai.choices import AgentType, TurnState
from ai.models.run import AIRun
from tickets.choices import one_of
from tickets.models import Ticket, User


class ConversationQuerySet(models.QuerySet["Conversation"]):
    def visible_to(self, user: User) -> "ConversationQuerySet":
        """Return the user's own; not even an admin reads those of others."""
        return self.filter(user=user)


class Conversation(models.Model):
    """Questions to one agent, perhaps about a ticket, and its answers."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    agent = models.CharField(max_length=40, choices=AgentType.choices, default=AgentType.CUSTOMER_SUPPORT)
    ticket = models.ForeignKey(Ticket, on_delete=models.SET_NULL, null=True, related_name="+")
    title = models.CharField(max_length=120, help_text="How its first question begins.")
    began_at = models.DateTimeField()
    spoke_at = models.DateTimeField()

    objects = ConversationQuerySet.as_manager()

    class Meta:
        ordering = ["-spoke_at", "-pk"]
        constraints = [one_of("agent", AgentType)]
        indexes = [models.Index(fields=["user", "-spoke_at"], name="ai_conversation_by_user")]

    def __str__(self) -> str:
        return self.title


class Turn(models.Model):
    """A question and what was answered so far. While it runs, `heard_at` moves: an answer that fell silent is broken off.

    `steps` are the tools as they were used: `{"call", "tool", "said", "found", "state"}`, the state `running`, `done` or `refused`.
    """

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="turns")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    question = models.TextField()
    answer = models.TextField(blank=True)
    steps = models.JSONField(default=list)
    state = models.CharField(max_length=20, choices=TurnState.choices, default=TurnState.RUNNING)
    reason = models.CharField(max_length=300, blank=True, help_text="Why no model answered, or not to the end.")
    run = models.OneToOneField(AIRun, on_delete=models.SET_NULL, null=True, related_name="turn")
    asked_at = models.DateTimeField()
    heard_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            one_of("state", TurnState),
            models.UniqueConstraint(
                fields=["user"], condition=Q(state=TurnState.RUNNING), name="ai_turn_one_at_a_time"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.conversation_id}: {self.question[:60]}"

    @property
    def is_running(self) -> bool:
        return self.state == TurnState.RUNNING
