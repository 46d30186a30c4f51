"""What an anonymous report must not say, in names and titles that anybody may have written."""

import re
from collections.abc import Callable, Iterable, Iterator

from django.conf import settings
from django.db.models import Q

from analytics.masking import masked
from analytics.reports.anonymous import WORDS
from tickets.models import Organization, User
from tickets.models.people import SUPPORT_ROLES
from tickets.pseudonyms import pseudonym

LONGEST = 5  # words of a name
WORD = re.compile(r"(\w+)[^\w\s]*")
Hide = Callable[[str], str]


def hider(texts: Iterable[str]) -> Hide:
    """Return what hides, in these texts, the names of people and organizations and all that `masking` finds.

    Of requesters only names of two words or more are looked for: the mailbox "Accounting" must not hide a category.
    """
    spans = {span for text in texts for span in _spans(text)}
    people = User.objects.filter(Q(role__in=SUPPORT_ROLES) | Q(name__contains=" "), name__in=spans)
    found = {"technician": people, "organization": Organization.objects.filter(name__in=spans)}
    known = {
        name: pseudonym(settings.SECRET_KEY, pk, WORDS[dimension])
        for dimension, rows in found.items()
        for pk, name in rows.order_by("pk").values_list("pk", "name")
    }
    longest_first = "|".join(re.escape(name) for name in sorted(known, key=len, reverse=True))
    names = re.compile(rf"(?<!\w)(?:{longest_first})(?!\w)") if known else None

    def hide(text: str) -> str:
        return masked(names.sub(lambda match: known[match[0]], text) if names else text)

    return hide


def _spans(text: str) -> Iterator[str]:
    """Yield every run of words, as it is and with the signs that follow it, as in "Acme Inc."."""
    words = list(WORD.finditer(text))
    for place, first in enumerate(words):
        for last in words[place : place + LONGEST]:
            yield text[first.start() : last.end(1)]
            yield text[first.start() : last.end()]
