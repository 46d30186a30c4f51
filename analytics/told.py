"""The filters of a question in words, for reports."""

from collections.abc import Iterator

import numpy as np
from django.conf import settings

from analytics.facts.asked import Filters
from analytics.facts.tickets import names_of
from analytics.hiding import Hide
from analytics.metrics.columns import NOBODY
from analytics.reports.anonymous import WORDS as HIDDEN
from tickets.pseudonyms import pseudonym


def told(filters: Filters, hide: Hide | None = None) -> tuple[str, ...]:
    """Return a sentence for each filter, such as "Only team Network or Desktop."; with `hide` people and organizations under pseudonyms."""
    return tuple(_sentence(dimension, values, hide) for dimension, values in filters.accepted.items())


def _sentence(dimension: str, values: tuple[int | str, ...], hide: Hide | None) -> str:
    return f"Only {dimension} {' or '.join(_names(dimension, values, hide))}."


def _names(dimension: str, values: tuple[int | str, ...], hide: Hide | None) -> Iterator[str]:
    numbers = [value for value in values if isinstance(value, int) and value != NOBODY]
    names = names_of(dimension, np.array(numbers, np.int64)) if numbers else {}
    for value in values:
        if value == NOBODY:
            yield "none"
        elif isinstance(value, str):
            yield value.replace("_", " ")
        elif hide and dimension in HIDDEN:
            yield pseudonym(settings.SECRET_KEY, value, HIDDEN[dimension])
        elif value not in names:
            yield "one that was deleted"
        else:
            yield hide(names[value]) if hide else names[value]
