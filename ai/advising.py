"""Triage of a text or a ticket, without writing: rules and the learned model, in terms of this desk's records."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ai.choices import Learning, Source, TriageField
from ai.learned import Learned, active
from ai.models import FieldSuggestion, TriageRule, TriageSetting
from ai.models.rule import LEVELS
from ai.triage.prediction import Advice, Model
from ai.triage.rules import Rule, advise_by
from ai.triage.text import Example
from tickets.choices import Level
from tickets.models import Category, Team, Ticket, User

ROWS = {TriageField.CATEGORY: Category, TriageField.TEAM: Team, TriageField.ASSIGNEE: User}
ASKED = "who asked"  # a reason that is no word of the text
FACTS = {"requester": ASKED, "organization": "whose organization it is", "channel": "how it came in"}
_made: list[tuple[Learned, Model]] = []  # the one that this process used last


@dataclass(frozen=True)
class Suggested:
    """Advice for a field with its value as the event log keeps it: text, `{"id", "name"}` or a list of tags."""

    field: str
    value: Any
    confidence: float
    reasons: tuple[str, ...]
    others: tuple[dict[str, Any], ...]
    source: Source
    version: int | None = None

    @property
    def key(self) -> Any:
        return key_of(self.value)


def key_of(value: Any) -> Any:
    """Return what tells two values of a field apart, whatever they are called by now."""
    if isinstance(value, Mapping):
        return value["id"]
    return sorted(value) if isinstance(value, list) else value


def is_agreed(suggestion: FieldSuggestion) -> bool:
    """Return whether the second opinion on a suggestion says the same."""
    return suggestion.opinion is not None and key_of(suggestion.opinion["value"]) == key_of(suggestion.value)


def example_of(title: str, description: str, ticket: Ticket | None = None) -> Example:
    """Return what is known when a ticket arrives."""
    if ticket is None:
        return Example(f"{title}\n{description}")
    facts = [f"requester={ticket.requester_id}", f"channel={ticket.channel}"]
    if ticket.organization_id:
        facts.append(f"organization={ticket.organization_id}")
    return Example(f"{title}\n{description}", tuple(facts))


def thresholds() -> dict[str, TriageSetting]:
    """Return the setting of each field, the default where an admin has set nothing."""
    kept = {row.field: row for row in TriageSetting.objects.all()}
    return {field.value: kept.get(field, TriageSetting(field=field)) for field in TriageField}


def model_in_use() -> tuple[Learned, Model] | None:
    held = active(Learning.TRIAGE)
    if held is None:
        return None
    if not _made or _made[0][0] is not held:
        _made[:] = [(held, Model.of(held.arrays, held.about))]
    return _made[0]


def suggest(example: Example) -> dict[str, Suggested]:
    """Return what is advised by field, the surer of rules and model; empty where nothing speaks for anything."""
    advised: list[tuple[Source, int | None, dict[str, Advice]]]
    advised = [(Source.RULE, None, advise_by(rules(), example.text))]
    if in_use := model_in_use():
        held, model = in_use
        advised.append((Source.MODEL, held.pk, model.advise(example)))
    names = _names(advice for _, _, by_field in advised for advice in by_field.items())
    best: dict[str, Suggested] = {}
    for source, version, by_field in advised:
        for field, advice in by_field.items():
            one = _in_our_terms(field, advice, names, source, version)
            if one and (field not in best or one.confidence > best[field].confidence):
                best[field] = one
    return {field.value: best[field] for field in TriageField if field in best}


def rules() -> Iterator[Rule]:
    """Yield the active rules; a category that is known by name only counts where this desk has one of that name."""
    found = list(TriageRule.objects.filter(is_active=True))
    wanted = {rule.category_name for rule in found if rule.category_name and not rule.category_id}
    named: dict[str, int] = {}
    if wanted:
        rows = Category.objects.filter(is_active=True, name__in=wanted).order_by("-path")
        named = {name.casefold(): pk for pk, name in rows.values_list("pk", "name")}
    for rule in found:
        category = rule.category_id or named.get(rule.category_name.casefold())
        levels = {name: (getattr(rule, name),) for name in LEVELS if getattr(rule, name)}
        ids = {name: (str(pk),) for name, pk in (("category", category), ("team", rule.team_id)) if pk}
        tags = {"tags": tuple(rule.tags)} if rule.tags else {}
        yield Rule(tuple(rule.words), levels | ids | tags, rule.confidence / 100)


Names = dict[str, dict[str, str]]


def _names(advice: Iterable[tuple[str, Advice]]) -> Names:
    """Return the names of the records that advice speaks of and that are still in use, by field and id."""
    wanted: dict[str, set[str]] = {}
    for field, one in advice:
        if field in ROWS:
            wanted.setdefault(field, set()).update(one.labels, (label for label, _ in one.others))
    found: Names = {}
    for field, ids in wanted.items():
        rows: Any = ROWS[TriageField(field)]._default_manager
        rows = rows.support_staff() if field == TriageField.ASSIGNEE else rows.filter(is_active=True)
        found[field] = {str(row.pk): str(row) for row in rows.filter(pk__in=[pk for pk in ids if pk.isdecimal()])}
    return found


def _in_our_terms(field: str, advice: Advice, names: Names, source: Source, version: int | None) -> Suggested | None:
    reasons = tuple(
        dict.fromkeys(FACTS.get(word.partition("=")[0], word) if "=" in word else word for word in advice.reasons)
    )
    if field == TriageField.TAGS:
        return Suggested(field, sorted(advice.labels), advice.confidence, reasons, (), source, version)
    ranked = [(advice.labels[0], advice.confidence), *advice.others]
    known = [(value, sure) for label, sure in ranked if (value := _value(field, label, names)) is not None]
    if not known:
        return None
    others = tuple({"value": value, "confidence": round(sure, 4)} for value, sure in known[1:])
    return Suggested(field, known[0][0], known[0][1], reasons, others, source, version)


def _value(field: str, label: str, names: Names) -> Any:
    if field in names:
        name = names[field].get(label)
        return {"id": int(label), "name": name} if name is not None else None
    return label if label in Level.values else None
