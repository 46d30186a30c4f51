"""What templates of other rooms show of promises: `templates/sla/` is included by theirs."""

from typing import NamedTuple

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from sla.choices import OPEN_STATES, Metric, PolicyKind
from sla.explain import clocks_to_show
from sla.facts import FULL
from sla.models import Breach
from sla.permissions import can
from sla.risks import risk_foreseen
from sla.standing import Standing, label_of, standing
from tickets.models import Ticket, User
from tickets.templatetags.desk import exact

register = template.Library()
COUNTED = ("ahead", "soon", "late")


class Promise(NamedTuple):
    label: str
    standing: Standing
    is_breached: bool


@register.filter
def foreseen_level(percent: int) -> str:
    """Return the risk that a forecast gives a promise."""
    return risk_foreseen(percent).value


@register.simple_tag
def promises(ticket: Ticket, reader: User) -> list[Promise]:
    """Return the promises on a ticket that the reader may see: open ones, the next due first, then what became of the others."""
    now = timezone.now()
    found = clocks_to_show(ticket, reader)
    return [
        Promise(label_of(clock.kind, clock.metric), standing(clock, ticket.status, now), clock.announced >= FULL)
        for clock in found
    ]


@register.simple_tag
def breaches(ticket: Ticket, reader: User, shown: list[Promise]) -> list[Breach]:
    """Return the breaches of a ticket, with who has seen or forgiven them; asks for them where a promise says that there are."""
    if not any(promise.is_breached for promise in shown):
        return []
    return list(Breach.objects.visible_to(reader).filter(ticket=ticket).with_names())


@register.simple_tag
def may_waive(reader: User) -> bool:
    """Return whether the reader may forgive breaches, and take that back."""
    return can(reader, "sla.waive")


@register.simple_tag
def promised(ticket: Ticket, reader: User) -> list[str]:
    """Return the open promises to the customer as sentences for the one who waits; what rests is not mentioned."""
    now = timezone.now()
    said = []
    for clock in clocks_to_show(ticket, reader):
        if clock.kind == PolicyKind.CUSTOMER and clock.state in OPEN_STATES and clock.due_at:
            does = "solve it" if clock.metric == Metric.RESOLUTION else "answer"
            aim = f"aim to {does}" if clock.metric == Metric.RESOLUTION else does
            by = exact(timezone.localtime(clock.due_at))
            said.append(f"We {aim} by {by}." if clock.due_at > now else f"We meant to {does} by {by}, and are late.")
    return said


@register.simple_tag
def stands(how: Standing) -> SafeString:
    """Return how a promise stands: a countdown where time runs, words otherwise, each with its own shape."""
    if how.at is None:
        return format_html('<span class="due" data-due="{}">{}</span>', how.state, how.words)
    counts = how.state in COUNTED
    return format_html(
        '<time class="due" data-due="{}" datetime="{}" title="{} {}"{}>{}</time>',
        how.state,
        how.at.isoformat(timespec="seconds"),
        "Due" if counts else "Ended",
        exact(timezone.localtime(how.at)),
        format_html(' data-countdown="promise" data-soon="{}"', how.soon) if counts else "",
        how.words,
    )
