"""Which tickets a question is about."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q

from analytics.metrics.columns import NOBODY

FIELDS = {
    "status": "status",
    "priority": "priority",
    "category": "category",
    "team": "team",
    "technician": "assignee",
    "organization": "organization",
    "channel": "channel",
}


@dataclass(frozen=True)
class Filters:
    """Dimension → accepted values: words for status, priority and channel, ids for the rest, `NOBODY` for tickets without any."""

    accepted: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)

    def without(self, dimension: str) -> "Filters":
        """Return the filters but the one of a dimension."""
        return Filters({name: values for name, values in self.accepted.items() if name != dimension})

    def condition(self, prefix: str = "") -> Q:
        """Return the condition on tickets, or on what belongs to one by the prefix."""
        found = Q()
        for dimension, values in self.accepted.items():
            name = f"{prefix}{FIELDS[dimension]}"
            known = [value for value in values if value != NOBODY]
            found &= Q(**{f"{name}__in": known}) | (Q(**{name: None}) if NOBODY in values else Q())
        return found
