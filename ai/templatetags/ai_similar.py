"""Words for advice in templates."""

from django import template

register = template.Library()


@register.filter
def percent(share: float) -> str:
    """Return a share of 1 in whole percent."""
    return f"{round(share * 100)} %"
