"""The fields of a policy: how what a person or a program wrote becomes a version, with an error for every field that needs attention."""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from functools import partial
from typing import Any

from django.db.models import TextChoices

from sla.choices import Metric, PolicyKind
from sla.matching import CONDITIONS
from sla.models import Calendar
from sla.permissions import Actor
from tickets.actions.desk import name, yes_or_no
from tickets.choices import OPEN_STATUSES, Channel, Level, Tier
from tickets.errors import Invalid
from tickets.fields import Cleaner, choice, reference
from tickets.models import Category, Organization, Tag, Team

LONGEST = 366 * 24 * 60  # minutes
ROWS = {"organizations": Organization, "categories": Category, "teams": Team, "tags": Tag}
CHOICES: dict[str, type[TextChoices]] = {"tiers": Tier, "channels": Channel}
DURATION = re.compile(r"^(?:(\d+)\s*h(?:ours?)?)?\s*(?:(\d+)\s*m(?:in(?:utes?)?)?)?$", re.IGNORECASE | re.ASCII)
PAUSED_BY_DEFAULT = {Metric.RESOLUTION.value: ["pending", "on_hold"]}


def minutes(value: Any) -> int:
    """Return whole minutes from a number, `15 min`, `4 h` or `1 h 30 min`. Raises ValueError with a sentence."""
    if isinstance(value, str):
        found = DURATION.match(value.strip())
        if value.strip().isdecimal():
            value = int(value)
        elif found and value.strip():
            value = int(found[1] or 0) * 60 + int(found[2] or 0)
    if isinstance(value, bool) or not isinstance(value, int):
        raise ValueError("Write minutes, or a time like 15 min, 4 h or 1 h 30 min.")
    if value == 0:
        raise ValueError("A target of zero cannot be kept. Leave it empty to promise nothing.")
    if not 0 < value <= LONGEST:
        raise ValueError(f"Write 1 to {LONGEST:,} minutes.")
    return value


def in_words(span: timedelta) -> str:
    """Return a span as `minutes` reads it: `1 h 30 min`, seconds only where it has them."""
    seconds = round(abs(span).total_seconds())
    parts = [(seconds // 3600, "h"), (seconds // 60 % 60, "min"), (seconds % 60, "s")]
    return ("−" if span < timedelta(0) else "") + (" ".join(f"{n:,} {unit}" for n, unit in parts if n) or "0 min")


class _Errors(dict[str, list[str]]):
    def attempt(self, field: str, do: Callable[[], Any]) -> Any:
        try:
            return do()
        except LookupError:
            self[field] = ["There is no such record. Look up its id and try again."]
        except ValueError as error:
            self[field] = [str(error)]
        return None


def _targets(value: Any, errors: _Errors) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {}
    for metric, promised in _table(value, "targets", Metric.values, errors):
        for priority, amount in _table(promised, f"targets.{metric}", Level.values, errors):
            if amount not in (None, ""):
                read = errors.attempt(f"targets.{metric}.{priority}", partial(minutes, amount))
                if read:
                    found.setdefault(metric, {})[priority] = read
    return found


def _pauses(value: Any, errors: _Errors) -> dict[str, list[str]]:
    found = {}
    for metric, statuses in _table(value, "pauses", Metric.values, errors):
        known = [status.value for status in OPEN_STATUSES]
        if not isinstance(statuses, list | tuple) or any(status not in known for status in statuses):
            errors[f"pauses.{metric}"] = [f"Give a list of {', '.join(known)}."]
        elif len(set(statuses)) == len(known):
            errors[f"pauses.{metric}"] = ["Time would rest in every status. Leave one in which it runs."]
        elif statuses:
            found[metric] = sorted(set(statuses))
    return found


def _conditions(value: Any, errors: _Errors) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for noun, accepted in _table(value, "conditions", CONDITIONS, errors):
        if not isinstance(accepted, list | tuple):
            errors[f"conditions.{noun}"] = ["Give a list."]
            continue
        one = _one(noun)
        read = [errors.attempt(f"conditions.{noun}", partial(one, item)) for item in accepted]
        if read:
            found[noun] = sorted({item for item in read if item is not None})
    return found


def _one(noun: str) -> Callable[[Any], Any]:
    if noun in CHOICES:
        return lambda item: choice(item, CHOICES[noun])
    column = {"organizations": "name", "categories": "path", "teams": "name", "tags": "name"}[noun]

    def pk(item: Any) -> int:
        row = reference(item, ROWS[noun]._default_manager.all(), by_name=column)
        if row is None:
            raise ValueError("Leave out what is empty.")
        return int(row.pk)

    return pk


def _table(value: Any, field: str, names: Iterable[str], errors: _Errors) -> Iterable[tuple[str, Any]]:
    if value in (None, ""):
        return
    if not isinstance(value, Mapping):
        errors[field] = [f"Give an object with any of {', '.join(names)}."]
        return
    for key, part in value.items():
        if key in names:
            yield key, part
        else:
            errors[f"{field}.{key}"] = [f"Choose one of {', '.join(names)}."]


def _warnings(value: Any, errors: _Errors) -> list[int]:
    steps = value if isinstance(value, list | tuple) else None
    if (
        steps is None
        or len(steps) > 10
        or any(isinstance(s, bool) or not isinstance(s, int) or not 0 < s < 100 for s in steps)
    ):
        errors["warnings"] = ["Give a list of at most ten percentages between 1 and 99."]
        return []
    return sorted(set(steps))


def _position(value: Any, _by: Actor) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= 100_000:
        raise ValueError("Write a whole number, 0 to 100,000.")
    return value


def _calendar(value: Any, _by: Actor) -> Calendar:
    found = reference(value, Calendar.objects.all(), by_name="name")
    if found is None:
        raise ValueError("Choose the calendar whose hours count.")
    return found


PLAIN: dict[str, Cleaner] = {
    "name": name(100),
    "kind": lambda value, _: choice(value, PolicyKind),
    "position": _position,
    "is_active": yes_or_no,
    "is_default": yes_or_no,
    "uses_customers_calendar": yes_or_no,
    "calendar": _calendar,
}
TABLES: dict[str, Callable[[Any, _Errors], Any]] = {
    "conditions": _conditions,
    "targets": _targets,
    "pauses": _pauses,
    "warnings": _warnings,
}


def clean_policy(raw: Mapping[str, Any], by: Actor) -> dict[str, Any]:
    """Return the cleaned values of the given fields. Raises Invalid with every field that needs attention."""
    errors, values = _Errors(), {}
    for field, value in raw.items():
        if field in PLAIN:
            values[field] = errors.attempt(field, partial(PLAIN[field], value, by))
        elif field in TABLES:
            values[field] = TABLES[field](value, errors)
        else:
            errors[field] = ["There is no such field, or it cannot be set."]
    if errors:
        raise Invalid(errors)
    return values
