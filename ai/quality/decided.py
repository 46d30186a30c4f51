"""Suggestions that people decided on, for whoever counts them."""

from django.db.models import BigIntegerField, Case, Q, QuerySet, Value, When

from ai.choices import AdviceState
from ai.models import FieldSuggestion
from analytics.metrics.periods import Period

DECIDED = (AdviceState.ACCEPTED, AdviceState.CORRECTED, AdviceState.DISMISSED)


def decided(on_tickets: Q, period: Period) -> QuerySet[FieldSuggestion]:
    """Return those of a period with `was_accepted`, 1 where the suggestion was taken as it was."""
    accepted = Case(When(state=AdviceState.ACCEPTED, then=Value(1)), default=Value(0), output_field=BigIntegerField())
    rows = FieldSuggestion.objects.filter(
        on_tickets, state__in=DECIDED, decided_at__gte=period.start, decided_at__lt=period.end, decided_by__isnull=False
    )
    return rows.annotate(was_accepted=accepted)
