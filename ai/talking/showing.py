"""Answers as they stand on a page."""

import nh3
from django.conf import settings
from django.utils.safestring import SafeString, mark_safe

from tickets.text import ATTRIBUTES, SCROLLING, TAGS, render


def shown(markdown: str) -> SafeString:
    """Return an answer as safe HTML whose links lead to this desk only: ticket text may have told the model what to link to."""
    clean = nh3.clean(
        render(markdown),
        tags=TAGS,
        attributes=ATTRIBUTES,
        attribute_filter=_own_only,
        set_tag_attribute_values=SCROLLING,
    )
    return mark_safe(clean)  # noqa: S308 - cleaned twice


def _own_only(tag: str, name: str, value: str) -> str | None:
    own = value.startswith(f"{settings.SITE_URL}/") or (value.startswith("/") and not value.startswith(("//", "/\\")))
    return value if (tag, name) != ("a", "href") or own else None
