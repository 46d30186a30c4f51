"""What templates of other rooms show of other systems: `templates/integrations/` is included by theirs."""

from dataclasses import dataclass, field

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from integrations.choices import MailDirection, Verb
from integrations.connected import any_connected
from integrations.models import Connection, Delivery, Disagreement, ExternalLink, MailMessage, Mute
from integrations.registry import keeps_records
from integrations.standing import Standing
from tickets.choices import WorkState
from tickets.models import Ticket, User
from tickets.pages.wording import field_name, shown
from tickets.templatetags.desk import when

register = template.Library()


@dataclass
class Elsewhere:
    """Where a ticket is known, where it could be handed on to, and where that is under way or did not go well."""

    links: list[ExternalLink] = field(default_factory=list)
    others: list[Connection] = field(default_factory=list)
    waiting: list[Delivery] = field(default_factory=list)
    questions: list[Disagreement] = field(default_factory=list)


@register.simple_tag
def elsewhere(ticket: Ticket, reader: User) -> Elsewhere:
    """Return what the reader may see of it; nothing is asked for where no system is connected."""
    if not any_connected():
        return Elsewhere()
    connections = list(Connection.objects.visible_to(reader))
    links = list(ExternalLink.objects.visible_to(reader).filter(ticket=ticket).select_related("connection"))
    unsettled = Disagreement.objects.filter(link__in=links, settled_at=None).select_related("link__connection")
    creates = Delivery.objects.filter(ticket=ticket, verb=Verb.CREATE).exclude(state=WorkState.DONE)
    linked = {link.connection_id for link in links}
    newest = {row.connection_id: row for row in creates.select_related("connection").order_by("pk")}
    waiting = [row for pk, row in newest.items() if pk not in linked]
    asked = {row.connection_id for row in waiting if row.state != WorkState.QUARANTINED}
    able = [row for row in connections if row.is_enabled and keeps_records(row.provider)]
    others = [row for row in able if row.pk not in linked | asked]
    return Elsewhere(links, others, waiting, list(unsettled) if links else [])


@register.simple_tag
def is_muted(ticket: Ticket, reader: User) -> bool:
    """Return whether the reader wants to hear nothing of a ticket."""
    return Mute.objects.filter(ticket=ticket, person=reader).exists()


@register.simple_tag
def standing_state(standing: Standing) -> SafeString:
    """Return how a connection or webhook is, in a word, and since when it fails."""
    tone, word = standing.state
    badge = format_html('<span class="badge" data-tone="{}">{}</span>', tone, word)
    since = standing.row.failing_since
    return format_html("{} since {}", badge, when(since)) if since and standing.row.is_enabled else badge


@register.filter
def value_of(question: Disagreement, side: str) -> str:
    """Return our value, or theirs, as people read it."""
    return shown(question.field, getattr(question, side)) or "nothing"


@register.filter
def named(question: Disagreement) -> str:
    """Return the field's name."""
    return field_name(question.field)


@register.simple_tag
def folded_mails(ticket: Ticket) -> dict[int | None, str]:
    """Return what the mails of a ticket repeat of earlier ones, by the comment's id; None for the letter that opened it."""
    if not any_connected():
        return {}
    rows = MailMessage.objects.filter(ticket=ticket, direction=MailDirection.IN).exclude(folded="")
    return dict(rows.values_list("comment", "folded"))


@register.filter
def of_comment(folded: dict[int | None, str] | str, comment: int | None) -> str:
    """Return what the mail of a comment repeats; nothing where no mail was looked at."""
    return folded.get(comment, "") if isinstance(folded, dict) else ""
