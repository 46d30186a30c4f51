"""What triage advises, for templates of tickets."""

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from ai.advising import FACTS, is_agreed
from ai.choices import AdviceState, TriageField
from ai.models import FieldSuggestion
from ai.permissions import can
from tickets.models import Ticket, User

register = template.Library()


@register.simple_tag
def advice(ticket: Ticket, reader: User) -> list[FieldSuggestion]:
    """Return what is suggested for a visible ticket and not decided yet, and what was set by itself; nothing for requesters."""
    if not can(reader, "ai.advise"):
        return []
    shown = (AdviceState.OPEN, AdviceState.APPLIED)
    found = FieldSuggestion.objects.filter(ticket=ticket, state__in=shown)
    return list(found.exclude(field=TriageField.ASSIGNEE, state=AdviceState.OPEN) if ticket.assignee_id else found)


@register.filter
def in_words(value: object) -> str:
    """Return a suggested value as people read it."""
    return FieldSuggestion(value=value).text


@register.filter
def agreed(suggestion: FieldSuggestion) -> bool:
    return is_agreed(suggestion)


@register.filter
def percent(share: float) -> str:
    return f"{round(100 * share)} %"


@register.filter
def reasons(words: list[str]) -> SafeString:
    """Return what spoke for a suggestion: words of the ticket in quotes, what else is known of it as it is."""
    shown = ((format_html("{}" if word in FACTS.values() else "<q><bdi>{}</bdi></q>", word),) for word in words)
    return format_html_join(", ", "{}", shown)
