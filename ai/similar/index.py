"""The index in the database: kept up to date ticket by ticket, read by every process alike on both engines."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

import numpy as np
from django.db import transaction
from django.db.models import F, Sum
from numpy.typing import NDArray

from ai.models import SimilarDocument, SimilarIndex, SimilarPosting, SimilarWaiting
from ai.similar import lexical
from ai.similar.lexical import BLOCK_BITS, IN_BLOCK, Question, Weights
from tickets.models import Ticket

BATCH = 500  # tickets indexed in one transaction
PART = 1_000  # words asked for in one statement
THE_ONE = 1
Changes = dict[int, dict[int, dict[int, int]]]  # block → word → place → weight


def wait_for(tickets: Iterable[int]) -> None:
    """Note that the index must look at these tickets again; in the transaction that changes them."""
    SimilarWaiting.objects.bulk_create([SimilarWaiting(ticket_id=pk) for pk in tickets])


def index_waiting() -> int:
    """Index the tickets that wait, oldest first, in one transaction; returns how many. Two processes take turns."""
    with transaction.atomic():
        hold()
        waiting = list(SimilarWaiting.objects.order_by("pk").values_list("pk", "ticket_id")[:BATCH])
        SimilarWaiting.objects.filter(pk__in=[pk for pk, _ in waiting]).delete()
        tickets = list(dict.fromkeys(ticket for _, ticket in waiting))
        _write(tickets)
    return len(tickets)


def index_all() -> Iterator[int]:
    """Index every ticket anew, in place and without a pause in service; yields the running count."""
    numbers = Ticket.objects.order_by("pk").values_list("pk", flat=True)
    done, last = 0, 0
    while batch := list(numbers.filter(pk__gt=last)[: BATCH * 4]):
        with transaction.atomic():
            hold()
            _write(batch)
        done, last = done + len(batch), batch[-1]
        yield done


def count_of(weights: Iterable[int]) -> dict[int, int]:
    """Return in how many tickets each of some words occurs."""
    rows = SimilarPosting.objects.filter(word__in=list(weights)).values_list("word").annotate(Sum("count"))
    return dict(rows)


def total() -> int:
    """Return how many tickets are indexed."""
    return SimilarIndex.objects.filter(pk=THE_ONE).values_list("documents", flat=True).first() or 0


def ask(weights: Weights) -> Question:
    """Return a text as a question to this index."""
    return lexical.question(weights, count_of(weights), total())


def closest(asked: Question, count: int) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return the `count` tickets whose words are most like the question's, best first, with their scores. Not filtered."""
    rows = SimilarPosting.objects.filter(word__in=list(asked.factors), count__gt=0)
    postings = [(word, block, bytes(held)) for word, block, held in rows.values_list("word", "block", "postings")]
    return lexical.best(asked, postings, count)


def hold() -> None:
    """Let nobody else write the index until the transaction ends."""
    SimilarIndex.objects.get_or_create(pk=THE_ONE)
    SimilarIndex.objects.select_for_update().get(pk=THE_ONE)


def _write(tickets: Sequence[int]) -> None:
    """Bring the postings of these tickets in line with their texts. The index is held."""
    known = {
        pk: lexical.unpack_words(bytes(words))
        for pk, words in SimilarDocument.objects.filter(ticket__in=tickets).values_list("ticket_id", "words")
    }
    documents: list[SimilarDocument] = []
    changes: Changes = defaultdict(lambda: defaultdict(dict))
    for pk, title, description in Ticket.objects.filter(pk__in=tickets).values_list("pk", "title", "description"):
        weights = lexical.weigh(title, description)
        documents.append(SimilarDocument(ticket_id=pk, words=lexical.pack_words(weights)))
        _note(changes, pk, known.get(pk, {}), weights)
    for block, words in changes.items():
        _merge(block, words)
    SimilarDocument.objects.bulk_create(
        documents,
        update_conflicts=True,
        unique_fields=["ticket"],
        update_fields=["words", "has_vector"],
        batch_size=PART,
    )
    new = sum(document.ticket_id not in known for document in documents)
    SimilarIndex.objects.filter(pk=THE_ONE).update(documents=F("documents") + new)


def _note(changes: Changes, pk: int, old: Weights, new: Weights) -> None:
    words = changes[pk >> BLOCK_BITS]
    for word in old.keys() - new.keys():
        words[word][pk & IN_BLOCK] = 0
    for word, weight in new.items():
        if old.get(word) != weight:
            words[word][pk & IN_BLOCK] = weight


def _merge(block: int, words: dict[int, dict[int, int]]) -> None:
    numbers = sorted(words)
    for part in (numbers[i : i + PART] for i in range(0, len(numbers), PART)):
        held = dict(SimilarPosting.objects.filter(block=block, word__in=part).values_list("word", "postings"))
        rows = []
        for word in part:
            postings = lexical.merge_postings(bytes(held.get(word, b"")), words[word])
            count = len(postings) // lexical.POSTING.itemsize
            rows.append(SimilarPosting(word=word, block=block, count=count, postings=postings))
        SimilarPosting.objects.bulk_create(
            rows, update_conflicts=True, unique_fields=["word", "block"], update_fields=["count", "postings"]
        )
