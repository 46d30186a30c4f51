"""Counting without reading a million rows."""

from typing import Any

from django.db.models import QuerySet

CAP = 1000


def capped_count(rows: QuerySet[Any], cap: int = CAP) -> int:
    """Return the number of rows, or `cap + 1` when there are more than `cap`."""
    return rows.order_by()[: cap + 1].count()


def as_text(count: int, cap: int = CAP) -> str:
    """Return a capped count as people read it: `12`, or `1000+`."""
    return f"{cap}+" if count > cap else str(count)
