"""The index of similar tickets, and the resolutions that were suggested. The index holds numbers only, no text."""

from django.db import models
from django.db.models import F, Q

from ai.choices import ResolutionState
from tickets.choices import one_of
from tickets.models import Article, Ticket, User


class SimilarIndex(models.Model):
    """One row: how many tickets are indexed. Whoever writes the index holds its lock."""

    documents = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.documents} tickets"


class SimilarDocument(models.Model):
    """The words of an indexed ticket, as `ai.similar.lexical.pack_words` writes them."""

    ticket = models.OneToOneField(Ticket, on_delete=models.CASCADE, primary_key=True, related_name="+")
    words = models.BinaryField()
    has_vector = models.BooleanField(default=False, help_text="Whether the sentence vector is that of this text.")

    class Meta:
        indexes = [models.Index(fields=["ticket"], name="ai_document_without_vector", condition=Q(has_vector=False))]

    def __str__(self) -> str:
        return f"T-{self.ticket_id}"


class SimilarPosting(models.Model):
    """The tickets of one block that have a word, as `ai.similar.lexical.POSTING`."""

    pk = models.CompositePrimaryKey("word", "block")
    word = models.IntegerField()
    block = models.IntegerField()
    count = models.IntegerField()
    postings = models.BinaryField()

    def __str__(self) -> str:
        return f"word {self.word}, block {self.block}: {self.count}"


class SimilarWaiting(models.Model):
    """A ticket whose text the index does not know yet. Written with the change; several for one ticket do no harm."""

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="+", db_index=False)

    def __str__(self) -> str:
        return f"T-{self.ticket_id}"


class SentenceVector(models.Model):
    """What a ticket means, where the sentence model was fetched. A newer text gets a new row, so the number says what is new."""

    ticket = models.OneToOneField(Ticket, on_delete=models.CASCADE, related_name="+")
    vector = models.BinaryField()
    sketch = models.BinaryField()

    def __str__(self) -> str:
        return f"T-{self.ticket_id}"


class SuggestedResolutionQuerySet(models.QuerySet["SuggestedResolution"]):
    def visible_to(self, user: User) -> "SuggestedResolutionQuerySet":
        """Suggestions on visible tickets whose source the user may see too; requesters get none."""
        if not user.is_support_staff:
            return self.none()
        rows = self.filter(Q(article=None) | Q(article__in=Article.objects.visible_to(user)))
        if user.sees_all_tickets:
            return rows
        tickets = Ticket.objects.visible_to(user)
        return rows.filter(ticket__in=tickets).filter(Q(source=None) | Q(source__in=tickets))


class SuggestedResolution(models.Model):
    """A way to resolve a ticket, taken from an earlier ticket or an article. The text stays where it is; this row cites it."""

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="+")
    source = models.ForeignKey(Ticket, on_delete=models.CASCADE, null=True, related_name="+")
    article = models.ForeignKey(Article, on_delete=models.CASCADE, null=True, related_name="+")
    state = models.CharField(max_length=20, choices=ResolutionState.choices, default=ResolutionState.OFFERED)
    confidence = models.FloatField()
    made_at = models.DateTimeField()
    milliseconds = models.PositiveIntegerField(null=True, help_text="Until it was found.")
    discarded_at = models.DateTimeField(null=True)

    objects = SuggestedResolutionQuerySet.as_manager()

    class Meta:
        ordering = ["-confidence", "pk"]
        indexes = [models.Index(fields=["made_at"], name="ai_resolution_by_time")]
        constraints = [
            one_of("state", ResolutionState),
            models.CheckConstraint(
                condition=Q(source=None, article__isnull=False) | Q(source__isnull=False, article=None),
                name="ai_resolution_one_source",
            ),
            models.CheckConstraint(condition=~Q(source=F("ticket")), name="ai_resolution_of_another"),
            models.UniqueConstraint(fields=["ticket", "source"], name="ai_resolution_once_a_ticket"),
            models.UniqueConstraint(fields=["ticket", "article"], name="ai_resolution_once_an_article"),
        ]

    def __str__(self) -> str:
        return f"{self.source or self.article} for T-{self.ticket_id}"


class ResolutionVote(models.Model):
    """Whether a suggestion helped, one answer a person."""

    suggestion = models.ForeignKey(SuggestedResolution, on_delete=models.CASCADE, related_name="votes")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    helpful = models.BooleanField()
    given_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["suggestion", "user"], name="ai_resolution_vote_once")]

    def __str__(self) -> str:
        return f"{self.user}: {'helpful' if self.helpful else 'not helpful'}"
