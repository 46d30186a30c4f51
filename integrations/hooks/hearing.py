"""Which addresses hear of which events, remembered for seconds: most desks have none, and new tickets need not ask."""

from collections.abc import Sequence

from django.core.cache import cache
from django.db import transaction

from integrations.models import Hook
from tickets.models import TicketEvent

KEY = "integrations:hooks"
SECONDS = 5


def hooks_hearing(events: Sequence[TicketEvent]) -> list[tuple[int, TicketEvent]]:
    """Return (hook, event) for each of the events that a hook which is switched on hears of."""
    known: list[tuple[int, list[str]]] | None = cache.get(KEY)
    if known is None:
        known = list(Hook.objects.filter(is_enabled=True).values_list("pk", "kinds"))
        cache.set(KEY, known, SECONDS)
    return [(pk, event) for event in events for pk, kinds in known if not kinds or event.kind in kinds]


def forget_hooks() -> None:
    """Have the question asked again, also once the present transaction is through."""
    cache.delete(KEY)
    transaction.on_commit(lambda: cache.delete(KEY))
