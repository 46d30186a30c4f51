"""What in a text is personal or secret, and where. Pure, linear in the length of the text; the one owner of these rules.

The rules are strict, because tickets are full of numbers that are nobody's: a number counts as a phone number by its form (international,
or an area code apart) or by the word before it, a card and an IBAN by their checksums, an account by the word before it.
"""

import re
from collections.abc import Collection, Iterator
from functools import cache
from ipaddress import ip_address
from typing import NamedTuple

from tickets.personal.kinds import EVERYTHING, Found, Kind
from tickets.personal.numbers import is_iban, number
from tickets.personal.secrets import NAMED, PREFIXES, is_told

LOOK_BACK = 32  # characters before a number in which a word tells what it is


class Rule(NamedTuple):
    """`needs` is quick to look for and stands in every text that the form fits."""

    kinds: frozenset[Kind]
    needs: re.Pattern[str]
    form: str


SECRETS = frozenset({Kind.SECRET})
ADDRESSES = frozenset({Kind.ADDRESS})
DIGIT = re.compile(r"\d")
RULES = {  # the first that fits a place wins
    "block": Rule(
        SECRETS,
        re.compile("-----BEGIN"),
        r"-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----[^-]{0,8000}(?:-----END [A-Z ]{0,30}PRIVATE KEY-----)?",
    ),
    "prefix": Rule(SECRETS, DIGIT, rf"(?<![\w-])(?:{PREFIXES})"),
    "bearer": Rule(
        SECRETS,
        re.compile(r"(?i)bearer |authorization: basic "),
        r"(?i:(?<=\bbearer )|(?<=authorization: basic ))[-\w.~+/]{16,4000}={0,2}",
    ),
    "in_url": Rule(SECRETS, re.compile("://"), r"(?<=://)[^\s:/@]{1,64}:[^\s:/@]{3,100}(?=@)"),
    "named": Rule(SECRETS, re.compile(r"(?i)pass|pwd|kennwort|secret|token|key"), NAMED),
    "email": Rule(
        frozenset({Kind.EMAIL}),
        re.compile("@"),
        r"(?<![\w.+-])[\w.+-]{1,64}@(?:[^\W_][\w-]{0,62}\.){1,6}[^\W\d_][\w-]{1,62}",
    ),
    "iban": Rule(
        frozenset({Kind.IBAN}), DIGIT, r"(?<!\w)[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?(?!\w)"
    ),
    "arn": Rule(  # names of things in AWS
        frozenset({Kind.ACCOUNT}),
        re.compile("arn:aws"),
        r"(?<!\w)arn:aws[\w-]{0,10}:[\w-]{0,20}:[\w-]{0,20}:(?P<owner>\d{12})(?!\d)",
    ),
    "ipv4": Rule(ADDRESSES, DIGIT, r"(?<![\w.-])\d{1,3}(?:\.\d{1,3}){3}(?![\w-]|\.\d)"),
    "ipv6": Rule(ADDRESSES, re.compile(":"), r"(?<![\w:])(?:[0-9a-fA-F]{1,4}::?){1,7}[0-9a-fA-F]{1,4}(?![\w:])"),
    "number": Rule(
        frozenset({Kind.SSN, Kind.CARD, Kind.ACCOUNT, Kind.PHONE}),
        DIGIT,
        r"(?<![\w+#@])(?<!\d[.,:])(?<![\w.][-/_])\+?\(?\d(?:[ ()/.–-]{0,3}\d){5,18}(?![\w@#]|[-./:]\w)",
    ),
}
INNER: dict[str, str | int] = {"named": "value", "arn": "owner"}  # rule → the part of it that is hidden
TAILS = re.compile(  # of what looks like an address but is a file or a unit
    r"\.(?:png|jpe?g|gif|svg|webp|css|js|py|sh|conf|so|jar|service|socket|timer|target|mount|slice|device|path|local-fs|x86_64|rpm|deb)\Z",
    re.IGNORECASE,
)
IMAGE = re.compile(r"(?i)\.(?:png|jpe?g|gif)@")  # the name of a picture inside a mail
VERSION = re.compile(r"(?i)(?:version|release|kernel|build|engine)\W{0,3}\Z")


def found(text: str, kinds: Collection[Kind] = EVERYTHING) -> Iterator[Found]:
    """Yield what is personal in a text, in order and without overlaps."""
    wanted = frozenset(kinds)
    names = tuple(name for name, rule in RULES.items() if rule.kinds & wanted and rule.needs.search(text))
    for match in _finder(names).finditer(text) if names else ():
        kind = _kind(match)
        if kind in wanted:
            place = INNER.get(str(match.lastgroup), 0)
            yield Found(kind, match.start(place), match.end(place))


@cache
def _finder(names: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?P<{name}>{RULES[name].form})" for name in names))


def _kind(match: re.Match[str]) -> Kind | None:
    """Return what a match really is, or None where it only looked like it."""
    name, text = str(match.lastgroup), match[0]
    before = match.string[max(match.start() - LOOK_BACK, 0) : match.start()]
    if name == "number":
        return number(text, before)
    if name == "email":
        return None if TAILS.search(text) or IMAGE.search(text) else Kind.EMAIL
    if name == "arn":
        return Kind.ACCOUNT
    if name == "iban":
        return Kind.IBAN if is_iban(text) else None
    if name in ("ipv4", "ipv6"):
        return Kind.ADDRESS if _is_ip(text) and not VERSION.search(before) else None
    if name == "named":
        after = match.string[match.end() : match.end() + 1]
        return Kind.SECRET if is_told(text, match["value"], after) else None
    return Kind.SECRET if name != "prefix" or DIGIT.search(text) else None


def _is_ip(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True
