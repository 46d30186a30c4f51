"""What somebody typed into the search box, taken apart."""

import re
from dataclasses import dataclass

PART = re.compile(r'(-?)(?:"([^"]*)"?|(\S+))')
WORDS_AT_MOST = 12


@dataclass(frozen=True)
class Term:
    """A word or phrase; `prefix` when it may be the beginning of a word, `excluded` when it must not occur."""

    text: str
    prefix: bool = False
    excluded: bool = False


def parse(typed: str) -> list[Term]:
    """Return the terms of a search, the last plain word as a prefix. Never fails: odd input gives fewer terms."""
    terms: list[Term] = []
    for match in PART.finditer(typed.replace("\x00", " ")[:500]):
        text = " ".join(re.findall(r"\w+", match[2] if match[2] is not None else match[3]))
        if text:
            terms.append(
                Term(text, prefix=match[3] is not None and match.end() == len(typed.rstrip()), excluded=bool(match[1]))
            )
    terms = terms[:WORDS_AT_MOST]
    return terms if any(not term.excluded for term in terms) else []
