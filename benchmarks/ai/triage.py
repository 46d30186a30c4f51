"""Triage on real tickets, each learned from what came before: ours beside the simple way, on several splits by time.

python -m benchmarks.ai.triage                              # the development parts
python -m benchmarks.ai.triage GROUPS.csv.gz FIELDS.csv.gz  # learn from the development parts, answer for later ones
python -m benchmarks.ai.triage --train                      # only learn from 50,000 tickets, for a measurement from outside
"""

import csv
import gzip
import random
import resource
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.svm import LinearSVC

from ai.triage.confidence import calibration_error, routable
from ai.triage.prediction import Model
from ai.triage.text import Example
from ai.triage.training import Lesson, learn, spread
from benchmarks.figures import Figure, table

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
SPLITS = ((0.5, 0.65), (0.6, 0.75), (0.7, 0.85), (0.75, 1.0), (0.9, 1.0))  # learned until, answered until
MANY = 50_000
SEED = 7
Tickets = list[tuple[Example, dict[str, str]]]


def main() -> None:
    if "--train" in sys.argv:
        learn(*many())
        return
    print(table(measure(later=[Path(name) for name in sys.argv[1:]])))


def measure(_: bool = False, later: Sequence[Path] = ()) -> list[Figure]:
    """Return the figures: answers for the development parts by time, or for `later` ones (groups, fields)."""
    groups, fields = DATA / "assign_grp.dev.csv.gz", DATA / "endava_fields.dev.csv.gz"
    found: list[Figure] = []
    for old, new in splits(routing(groups), routing(later[0]) if later else None):
        found += compared("routing", "assignment_group", old, new, LinearSVC())
    for old, new in splits(classified(fields), classified(later[1]) if len(later) > 1 else None):
        for name in ("category", "business_service"):
            found += compared(name, name, old, new, LogisticRegression(max_iter=300))
    return [*found, *speed(groups), *training()]


def rows(path: Path) -> Iterator[dict[str, str]]:
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def routing(path: Path) -> Tickets:
    return [
        (Example(f"{row['short_description']}\n{row['description']}", (f"requester={row['caller']}",)), row)
        for row in rows(path)
    ]


def classified(path: Path) -> Tickets:
    return [(Example(f"{row['title']}\n{row['body']}"), row) for row in rows(path)]


def splits(known: Tickets, later: Tickets | None) -> Iterator[tuple[Tickets, Tickets]]:
    if later is not None:
        yield known, later
        return
    for until, end in SPLITS:
        yield known[: int(len(known) * until)], known[int(len(known) * until) : int(len(known) * end)]


def compared(
    what: str, column: str, old: Tickets, new: Tickets, machine: LinearSVC | LogisticRegression
) -> list[Figure]:
    """Return accuracy, macro-F1 and share routable at 90 %, ours beside TF-IDF with `machine`; then without repeated texts."""
    model = learn([one for one, _ in old], [Lesson(column, [row[column] or None for _, row in old])]).model
    said = [model.advise(one).get(column) for one, _ in new]
    labels = np.array([answer.labels[0] if answer else "" for answer in said])
    sure = np.array([answer.confidence if answer else 0.0 for answer in said])
    words = TfidfVectorizer()
    machine.fit(words.fit_transform([one.text for one, _ in old]), [row[column] for _, row in old])
    scores = machine.decision_function(words.transform([one.text for one, _ in new]))
    theirs, lead = machine.classes_[scores.argmax(1)], np.sort(scores, 1)[:, -1] - np.sort(scores, 1)[:, -2]
    right = np.array([row[column] for _, row in new])
    fresh = unseen(old, new)
    ours, simple = judged(labels, sure, right), judged(theirs, lead, right)
    ours_new, simple_new = (judged(one[fresh], by[fresh], right[fresh]) for one, by in ((labels, sure), (theirs, lead)))
    place = f"{what}, {len(old):,} then {len(new):,}"
    found = [
        Figure(f"{place}: {name}", ours[name], "%", simple[name], more_is_better=True, baseline=simple[name])
        for name in ours
    ]
    name = "accuracy"
    found.append(Figure(f"{place}: accuracy, new words", ours_new[name], "%", simple_new[name], True, simple_new[name]))
    hit = (labels == right).astype(float)
    return [*found, Figure(f"{place}: calibration error", 100 * calibration_error(sure, hit), "%", 10)]


def judged(said: np.ndarray, sure: np.ndarray, right: np.ndarray) -> dict[str, float]:
    figures = spread(np.unique(np.r_[said, right], return_inverse=True)[1][: len(said)], numbers(said, right))
    share = routable(sure, (said == right).astype(float))
    return {
        "accuracy": 100 * figures["accuracy"],
        "macro-F1": 100 * figures["macro_f1"],
        "routable at 90 %": 100 * share,
    }


def numbers(said: np.ndarray, right: np.ndarray) -> np.ndarray:
    return np.unique(np.r_[said, right], return_inverse=True)[1][len(said) :]


def unseen(old: Tickets, new: Tickets) -> np.ndarray:
    """Return which later tickets use other words than every earlier one."""
    seen = {frozenset(one.text.casefold().split()) for one, _ in old}
    return np.array([frozenset(one.text.casefold().split()) not in seen for one, _ in new])


def speed(path: Path) -> list[Figure]:
    """Return how long the advice for one ticket takes, real ones and one of a million characters."""
    tickets = routing(path)
    learned = learn(
        [one for one, _ in tickets[:3000]], [Lesson("team", [r["assignment_group"] for _, r in tickets[:3000]])]
    )
    model = Model.of(learned.model.arrays(), learned.model.about())
    spent = [timed(model, one) for one, _ in tickets[3000:6000]]
    long = timed(model, Example("the printer on the second floor is jammed " * 25_000))
    return [
        Figure("advice for a ticket, p95", 1000 * float(np.quantile(spent, 0.95)), "ms", 20),
        Figure("advice for a million characters", 1000 * long, "ms", 20),
    ]


def timed(model: Model, example: Example) -> float:
    began = time.perf_counter()
    model.advise(example)
    return time.perf_counter() - began


def many() -> tuple[list[Example], Sequence[Lesson]]:
    """Return 50,000 tickets made of real ones with words left out and mixed in, and seven fields to learn."""
    random.seed(SEED)
    real = routing(DATA / "assign_grp.dev.csv.gz")
    by_group: dict[str, list[str]] = {}
    for one, row in real:
        by_group.setdefault(row["assignment_group"], []).append(one.text)
    examples, rows_ = [], []
    for _ in range(MANY):
        one, row = random.choice(real)
        words = [word for word in one.text.split() if random.random() < 0.8]
        words += random.choice(by_group[row["assignment_group"]]).split()[:15]
        examples.append(Example(" ".join(words), one.facts))
        rows_.append((row["assignment_group"], f"{row['assignment_group']}/{len(words) % 2}", words))
    levels = ("low", "medium", "high", "critical")
    lessons = [Lesson("team", [group for group, _, _ in rows_]), Lesson("category", [name for _, name, _ in rows_])]
    for number, name in enumerate(("priority", "urgency", "impact")):
        lessons.append(Lesson(name, [levels[(len(words) + number) // 20 % 4] for _, _, words in rows_]))
    named = [frozenset(word for word in words if word in TAGS) for _, _, words in rows_]
    return examples, [*lessons, Lesson("tags", tags=named)]


TAGS = (
    "password",
    "erp",
    "outlook",
    "vpn",
    "printer",
    "skype",
    "network",
    "job_scheduler",
    "reset",
    "account",
    "locked",
)


def training() -> list[Figure]:
    """Return how long learning from 50,000 tickets takes in a process of its own, and how much memory."""
    began = time.perf_counter()
    subprocess.run([sys.executable, "-m", "benchmarks.ai.triage", "--train"], check=True)
    spent = time.perf_counter() - began
    used = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    return [Figure("learning from 50,000 tickets", spent, "s", 60), Figure("its memory", used, "MB", 2000)]


if __name__ == "__main__":
    main()
