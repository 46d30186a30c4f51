"""What templates say often: icons, times, people and states. Plain functions, because a queue calls them hundreds of times."""

from collections.abc import Collection, Iterable
from datetime import datetime
from functools import cache, lru_cache
from typing import Any

import heroicons
from django import template
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from tickets.choices import Level, Status
from tickets.finding.views import View, views_for
from tickets.models import User
from tickets.pages.frame import NavItem, navigation
from tickets.pages.words import TINTS, due_words, initials, minutes_words, relative

register = template.Library()
TAGS_SHOWN = 3  # beside a title
SELECTED, CHECKED = mark_safe(" selected"), mark_safe(" checked")


@register.simple_tag
@cache
def icon(name: str, size: int = 16, style: str = "") -> SafeString:
    """Return an icon as inline SVG: the 16 px drawing up to 16 px, the 20 px one up to 20, the outline above."""
    style = style or ("micro" if size <= 16 else "mini" if size <= 20 else "outline")
    return mark_safe(heroicons._render_icon(style, str(name), size, {"aria-hidden": "true", "class": "icon"}))  # noqa: S308


@register.simple_tag
def options(pairs: Iterable[tuple[Any, str]], chosen: str = "", me: str = "") -> SafeString:
    """Return the options of a select; `me` is the value that is the reader."""
    return format_html_join(
        "",
        '<option value="{}"{}>{}{}</option>',
        (
            (value, SELECTED if str(value) == chosen else "", label, " (me)" if me and str(value) == me else "")
            for value, label in pairs
        ),
    )


@register.simple_tag
def checks(name: str, pairs: Iterable[tuple[str, str]], chosen: Collection[str]) -> SafeString:
    """Return the boxes of a filter's menu, those in `chosen` ticked."""
    return format_html_join(
        "",
        '<label class="menu-item check"><input type="checkbox" id="f-{0}-{1}" name="{0}" value="{1}"{2}>'
        "<bdi>{3}</bdi></label>",
        ((name, value, CHECKED if value in chosen else "", label) for value, label in pairs),
    )


@register.simple_tag
@lru_cache(maxsize=2_000)
def tags(names: tuple[str, ...]) -> SafeString:
    """Return the first tags of a ticket; the others are counted, and all are named on hover."""
    if not names:
        return SafeString("")
    shown = format_html_join("", '<span class="tag">{}</span>', ((name,) for name in names[:TAGS_SHOWN]))
    more = format_html('<span class="tag">+{}</span>', len(names) - TAGS_SHOWN) if len(names) > TAGS_SHOWN else ""
    return format_html('<span class="tags" title="{}">{}{}</span>', ", ".join(names), shown, more)


def exact(local: datetime) -> str:
    """Return a moment as people write it, in the zone it is given in."""
    return f"{local:%a {local.day} %b %Y, %H:%M %Z}"


@register.simple_tag
def when(moment: datetime | None, empty: str = "—") -> SafeString | str:
    """Return a moment as "5 min ago", the exact one on hover in the reader's zone."""
    if moment is None:
        return empty
    stamp, told = moment.isoformat(timespec="seconds"), exact(timezone.localtime(moment))
    words = relative(moment, timezone.now())
    return SafeString(f'<time datetime="{stamp}" title="{told}" data-relative>{words}</time>')


@register.simple_tag
def due(moment: datetime | None, done: bool = False, risk: str = Level.LOW) -> SafeString:
    """Return a deadline as a countdown, marked late or at risk in colour, shape and word; a plain date once the work is done."""
    if moment is None:
        return SafeString('<span class="faint">—</span>')
    local = timezone.localtime(moment)
    words, state = (f"{local.day} {local:%b}", "done") if done else due_words(moment, timezone.now())
    stamp, counts, at_risk = moment.isoformat(timespec="seconds"), "" if done else " data-countdown", ""
    if risk != Level.LOW and not done:
        state, counts = "soon" if state == "ahead" else state, ' data-countdown data-soon="Infinity"'
        at_risk = f", risk {risk}"
    return SafeString(
        f'<time class="due" data-due="{state}" datetime="{stamp}" title="Due {exact(local)}{at_risk}"{counts}>{words}</time>'
    )


@register.simple_tag
def avatar(person: User | str | None, size: str = "") -> SafeString:
    """Return initials on a tint that stays with the name. Decoration: the name itself stands beside it."""
    return _avatar(person.display_name if isinstance(person, User) else person or "", size)


@lru_cache(maxsize=2_000)
def _avatar(name: str, size: str) -> SafeString:
    tint = sum(ord(letter) for letter in name) % TINTS
    return format_html(
        '<span class="avatar {}" data-tint="{}" aria-hidden="true">{}</span>',
        size,
        tint if name else "none",
        initials(name),
    )


@register.simple_tag
@cache
def status(value: str) -> SafeString:
    return format_html('<span class="status" data-status="{}">{}</span>', value, Status(value).label)


@register.simple_tag
@cache
def level(value: str, name: str = "") -> SafeString:
    """Return priority, urgency, impact or risk as bars and a word."""
    return format_html(
        '<span class="level" data-level="{}"{}>{}</span>',
        value,
        format_html(' title="{}"', name) if name else "",
        Level(value).label,
    )


@register.simple_tag(takes_context=True)
def nav(context: template.Context) -> list[NavItem]:
    """Return the entries of the frame for the signed-in user, the present one marked."""
    request = context["request"]
    return navigation(request.user, request.path)


@register.simple_tag(takes_context=True)
def views(context: template.Context) -> list[View]:
    """Return the standard and saved views of the queue that the signed-in user may use; a page that has them hands them over."""
    known: list[View] | None = context.get("known_views")
    return views_for(context["request"].user) if known is None else known


@register.filter
def spent(minutes: Any) -> str:
    """Return minutes as "1 h 20 min"."""
    return minutes_words(int(minutes or 0))


@register.filter
def get(mapping: Any, key: Any) -> Any:
    """Return `mapping[key]`, or nothing where it has no such key."""
    return mapping.get(key) if hasattr(mapping, "get") else None


@register.filter
def undo_of(extra_tags: str) -> str:
    """Return what a message offers to undo, from its tags "undo:<what>"."""
    return extra_tags.removeprefix("undo:") if extra_tags.startswith("undo:") else ""
