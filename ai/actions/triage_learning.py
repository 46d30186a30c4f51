"""Learning triage anew: reading closed tickets, judging the result against what is in use."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from ai.actions.learned import Trained
from ai.advising import example_of, model_in_use
from ai.choices import AdviceState, TriageField
from ai.models import FieldSuggestion, LearnedModel
from ai.triage.text import READ_AT_MOST, Example
from ai.triage.training import HELD_OUT, Learned, Lesson, judge, learn
from tickets.choices import CLOSED_STATUSES
from tickets.models import Ticket

NEWEST = 50_000  # tickets; older ones tell of a desk that is no more
ENOUGH_TO_JUDGE = 100  # tickets that the version in use has not seen
NO_WORSE = 0.005  # of accuracy; less is chance
DECIDED = (AdviceState.ACCEPTED, AdviceState.CORRECTED)
COLUMNS = {TriageField.CATEGORY: "category_id", TriageField.TEAM: "team_id", TriageField.ASSIGNEE: "assignee_id"}
READ = (*("pk", "title", "description", "channel", "created_at", "status", "priority", "urgency", "impact"),)
READ_TOO = ("requester_id", "organization_id", *COLUMNS.values())


@dataclass(frozen=True)
class Past:
    """Tickets to learn from, the oldest first."""

    examples: list[Example]
    lessons: list[Lesson]
    created: list[datetime]

    def since(self, first: int) -> tuple[list[Example], list[Lesson]]:
        rest = [Lesson(one.field, one.labels[first:], one.tags[first:]) for one in self.lessons]
        return self.examples[first:], rest


def read_past() -> Past:
    """Return closed tickets with what they became, and open ones with those fields that people decided on.

    What triage set and nobody confirmed teaches nothing: it would learn from itself.
    """
    decided = _suggestions(*DECIDED)
    unconfirmed = _suggestions(AdviceState.APPLIED)
    wanted = Q(status__in=CLOSED_STATUSES) | Q(pk__in={ticket for ticket, _ in decided})
    rows = Ticket.objects.current().filter(wanted, merged_into=None).only(*READ, *READ_TOO)
    newest = sorted(rows.order_by("-created_at", "-pk")[:NEWEST], key=lambda ticket: (ticket.created_at, ticket.pk))
    examples = [example_of(ticket.title, ticket.description[:READ_AT_MOST], ticket) for ticket in newest]

    def counts(ticket: Ticket, field: str) -> bool:
        key = ticket.pk, field
        return key not in unconfirmed and (ticket.is_resolved or key in decided)

    tags = _tags({ticket.pk for ticket in newest})
    lessons = [
        Lesson(field, [_label(ticket, field) if counts(ticket, field) else None for ticket in newest])
        for field in TriageField
        if field != TriageField.TAGS
    ]
    of_tags = [tags.get(ticket.pk, frozenset()) if counts(ticket, TriageField.TAGS) else None for ticket in newest]
    return Past(examples, [*lessons, Lesson(TriageField.TAGS, tags=of_tags)], [ticket.created_at for ticket in newest])


def _suggestions(*states: AdviceState) -> set[tuple[int, str]]:
    return set(FieldSuggestion.objects.filter(state__in=states).values_list("ticket_id", "field"))


def _label(ticket: Ticket, field: str) -> str | None:
    value = getattr(ticket, COLUMNS.get(TriageField(field), field))
    return str(value) if value else None


def _tags(tickets: set[int]) -> dict[int, frozenset[str]]:
    found: dict[int, set[str]] = {}
    for pk, name in Ticket.tags.through.objects.values_list("ticket_id", "tag__name").iterator():
        if pk in tickets:
            found.setdefault(pk, set()).add(name)
    return {pk: frozenset(names) for pk, names in found.items()}


def train_triage(now: datetime) -> Trained:
    """Learn from what is closed, and judge that against the version in use. Raises NothingToLearn."""
    past = read_past()
    learned = learn(past.examples, past.lessons)
    is_good, verdict = _judge(learned, past)
    return Trained(
        arrays=learned.model.arrays(),
        about={**learned.model.about(), "until": past.created[-1].isoformat()},
        metrics={
            "fields": _rounded(learned.figures),
            "skipped": learned.skipped,
            "labels": {lesson.field: _counts(lesson) for lesson in past.lessons if lesson.field in learned.figures},
        },
        examples=len(past.examples),
        is_good=is_good,
        verdict=verdict,
    )


def _counts(lesson: Lesson) -> dict[str, int]:
    """Return how many tickets taught each value, for a look at whether later ones still hold the same."""
    taught = Counter(label for label in lesson.labels if label is not None)
    taught.update(tag for tags in lesson.tags for tag in tags or ())
    return dict(taught.most_common())


def _judge(learned: Learned, past: Past) -> tuple[bool, str]:
    """Return whether to use what was learned, and why: both answer for the tickets that neither has seen."""
    in_use = model_in_use()
    if in_use is None:
        return True, "The first version."
    held, before = in_use
    until = datetime.fromisoformat(held.about["until"])
    cut = int(len(past.examples) * (1 - HELD_OUT))
    unseen = max(cut, sum(created <= until for created in past.created))
    examples, lessons = past.since(unseen)
    ours: Mapping[str, float]
    theirs: Mapping[str, float]
    if len(examples) < ENOUGH_TO_JUDGE:  # each then answers for what was new to it
        kept = LearnedModel.objects.only("metrics").get(pk=held.pk).metrics["fields"]
        ours, theirs, on = _accuracy(learned.figures), _accuracy(kept), "On the newest tickets of each"
    else:
        ours, theirs = judge(learned.early, examples, lessons), judge(before, examples, lessons)
        on = f"On {len(examples):,} newer tickets"
    new, old = _mean(ours, theirs), _mean(theirs, ours)
    words = f"{on} {new:.1%} of the answers are right, {old:.1%} by version {held.number}."
    return new >= old - NO_WORSE, words


def _accuracy(figures: Mapping[str, Mapping[str, float]]) -> dict[str, float]:
    return {field: by["accuracy"] for field, by in figures.items() if "accuracy" in by}


def _mean(of: Mapping[str, float], like: Mapping[str, float]) -> float:
    shared = of.keys() | like.keys()
    return sum(of.get(field, 0.0) for field in shared) / max(len(shared), 1)


def _rounded(figures: dict[str, dict[str, float]]) -> dict[str, dict[str, float]]:
    return {field: {name: round(float(value), 4) for name, value in by.items()} for field, by in figures.items()}
