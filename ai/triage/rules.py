"""Rules that a desk writes before there is anything to learn from: a word stands in the ticket, so something is suggested."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ai.triage.prediction import Advice
from ai.triage.text import words_of


@dataclass(frozen=True)
class Rule:
    """`says` is a label by field (several for tags) where one of the `words` or phrases stands in a text; `confidence` 0 to 1."""

    words: tuple[str, ...]
    says: Mapping[str, tuple[str, ...]]
    confidence: float


def advise_by(rules: Iterable[Rule], text: str) -> dict[str, Advice]:
    """Return the advice by field. Of the rules that say something about a field the first one counts; tags are gathered."""
    words = words_of(text)
    known, line = set(words), f" {' '.join(words)} "
    found: dict[str, Advice] = {}
    for rule in rules:
        spoke = tuple(word.rstrip("* ") for word in rule.words if _stands(word, known, line))
        if not spoke:
            continue
        for field, labels in rule.says.items():
            before = found.get(field)
            if before is None:
                found[field] = Advice(labels, rule.confidence, spoke)
            elif field == "tags":
                both = tuple(dict.fromkeys((*before.labels, *labels)))
                reasons = tuple(dict.fromkeys((*before.reasons, *spoke)))
                found[field] = Advice(both, min(before.confidence, rule.confidence), reasons)
    return found


def _stands(word: str, known: set[str], line: str) -> bool:
    beginning = word.rstrip().endswith("*")
    wanted = words_of(word)
    if not wanted:
        return False
    if len(wanted) == 1 and not beginning:
        return wanted[0] in known
    return f" {' '.join(wanted)}{'' if beginning else ' '}" in line
