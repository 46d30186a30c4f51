"""Learning from closed tickets: weights, confidence, and figures on tickets later than those it learned from.

Loads scikit-learn; only what trains imports this. The newest part of the tickets is held out to see how often an answer is right and
how sure it may be; then the weights are learned again from everything.
"""

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any
from warnings import catch_warnings, simplefilter

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.exceptions import ConvergenceWarning
from sklearn.svm import LinearSVC

from ai.errors import NothingToLearn
from ai.triage.confidence import Confidence, answers, calibration_error, learn_confidence, logistic, routable, sigmoid
from ai.triage.prediction import Head, Model
from ai.triage.text import Example, Features, features_of
from ai.triage.vocabulary import Vector, Vocabulary, vocabulary_of

Labels = Sequence[str | None]  # of one field, a label for each ticket, None where it is not known
Tags = Sequence[frozenset[str] | None]
HELD_OUT = 0.2
FEWEST = 50  # tickets with a label, below which a field is not learned
SEEN_AT_LEAST = 2  # tickets of a label
LABELS_AT_MOST = 200
TAGS_AT_MOST = 40
TAG_SEEN_AT_LEAST = 10
AT_ONCE = 16  # labels that one thread fits together
HARDNESS = 0.5  # of the margin (C)
RARE_COUNT_MORE = 0.25  # exponent: how much more each ticket of a rare label counts
ROUNDS = 4  # over the tickets; ten take twice as long and answer no better
TRIAL_AT_MOST = 15_000  # tickets that the trial for the held-out part learns from, the newest
THREADS = 2


@dataclass
class Lesson:
    """What is to be learned about one field, the oldest ticket first. `labels` or `tags`, one for each ticket."""

    field: str
    labels: Labels = ()
    tags: Tags = ()


@dataclass
class Learned:
    """`model` knows all tickets, `early` all but those held out."""

    model: Model
    early: Model
    figures: dict[str, dict[str, float]]
    skipped: dict[str, str] = field(default_factory=dict)  # fields that could not be learned, and why


@dataclass(frozen=True)
class _Goal:
    field: str
    names: tuple[str, ...]
    target: NDArray[Any]  # tickets: number of the label, -1 unknown; tags: tickets × tags of 0 and 1
    several: bool = False

    def part(self, rows: slice) -> "_Goal":
        return _Goal(self.field, self.names, self.target[rows], self.several)


def learn(examples: Sequence[Example], lessons: Sequence[Lesson]) -> Learned:
    """Learn every field that can be learned. Raises NothingToLearn where none can."""
    skipped: dict[str, str] = {}
    goals = [goal for lesson in lessons if (goal := _goal(lesson, skipped))]
    if not goals:
        raise NothingToLearn(" ".join(skipped.values()) or "There are no closed tickets yet.")
    features = [features_of(example) for example in examples]
    cut = int(len(features) * (1 - HELD_OUT))
    trial = slice(max(0, cut - TRIAL_AT_MOST), cut)
    early = _fit(features[trial], [goal.part(trial) for goal in goals])
    fresh = _unseen(features, cut)
    sure, figures = _held_out(early, features[cut:], [goal.part(slice(cut, None)) for goal in goals], fresh)
    late = _fit(features, goals)
    heads, start = [], 0
    for goal in goals:
        confidence, slopes = sure[goal.field]
        heads.append(Head(goal.field, goal.names, start, confidence, slopes))
        start += len(goal.names)
    return Learned(_model(late, heads), _model(early, heads), figures, skipped)


def _model(fitted: "_Fitted", heads: Sequence[Head]) -> Model:
    return Model(fitted.vocabulary, fitted.weights.astype(np.float16), fitted.bias.astype(np.float32), tuple(heads))


def _goal(lesson: Lesson, skipped: dict[str, str]) -> _Goal | None:
    given = lesson.tags or lesson.labels
    known = sum(value is not None for value in given)
    if known < FEWEST:
        skipped[lesson.field] = f"{lesson.field}: {known} closed tickets have one, {FEWEST} are needed."
        return None
    if lesson.tags:
        return _tag_goal(lesson, skipped)
    count: dict[str, int] = {}
    for label in lesson.labels:
        if label is not None:
            count[label] = count.get(label, 0) + 1
    frequent = sorted((name for name in count if count[name] >= SEEN_AT_LEAST), key=lambda name: (-count[name], name))
    names = tuple(frequent[:LABELS_AT_MOST])
    if len(names) < 2:
        skipped[lesson.field] = f"{lesson.field}: all closed tickets have the same, so there is nothing to tell apart."
        return None
    number = {name: at for at, name in enumerate(names)}
    return _Goal(lesson.field, names, np.array([number.get(label or "", -1) for label in lesson.labels]))


def _tag_goal(lesson: Lesson, skipped: dict[str, str]) -> _Goal | None:
    count: dict[str, int] = {}
    for tags in lesson.tags:
        for tag in tags or ():
            count[tag] = count.get(tag, 0) + 1
    names = sorted((tag for tag in count if count[tag] >= TAG_SEEN_AT_LEAST), key=lambda tag: (-count[tag], tag))
    if not names:
        skipped[lesson.field] = f"{lesson.field}: no tag is on {TAG_SEEN_AT_LEAST} closed tickets."
        return None
    kept = tuple(names[:TAGS_AT_MOST])
    rows = [[float(tag in (tags or ())) for tag in kept] for tags in lesson.tags]
    return _Goal(lesson.field, kept, np.array(rows), several=True)


@dataclass(frozen=True)
class _Fitted:
    vocabulary: Vocabulary
    weights: NDArray[np.float32]
    bias: NDArray[np.float32]


def _fit(features: Sequence[Features], goals: Sequence[_Goal]) -> _Fitted:
    vocabulary = vocabulary_of(features)
    matrix = matrix_of([vocabulary.vector(one) for one in features], len(vocabulary.kept))
    width = sum(len(goal.names) for goal in goals)
    weights, bias = np.zeros((len(vocabulary.kept), width), np.float32), np.full(width, -1.0, np.float32)
    with catch_warnings(), ThreadPoolExecutor(THREADS) as pool:
        simplefilter("ignore", ConvergenceWarning)
        for columns, slopes, constant in pool.map(lambda task: _task(matrix, *task), list(_tasks(goals))):
            weights[:, columns], bias[columns] = slopes.T, constant
    return _Fitted(vocabulary, weights, bias)


def matrix_of(vectors: Sequence[Vector], columns: int) -> csr_matrix:
    ends = np.cumsum([0, *(len(vector.column) for vector in vectors)])
    empty = [np.zeros(0)]
    value = np.concatenate([vector.value for vector in vectors] or empty)
    column = np.concatenate([vector.column for vector in vectors] or empty)
    return csr_matrix((value, column, ends), shape=(len(vectors), columns))


def _tasks(goals: Sequence[_Goal]) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]]:
    """Yield (columns of the weights, target, weight of each ticket): `AT_ONCE` labels, or one tag."""
    start = 0
    for goal in goals:
        places = np.arange(len(goal.names)) + start
        start += len(goal.names)
        if goal.several:
            for at, place in enumerate(places):
                target = goal.target[:, at].astype(np.int64) - 1  # 0 has the tag, -1 has not
                yield np.array([place]), target, np.ones(len(target))
            continue
        count = np.bincount(goal.target[goal.target >= 0], minlength=len(goal.names)).clip(1)
        weight = np.where(goal.target >= 0, count[goal.target] ** -RARE_COUNT_MORE, 0.0)
        weight /= weight[weight > 0].mean() if (weight > 0).any() else 1.0
        edges = [*range(0, len(places), AT_ONCE), len(places)]
        for first, last in pairwise(edges):
            target = np.where((goal.target >= first) & (goal.target < last), goal.target - first, -1)
            yield places[first:last], target, weight


def _task(
    matrix: csr_matrix, columns: NDArray[np.int64], target: NDArray[np.int64], weight: NDArray[np.float64]
) -> tuple[NDArray[np.int64], NDArray[np.float32], NDArray[np.float32]]:
    """Fit each label against the rest. A label that the tickets lack, or share all of them, stays without weights."""
    slopes = np.zeros((len(columns), matrix.shape[1]), np.float32)
    constant = np.full(len(columns), -1.0, np.float32)
    counts = weight > 0
    rows = slice(None) if counts.all() else counts
    present = np.unique(target[rows])
    if len(present) > 1 and matrix.shape[1]:
        machine = LinearSVC(C=HARDNESS, tol=0.1, max_iter=ROUNDS, random_state=0)
        machine.fit(matrix[rows], target[rows], sample_weight=weight[rows])
        coefficients, intercepts = machine.coef_, machine.intercept_
        if len(present) == 2:  # one row stands for both
            coefficients, intercepts = np.vstack([-coefficients, coefficients]), np.r_[-intercepts, intercepts]
        for place, label in enumerate(machine.classes_):
            if label >= 0:
                slopes[label], constant[label] = coefficients[place], intercepts[place]
    elif len(present) == 1 and present[0] >= 0:
        constant[present[0]] = 1.0
    return columns, slopes, constant


def _unseen(features: Sequence[Features], cut: int) -> NDArray[np.bool_]:
    """Return which held-out tickets say something that no earlier ticket said in the same words."""
    seen = {frozenset(one.words) for one in features[:cut]}
    fresh = []
    for one in features[cut:]:
        words = frozenset(one.words)
        fresh.append(words not in seen)
        seen.add(words)
    return np.array(fresh, dtype=bool)


Sure = tuple[Confidence | None, tuple[float, float]]


def _held_out(
    fitted: _Fitted, features: Sequence[Features], goals: Sequence[_Goal], fresh: NDArray[np.bool_]
) -> tuple[dict[str, Sure], dict[str, dict[str, float]]]:
    """Return how sure each field may be, and its figures. Calibration is judged on the newer half by what the older half taught."""
    matrix = matrix_of([fitted.vocabulary.vector(one) for one in features], len(fitted.vocabulary.kept))
    scores = np.asarray(matrix @ fitted.weights + fitted.bias, dtype=np.float64)
    sure: dict[str, Sure] = {}
    figures: dict[str, dict[str, float]] = {}
    start = 0
    for goal in goals:
        part = scores[:, start : start + len(goal.names)]
        start += len(goal.names)
        if goal.several:
            table = np.column_stack([np.ones(part.size), part.ravel()])
            low, slope = logistic(table, goal.target.ravel())
            sure[goal.field] = (None, (float(low), float(slope)))
            figures[goal.field] = tag_figures(sigmoid(low + slope * part), goal.target)
        else:
            sure[goal.field] = (learn_confidence(part, goal.target), (0.0, 1.0))
            half = len(part) // 2
            before = learn_confidence(part[:half], goal.target[:half])
            figures[goal.field] = label_figures(part[half:], goal.target[half:], before) | {
                "accuracy_new_words": _share(part.argmax(axis=1)[fresh] == goal.target[fresh]),
                **spread(part.argmax(axis=1), goal.target),
            }
    return sure, figures


def label_figures(scores: NDArray[np.float64], right: NDArray[np.int64], sure: Confidence) -> dict[str, float]:
    """Return what can be said of answers with their confidence: share routable at 90 % precision, calibration error."""
    label, best, lead = answers(scores)
    believed, hit = sure.of(best, lead, label), (label == right).astype(np.float64)
    return {"routable": routable(believed, hit), "calibration_error": calibration_error(believed, hit)}


def spread(label: NDArray[np.int64], right: NDArray[np.int64]) -> dict[str, float]:
    """Return accuracy and macro-F1 over the labels that occur, and how many tickets were judged."""
    scores = []
    for name in np.union1d(label, right):
        hit = int(((label == name) & (right == name)).sum())
        scores.append(2 * hit / max(int((label == name).sum() + (right == name).sum()), 1))
    return {"accuracy": _share(label == right), "macro_f1": float(np.mean(scores or [0])), "tickets": len(right)}


def tag_figures(likely: NDArray[np.float64], wanted: NDArray[np.float64]) -> dict[str, float]:
    said = likely >= 0.5
    hit = float((said * wanted).sum())
    share = hit / said.sum() if said.any() else 0.0
    return {"precision": float(share), "recall": hit / max(float(wanted.sum()), 1.0), "tickets": len(wanted)}


def _share(hits: NDArray[np.bool_]) -> float:
    return float(hits.mean()) if len(hits) else 0.0


def judge(model: Model, examples: Sequence[Example], lessons: Sequence[Lesson]) -> Mapping[str, float]:
    """Return the accuracy of a model by single-choice field on tickets it has not seen."""
    advice = [model.advise(example) for example in examples]
    found = {}
    for lesson in lessons:
        asked = [(one.get(lesson.field), label) for one, label in zip(advice, lesson.labels, strict=False) if label]
        if asked and not lesson.tags:
            found[lesson.field] = sum(bool(said) and said.labels[0] == label for said, label in asked if said) / len(
                asked
            )
    return found
