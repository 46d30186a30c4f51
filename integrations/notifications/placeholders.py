"""Placeholders of templates: those of macros, and what a notification knows besides. Values are put in once and never read again."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape

from integrations.choices import Language
from integrations.notifications.audience import Occasion
from integrations.notifications.words import DUE, label
from sla.choices import Metric
from tickets import placeholders
from tickets.choices import Level, Status
from tickets.models import Ticket, User

COMMENT = "comment.text"


@dataclass(frozen=True)
class Scene:
    """One person reading of one event."""

    person: User
    occasion: Occasion
    language: Language

    @property
    def ticket(self) -> Ticket:
        return self.occasion.ticket

    def told(self, name: str) -> str:
        """Return a fact of the event's own."""
        return str(self.occasion.event.data.get(name, ""))


def _due(scene: Scene) -> str:
    raw = scene.told("due_at")
    if not raw or raw == "None":
        return ""
    due, (ahead, past) = datetime.fromisoformat(raw), DUE[scene.language]
    local = due.astimezone(ZoneInfo(scene.person.time_zone))
    return f"{ahead if due > timezone.now() else past} {local:%d %b %Y, %H:%M %Z}"


def _metric(scene: Scene) -> str:
    raw = scene.told("metric")
    return label(Metric(raw), scene.language) if raw else ""


def _rating(scene: Scene) -> str:
    return str(scene.ticket.rating or "")


def _merged_into(scene: Scene) -> str:
    into = scene.occasion.event.data.get("into")
    return str(into["name"]) if into else ""


OWN: dict[str, Callable[[Scene], str]] = {
    "person.name": lambda scene: scene.person.display_name,
    "actor.name": lambda scene: scene.occasion.event.actor_name,
    COMMENT: lambda scene: scene.occasion.comment.body if scene.occasion.comment else "",
    "ticket.status": lambda scene: label(Status(scene.ticket.status), scene.language),
    "ticket.priority": lambda scene: label(Level(scene.ticket.priority), scene.language),
    "ticket.resolution": lambda scene: scene.ticket.resolution,
    "ticket.url": lambda scene: page_of(scene.ticket, scene.person),
    "sla.metric": _metric,
    "sla.due": _due,
    "sla.percent": lambda scene: scene.told("percent"),
    "sla.level": lambda scene: scene.told("level"),
    "rating": _rating,
    "rating.comment": lambda scene: scene.ticket.rating_comment,
    "merged.into": _merged_into,
}
NAMES = tuple(sorted({*OWN, *(name for name in placeholders.NAMES if not name.startswith("me."))}))


def unknown(template: str) -> list[str]:
    """Return the placeholders of a template that stand for nothing."""
    return sorted({name for name in placeholders.PLACEHOLDER.findall(template) if name not in NAMES})


def value(name: str, scene: Scene) -> str:
    return OWN[name](scene) if name in OWN else placeholders.VALUES[name](scene.ticket, scene.person)


def fill(template: str, scene: Scene) -> str:
    """Return the text with its placeholders filled in."""
    return placeholders.PLACEHOLDER.sub(lambda m: value(m[1], scene) if m[1] in NAMES else m[0], template).strip()


def fill_html(template: str, scene: Scene) -> str:
    """Return the same as HTML: what people wrote is escaped, but for a comment that stands alone, whose HTML was cleaned when it came."""
    comment, parts = scene.occasion.comment, []
    for paragraph in template.split("\n\n"):
        match = placeholders.PLACEHOLDER.fullmatch(paragraph.strip())
        if comment and match and match[1] == COMMENT:
            parts.append(comment.html)
        else:
            parts.append(paragraphs(fill(paragraph, scene)))
    return "\n".join(parts)


def paragraphs(text: str) -> str:
    """Return plain text as HTML."""
    parts = [part.strip() for part in text.split("\n\n")]
    return "\n".join(f"<p>{escape(part).replace(chr(10), '<br>')}</p>" for part in parts if part)


def page_of(ticket: Ticket, person: User) -> str:
    """Return the address of a ticket's page for this reader, without the host."""
    return reverse("ticket" if person.is_support_staff else "portal_ticket", args=[ticket.pk])
