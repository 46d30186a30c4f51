"""Arranging one's own dashboard."""

from typing import Any

from django.db import transaction

from analytics.arrangement import Card, Drawn, Move, cards_of, drawn_as, moved, saved_form
from analytics.metrics.registry import METRICS
from analytics.models import Dashboard
from analytics.permissions import require
from tickets.errors import Invalid
from tickets.models import User


@transaction.atomic
def arrange_dashboard(*, by: User, metric: Any, move: Any = None, drawn: Any = None) -> list[Card]:
    """Move a metric up or down, show or hide it, or choose its chart; returns all cards. Raises Invalid."""
    require(by, "analytics.view")
    errors = {
        name: [f"Choose one of {', '.join(known)}."]
        for name, value, known in (("metric", metric, METRICS), ("move", move, Move), ("drawn", drawn, Drawn))
        if value is not None and value not in list(known)
    }
    if errors or metric is None:
        raise Invalid(errors or {"metric": ["Name the metric."]})
    row, _ = Dashboard.objects.select_for_update().get_or_create(person=by)
    cards = cards_of(row.cards)
    if move is not None:
        cards = moved(cards, metric, Move(move))
    if drawn is not None:
        cards = drawn_as(cards, metric, Drawn(drawn))
    row.cards = saved_form(cards)
    row.save(update_fields=["cards"])
    return cards


def reset_dashboard(*, by: User) -> list[Card]:
    """Forget the arrangement; returns the cards of a new dashboard."""
    require(by, "analytics.view")
    Dashboard.objects.filter(person=by).delete()
    return cards_of([])
