"""What somebody typed into the search box, taken apart."""

import re
from dataclasses import dataclass

PART = re.compile(r'(-?)(?:"([^"]*)"?|(\S+))')
WORDS_AT_MOST = 12
EVERYDAY_WORDS = (
    "a about after again all also am an and any are as at be been but by can cannot could did do does doesn for from get gets had has "
    "have help hello hi how i if in into is isn it its just like me my need no not of off on or our out please so some still than that "
    "the their them then there they this to too up us use using want was we what when where which who why will with won would wrong "
    "you your"
)
EVERYDAY = frozenset(EVERYDAY_WORDS.split())


@dataclass(frozen=True)
class Term:
    """A word or phrase; `prefix` when it may be the beginning of a word, `excluded` when it must not occur."""

    text: str
    prefix: bool = False
    excluded: bool = False
    joined: str = ""  # the same as one word, which will do as well, where it was written with a hyphen


def parse(typed: str) -> list[Term]:
    """Return the terms of a search, the last plain word as a prefix. Never fails: odd input gives fewer terms."""
    terms: list[Term] = []
    for match in PART.finditer(typed.replace("\x00", " ")[:500]):
        words = re.findall(r"\w+", match[2] if match[2] is not None else match[3])
        last = match[3] is not None and match.end() == len(typed.rstrip())
        if words:
            joined = "".join(words) if "-" in (match[3] or "") else ""
            terms.append(Term(" ".join(words), prefix=last, excluded=bool(match[1]), joined=joined))
    terms = terms[:WORDS_AT_MOST]
    return terms if any(not term.excluded for term in terms) else []


def telling_words(typed: str) -> list[Term]:
    """Return the words of a sentence that say what it is about, for a search that any of them satisfies."""
    words = dict.fromkeys(word for word in re.findall(r"\w+", typed.replace("\x00", " ").lower()[:500]))
    telling = [word for word in words if len(word) > 1 and word not in EVERYDAY][:WORDS_AT_MOST]
    return [Term(word, prefix=len(word) > 2) for word in telling]
