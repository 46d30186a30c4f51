"""Similar tickets: how well known duplicates are found beside TF-IDF cosine, and how long a question takes on the bench database.

`python -m benchmarks.run ai.similar`. The data stands in ../shared/data; without it only the time is measured. Meaning is measured
too where `manage.py fetch_sentence_model` was run with the bench's DATA_DIR; the vectors of all texts take minutes and are kept.
"""

import csv
import gzip
import os
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from zlib import crc32

import numpy as np
from django.conf import settings
from numpy.typing import NDArray
from sklearn.feature_extraction.text import TfidfVectorizer

from ai.models import SimilarIndex
from ai.similar import finding, fusing, index, lexical, semantic
from ai.similar.fusing import Evidence
from ai.similar.words import grams
from benchmarks.figures import Figure
from tickets.choices import Role
from tickets.models import Ticket, User

DATA = Path(os.environ.get("SHARED_DATA", Path(__file__).resolve().parents[3] / "shared" / "data"))
CANDIDATES = 300
ASKED = 1_000  # questions of askubuntu, of those held back
HELD_BACK = 5  # every fifth known duplicate is asked for, the others are history
QUESTIONS = 200  # on the bench database
TOP = 10


@dataclass
class Collection:
    """Texts that may be returned, what each known duplicate stands for, and the questions with what they should find.

    `allowed(question)` says which rows a question may return: earlier ones of the same tracker, where there is time.
    """

    texts: list[tuple[str, str]]
    stands_for: dict[int, int]
    questions: list[tuple[str, str]]
    wanted: list[set[int]]
    allowed: Callable[[int], NDArray[np.bool_]]


def askubuntu() -> Collection:
    """Titles; four fifths of the known duplicates are history, which a question may find and which stands for its original.

    The data has no times, so the fifth that is asked for is drawn by a hash of its id.
    """
    corpus, known = rows("askubuntu_dup.corpus"), rows("askubuntu_dup.dev")
    place = {row["doc_id"]: n for n, row in enumerate(corpus)}
    history = [row for row in known if crc32(row["query_id"].encode()) % HELD_BACK]
    asked = [row for row in known if not crc32(row["query_id"].encode()) % HELD_BACK][:ASKED]
    texts = [(row["title"], "") for row in corpus] + [(row["query"], "") for row in history]
    stands = {len(corpus) + n: place[row["relevant_doc_ids"]] for n, row in enumerate(history)}
    everything = np.ones(len(texts), bool)
    wanted = [{place[row["relevant_doc_ids"]]} for row in asked]
    return Collection(texts, stands, [(row["query"], "") for row in asked], wanted, lambda _: everything)


def issues() -> Collection:
    """Full texts; a question may find only earlier issues of the same tracker."""
    corpus, asked = rows("issue_dup.corpus"), rows("issue_dup.dev")
    place = {row["issue_id"]: n for n, row in enumerate(corpus)}
    sources = np.array([row["source"] for row in corpus])
    created = np.array([row["created"] for row in corpus])
    at = [place[row["query_issue_id"]] for row in asked]
    texts = [(row["summary"], row["description"]) for row in corpus]
    wanted = [{place[one] for one in row["relevant_issue_ids"].split(";")} for row in asked]

    def allowed(question: int) -> NDArray[np.bool_]:
        mine = at[question]
        return np.asarray((sources == sources[mine]) & (created < created[mine]))

    return Collection(texts, {}, [texts[n] for n in at], wanted, allowed)


def rows(name: str) -> list[dict[str, str]]:
    with gzip.open(DATA / f"{name}.csv.gz", "rt", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def reciprocal(found: Sequence[int], wanted: set[int]) -> float:
    """Return one over the place of the first hit among the first ten, 0 without."""
    return next((1 / n for n, one in enumerate(found[:TOP], 1) if one in wanted), 0.0)


def baseline(given: Collection) -> float:
    """MRR@10 of TF-IDF cosine; a duplicate that is found counts for its original."""
    weights = TfidfVectorizer()
    matrix = weights.fit_transform([f"{title} {body}" for title, body in given.texts])
    found = []
    for n, (title, body) in enumerate(given.questions):
        scores = (matrix @ weights.transform([f"{title} {body}"]).T).toarray().ravel()
        scores[~given.allowed(n)] = -1
        order = np.argsort(-scores, kind="stable")[:CANDIDATES].tolist()
        ranked = list(dict.fromkeys(given.stands_for.get(one, one) for one in order))
        found.append(reciprocal(ranked, given.wanted[n]))
    return statistics.fmean(found)


class Ours:
    """The product's own retrieval with its postings in memory, and numbers of rows for numbers of tickets."""

    def __init__(self, given: Collection, vectors: NDArray[np.float32] | None = None) -> None:
        self.given, self.vectors = given, vectors
        weights = [lexical.weigh(title, body) for title, body in given.texts]
        self.counts = lexical.counts_of(weights)
        self.grams = [grams(title) for title, _ in given.texts]
        places: dict[tuple[int, int], dict[int, int]] = {}
        for n, words in enumerate(weights):
            for word, weight in words.items():
                places.setdefault((word, n >> lexical.BLOCK_BITS), {})[n & lexical.IN_BLOCK] = weight
        self.postings: dict[int, list[lexical.Posting]] = {}
        for (word, block), held in places.items():
            self.postings.setdefault(word, []).append((word, block, lexical.merge_postings(b"", held)))

    def evidence(self, n: int, vector: NDArray[np.float32] | None = None) -> list[Evidence]:
        """Return what speaks for each candidate of question `n`."""
        title, body = self.given.questions[n]
        asked = lexical.question(lexical.weigh(title, body), self.counts, len(self.given.texts))
        postings = [one for word in asked.factors for one in self.postings.get(word, [])]
        numbers, scores = lexical.best(asked, postings, len(self.given.texts))
        allowed = self.given.allowed(n)
        by_words = {int(k): float(s) for k, s in zip(numbers, scores, strict=True) if allowed[k]}
        candidates = dict(list(by_words.items())[:CANDIDATES])
        meaning: NDArray[np.float64] | None = None
        if vector is not None and self.vectors is not None:
            meaning = np.asarray(self.vectors @ vector, np.float64)
            near = np.argsort(-np.where(allowed, meaning, -1), kind="stable")[:CANDIDATES]
            candidates |= {int(k): by_words.get(int(k), 0.0) for k in near if allowed[k]}
        wanted = grams(title)
        return [
            Evidence(k, s, fusing.overlap(wanted, self.grams[k]), None if meaning is None else float(meaning[k]))
            for k, s in candidates.items()
        ]

    def mrr(self, vectors: NDArray[np.float32] | None = None) -> float:
        found = []
        for n, wanted in enumerate(self.given.wanted):
            evidence = self.evidence(n, None if vectors is None else vectors[n])
            matches = fusing.fuse(evidence, self.given.stands_for)
            found.append(reciprocal([match.number for match in matches], wanted))
        return statistics.fmean(found)


def vectors_of(name: str, texts: list[tuple[str, str]], model: semantic.SentenceModel) -> NDArray[np.float32]:
    """Return the vectors of texts, kept in the bench folder from one run to the next."""
    path = Path(os.environ["DATA_DIR"]) / f"{name}.npy"
    if path.exists() and len(held := np.load(path)) == len(texts):
        return np.asarray(held)
    made = np.array([model.vector(f"{title}. {body}") for title, body in texts], np.float32)
    np.save(path, made)
    return made


def quality(name: str, given: Collection) -> list[Figure]:
    beside = baseline(given)
    figures = [Figure(f"MRR@10 {name}, words", Ours(given).mrr(), "", beside, more_is_better=True, baseline=beside)]
    if model := semantic.model_in(Path(settings.SENTENCE_MODEL)):
        ours = Ours(given, vectors_of(f"{name}-texts", given.texts, model))
        value = ours.mrr(vectors_of(f"{name}-questions", given.questions, model))
        figures.append(Figure(f"MRR@10 {name}, and meaning", value, "", beside, more_is_better=True, baseline=beside))
    return figures


def speed() -> list[Figure]:
    """The 95th percentile of a question on the bench database, for somebody who sees every ticket."""
    if not SimilarIndex.objects.filter(documents__gte=Ticket.objects.count()).exists():
        for _ in index.index_all():
            pass
    staff = User.objects.filter(role=Role.TECHNICIAN).order_by("pk")[0]
    took = []
    for ticket in Ticket.objects.order_by("-pk")[: QUESTIONS * 7 : 7]:
        began = time.perf_counter()
        finding.similar_to(ticket, staff)
        took.append((time.perf_counter() - began) * 1000)
    return [Figure(f"similar tickets among {index.total():,}, p95", statistics.quantiles(took, n=20)[18], "ms", 50)]


def measure(embedded: bool) -> list[Figure]:
    figures = speed()
    if DATA.exists():
        figures += quality("askubuntu titles", askubuntu()) + quality("issues in full", issues())
    return figures
