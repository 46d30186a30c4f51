"""Sentence vectors of tickets, kept in the database as they become known."""

from django.db import transaction

from ai.models import SentenceVector, SimilarDocument
from ai.similar import finding, index, semantic

BATCH = 50  # texts, about a second
TURNS = 20  # batches of tickets to index in one go; what is left follows seconds later


def catch_up() -> None:
    """Index the tickets that wait, then work out what some of them mean, where the sentence model was fetched."""
    for _ in range(TURNS):
        if not index.index_waiting():
            break
    if model := finding.sentence_model():
        add_vectors(model)


def add_vectors(model: semantic.SentenceModel) -> int:
    """Work out vectors of tickets that have none yet, the newest first; returns how many were added."""
    waiting = SimilarDocument.objects.filter(has_vector=False).order_by("-pk")
    rows = list(waiting.values_list("pk", "words", "ticket__title", "ticket__description")[:BATCH])
    texts = [(pk, bytes(words), model.vector(f"{title}. {body}")) for pk, words, title, body in rows]
    with transaction.atomic():
        index.hold()  # vectors get numbers in the order in which others see them
        current = [
            (pk, vector)
            for pk, words, vector in texts
            if SimilarDocument.objects.filter(pk=pk, words=words).update(has_vector=True)
        ]
        SentenceVector.objects.filter(ticket__in=[pk for pk, _ in current]).delete()
        SentenceVector.objects.bulk_create(
            SentenceVector(ticket_id=pk, vector=semantic.to_bytes(vector), sketch=semantic.sketch(vector))
            for pk, vector in current
        )
    return len(rows)
