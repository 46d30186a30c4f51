"""Text in any script as the words and pieces of words by which tickets are compared. Never fails: odd input gives fewer words."""

import re
import unicodedata
from collections import Counter
from functools import lru_cache
from zlib import crc32

from tickets.search.query import EVERYDAY

TITLE_LENGTH = 500  # characters that are looked at
BODY_LENGTH = 4_000
WORD_LENGTH = 40
GRAM = 4
GRAMS_AT_MOST = 400
WORD = re.compile(r"\w+(?:[.+#/'-]+\w+)*[+#]*")
PART = re.compile(r"\w+")
DENSE = re.compile("[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af]+")  # written without spaces
ENDINGS = (
    *("ational", "ization", "ations", "ation", "ments", "ment", "ingly", "edly", "ings", "ing"),
    *("ies", "ied", "ers", "er", "ed", "es", "ly", "s", "e", "y"),
)


def plain(text: str, length: int) -> str:
    """Return the beginning of a text in one spelling: compatible forms folded, lower case."""
    return unicodedata.normalize("NFKC", text[:length]).casefold()


@lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """Return the word without its English ending, where that leaves three letters: `printers`, `printing` → `print`."""
    if len(word) <= 3 or not word.isalpha():
        return word
    for ending in ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            short = word[: -len(ending)]
            doubled = len(short) > 3 and short[-1] == short[-2] and short[-1] not in "ls"
            return short[:-1] if doubled else short
    return word


def words(text: str, length: int = BODY_LENGTH) -> list[str]:
    """Return the telling words as stems, in order. What holds together (`12.04`, `0x8-7`, `c++`) counts whole and by its parts."""
    found: list[str] = []
    for word in WORD.findall(plain(text, length)):
        if DENSE.search(word):
            found += _pairs(word)
        elif len(word) <= WORD_LENGTH and word not in EVERYDAY:
            found.append(stem(word))
            parts = PART.findall(word)
            if len(parts) > 1:
                found += [stem(part) for part in parts if len(part) > 1 and part not in EVERYDAY]
    return found


def _pairs(word: str) -> list[str]:
    """Return neighbouring characters, the usual stand-in for words where none are marked."""
    return [run[i : i + 2] for run in DENSE.findall(word) for i in range(max(1, len(run) - 1))]


def grams(text: str) -> frozenset[str]:
    """Return the runs of four characters within the words of a title; they forgive misspelling and compounds."""
    found = (f" {word} " for word in PART.findall(plain(text, TITLE_LENGTH)))
    return frozenset(
        [word[i : i + GRAM] for word in found for i in range(max(1, len(word) - GRAM + 1))][:GRAMS_AT_MOST]
    )


def number_of(word: str) -> int:
    """Return the number under which a word is indexed, 31 bits; two words share one once in some hundred thousand."""
    return crc32(word.encode("utf-8", "replace")) >> 1


def counted(text: str, length: int) -> Counter[int]:
    """Return number of word → how often it occurs."""
    return Counter(number_of(word) for word in words(text, length))
