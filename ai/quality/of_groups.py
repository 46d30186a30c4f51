"""How triage serves organizations and languages: one query for each, summed up by the database."""

from typing import Any

from django.db.models import Count

from ai.choices import AdviceState
from ai.quality.fairness import Group, judged
from ai.quality.language import NAMES
from ai.quality.of_triage import advised_in
from ai.quality.window import Window
from tickets.models import Organization

NONE = "none"  # tickets without an organization, or of a language not looked at yet
ORDER = (AdviceState.ACCEPTED, AdviceState.CORRECTED, AdviceState.DISMISSED)


def by_organization(window: Window) -> list[Group]:
    """Return how advice fared by organization (its number, or `none`), the most decided first."""
    return _groups(window, "ticket__organization")


def by_language(window: Window) -> list[Group]:
    """Return how advice fared by language (its code, or `none`), the most decided first."""
    return _groups(window, "ticket__triage__language")


def _groups(window: Window, column: str) -> list[Group]:
    rows = advised_in(window).filter(state__in=ORDER).values_list(column, "field", "state").annotate(count=Count("pk"))
    found: dict[str, dict[str, Any]] = {}
    for value, fld, state, count in rows:
        counts = found.setdefault(str(value or NONE), {}).setdefault(fld, [0, 0, 0])
        counts[ORDER.index(state)] += count
    return judged({key: {fld: tuple(counts) for fld, counts in fields.items()} for key, fields in found.items()})


def organization_names(groups: list[Group]) -> dict[str, str]:
    """Return what people call the organizations of some groups, in one query."""
    numbers = [int(one.key) for one in groups if one.key != NONE]
    names = {str(pk): name for pk, name in Organization.objects.filter(pk__in=numbers).values_list("pk", "name")}
    return {NONE: "No organization", **names}


def language_name(key: str) -> str:
    return NAMES.get(key, "Not looked at yet" if key == NONE else key)
