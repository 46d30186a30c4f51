"""Pages by cursor: the hundredth as fast as the first, and no row shown twice when new ones arrive.

A cursor remembers the last row's place in the order (its sort value and id), so the next page is one index range.
"""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from typing import Any, Generic, NamedTuple, TypeVar

from django.core.exceptions import ValidationError
from django.db.models import BooleanField, F, Field, Func, QuerySet, Value
from django.db.models.expressions import CombinedExpression

from tickets.errors import Invalid

R = TypeVar("R")  # a row: a model, or a named tuple of its columns
LARGEST_PAGE = 200
NULLABLE = frozenset({"due_at", "foreseen"})
DEFAULT_ORDERING = "-updated_at"
TICKET_ORDERINGS = {
    "updated_at": "updated_at",
    "created_at": "created_at",
    "priority": "priority_rank",
    "risk": "risk_rank",
    "due_at": "due_at",
    "id": "id",
}


@dataclass(frozen=True)
class Page(Generic[R]):
    """Some rows, and the cursors of the pages before and after, None where there is none."""

    items: list[R]
    next: str | None
    previous: str | None


class Place(NamedTuple):
    """Where a page begins: behind (or, going back, before) the row with this sort value and id."""

    value: Any
    pk: int
    back: bool = False

    def encode(self) -> str:
        text = json.dumps([self.value, self.pk, self.back], default=str, separators=(",", ":"))
        return urlsafe_b64encode(text.encode()).decode().rstrip("=")

    @classmethod
    def decode(cls, cursor: str) -> "Place":
        value, pk, back = json.loads(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if isinstance(pk, bool) or not isinstance(pk, int) or not 0 <= pk < 2**63:
            raise ValueError("no id")
        return cls(value, pk, bool(back))


def page_of(
    rows: QuerySet[Any, R],
    ordering: str = "",
    cursor: str = "",
    size: int = 50,
    columns: dict[str, str] = TICKET_ORDERINGS,
) -> Page[R]:
    """Return one page of `rows`. `ordering` is a name of `columns`, with `-` for descending; empty values come last.

    Raises Invalid for an unknown ordering or a cursor that was not made by this list.
    """
    ordering = ordering or DEFAULT_ORDERING
    name = ordering.removeprefix("-")
    if name not in columns:
        raise Invalid({"ordering": [f"Choose one of {', '.join(columns)}, with - in front for descending."]})
    order = Order(columns[name], descending=ordering.startswith("-"))
    try:
        place = Place.decode(cursor) if cursor else None
        found = order.take(rows, place, min(max(size, 1), LARGEST_PAGE) + 1)
    except (ValueError, TypeError, ValidationError, UnicodeDecodeError):
        raise Invalid({"cursor": ["This cursor is not valid. Start again without it."]}) from None
    return order.page(found, place, min(max(size, 1), LARGEST_PAGE))


@dataclass(frozen=True)
class Order:
    """One column and the id, both in the same direction."""

    column: str
    descending: bool

    @property
    def nullable(self) -> bool:
        return self.column in NULLABLE

    def take(self, rows: QuerySet[Any, R], place: Place | None, count: int) -> list[R]:
        """Return up to `count` rows from `place` on, in reading direction: away from the start, or back towards it."""
        back = place is not None and place.back
        parts = (
            [rows.filter(**{f"{self.column}__isnull": empty}) for empty in (False, True)] if self.nullable else [rows]
        )
        if back:
            parts.reverse()
        found: list[R] = []
        for part, empty in zip(parts, (True, False) if back else (False, True), strict=False):
            here = place
            if place is not None and self.nullable and (place.value is None) != empty:
                if empty == back:
                    continue  # that part lies on the other side of the cursor
                here = None  # the whole part follows
            found += self._range(part, here, back, empty and self.nullable)[: count - len(found)]
            if len(found) >= count:
                break
        return found

    def _range(self, rows: QuerySet[Any, R], place: Place | None, back: bool, empty: bool) -> QuerySet[Any, R]:
        sign = "-" if self.descending != back else ""
        names = ["id"] if empty or self.column == "id" else [self.column, "id"]
        rows = rows.order_by(*(sign + name for name in names))
        if place is None:
            return rows
        field: Field[Any, Any] = rows.model._meta.get_field(names[0])
        given = [place.pk] if len(names) == 1 else [field.to_python(place.value), place.pk]
        if given[0] is None:
            raise ValueError("no value")
        here = Func(*(F(name) for name in names), template="(%(expressions)s)")
        there = Func(Value(given[0], field), *(Value(v) for v in given[1:]), template="(%(expressions)s)")
        return rows.filter(CombinedExpression(here, "<" if sign else ">", there, output_field=BooleanField()))

    def page(self, found: list[R], place: Place | None, size: int) -> Page[R]:
        more, items = len(found) > size, found[:size]
        back = place is not None and place.back
        if back:
            items.reverse()
        if not items:
            return Page([], None, None)
        after = self._at(items[-1], back=False) if more or back else None
        before = self._at(items[0], back=True) if (more if back else place is not None) else None
        return Page(items, after, before)

    def _at(self, row: Any, *, back: bool) -> str:
        return Place(getattr(row, self.column), row.pk, back).encode()
