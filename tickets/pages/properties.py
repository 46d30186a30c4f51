"""The properties of a ticket beside its conversation: what each shows, what it may become, and what a form sent."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.http import QueryDict
from django.utils import timezone
from django.utils.html import format_html

from tickets.choices import CustomFieldKind, Level, Status
from tickets.finding.names import Names
from tickets.lifecycle import NEXT
from tickets.models import CustomField, Ticket
from tickets.pages.choices import Choices, Option
from tickets.pages.told import LEVELS
from tickets.pages.wording import shown

NOTHING: Option = ("", "—")
AT_HAND = ("status", "priority", "tags")


@dataclass
class Property:
    """One editable field. `value` is what a form holds, `text` what people read; `conflict` has both sides as people read them.

    The few of `AT_HAND` and those with a problem stand as a form; the others are read, and become one when opened.
    """

    name: str
    label: str
    kind: str = "select"
    value: str = ""
    text: str = ""
    options: list[Option] = field(default_factory=list)
    help: str = ""
    errors: list[str] = field(default_factory=list)
    conflict: dict[str, str] = field(default_factory=dict)
    person: str = ""
    chosen: list[str] = field(default_factory=list)

    @property
    def id(self) -> str:
        return "p-" + self.name.replace(".", "-")

    @property
    def is_open(self) -> bool:
        return self.name in AT_HAND or bool(self.errors or self.conflict)

    @property
    def aria(self) -> str:
        """The attributes that tie a refusal to its field."""
        return format_html(' aria-invalid="true" aria-describedby="{}-error"', self.id) if self.errors else ""


@dataclass
class Group:
    label: str
    items: list[Property]


def _reference(ticket: Ticket, names: Names, name: str, offered: Sequence[Option]) -> Property:
    """A select over records; the present one is offered even where it left the list (a deactivated colleague)."""
    pk = getattr(ticket, f"{name}_id")
    now = (str(pk), names.of(f"{name}_id", pk)) if pk else NOTHING
    options = [NOTHING, *offered] if not pk or now in offered else [NOTHING, now, *offered]
    return Property(name, name.capitalize(), value=now[0], text=now[1] if pk else "", options=options)


def _level(ticket: Ticket, name: str) -> Property:
    value = getattr(ticket, name)
    return Property(name, name.capitalize(), "level", value, Level(value).label, list(LEVELS))


def groups_of(
    ticket: Ticket, names: Names, custom: Iterable[CustomField], offered: Choices | None = None
) -> list[Group]:
    """Return the editable properties of a ticket in their groups; to be opened they need what is `offered`."""
    fields = [custom_property(field, ticket.custom_fields.get(field.key)) for field in custom]
    return [
        Group("", _work(ticket, names, offered)),
        Group("People", _people(ticket, names, opened=offered is not None)),
        Group("Classification", _classification(ticket, names, offered)),
        Group("More fields", fields),
    ]


def _work(ticket: Ticket, names: Names, offered: Choices | None) -> list[Property]:
    ways = [ticket.status, *NEXT[ticket.status]]
    statuses = [choice for choice in Status.choices if choice[0] in ways]
    assignee = _reference(ticket, names, "assignee", offered.staff if offered else ())
    assignee.person = assignee.text
    due = f"{timezone.localtime(ticket.due_at):%Y-%m-%dT%H:%M}" if ticket.due_at else ""
    return [
        Property("status", "Status", "status", ticket.status, ticket.get_status_display(), statuses),
        _level(ticket, "priority"),
        assignee,
        _reference(ticket, names, "team", offered.teams if offered else ()),
        Property("due_at", "Due", "datetime-local", due, shown("due_at", ticket.due_at)),
    ]


def _people(ticket: Ticket, names: Names, *, opened: bool) -> list[Property]:
    requester = names.of("requester_id", ticket.requester_id)
    address = ticket.requester.email if opened else ""
    organization = names.of("organization_id", ticket.organization_id) if ticket.organization_id else ""
    return [
        Property("requester", "Requester", "email", address, requester, person=requester),
        Property("organization", "Organization", "organization", organization, organization),
    ]


def _classification(ticket: Ticket, names: Names, offered: Choices | None) -> list[Property]:
    tags = names.tags.get(ticket.pk, [])
    return [
        _reference(ticket, names, "category", offered.categories if offered else ()),
        Property("tags", "Tags", "tags", " ".join(tags), ", ".join(tags), chosen=tags),
        _level(ticket, "urgency"),
        _level(ticket, "impact"),
    ]


KINDS = {
    CustomFieldKind.TEXT: "text",
    CustomFieldKind.NUMBER: "number",
    CustomFieldKind.DATE: "date",
    CustomFieldKind.CHOICE: "select",
    CustomFieldKind.CHECKBOX: "select",
}
YES_NO: list[Option] = [("false", "No"), ("true", "Yes")]


def custom_property(custom: CustomField, value: Any) -> Property:
    """Return the property of a custom field with a value as it is stored."""
    name, kind = f"custom_fields.{custom.key}", KINDS[CustomFieldKind(custom.kind)]
    if custom.kind == CustomFieldKind.CHECKBOX:
        held, text = ("true", "Yes") if value else ("false", "No")
        return Property(name, custom.label, kind, held, text, YES_NO, custom.help_text)
    held = "" if value is None else str(value)
    offered = [NOTHING, *((option, option) for option in custom.options)] if custom.options else []
    return Property(name, custom.label, kind, held, held, offered, custom.help_text)


def sent(post: QueryDict, *, only: Iterable[str] = ()) -> dict[str, Any]:
    """Return the fields of a form as actions take them: custom fields gathered, times read in the reader's zone."""
    wanted = set(only)
    changes: dict[str, Any] = {}
    custom: dict[str, Any] = {}
    for name in post:
        if name.startswith("custom_fields."):
            custom[name.partition(".")[2]] = post[name]
        elif name == "tags" and name in wanted:
            changes[name] = " ".join(str(tag) for tag in post.getlist(name))  # ticked ones, and words to add
        elif name in wanted:
            changes[name] = in_zone(str(post[name])) if name == "due_at" else post[name]
    return changes | ({"custom_fields": custom} if custom else {})


def in_zone(text: str) -> str:
    """Return a local time without offset with the reader's; anything else as it is, for the action to judge."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return text
    return (moment if moment.tzinfo else timezone.make_aware(moment)).isoformat()


def mark(
    groups: list[Group],
    errors: Mapping[str, list[str]],
    conflicts: Mapping[str, Mapping[str, Any]],
    typed: Mapping[str, Any],
) -> None:
    """Note on the properties what was wrong with what was sent; `typed` has the raw values by name."""
    for item in (item for group in groups for item in group.items):
        item.errors = list(errors.get(item.name, []))
        both = conflicts.get(item.name)
        if both:
            item.conflict = {
                "yours": shown(item.name, both["yours"]) or "nothing",
                "theirs": shown(item.name, both["theirs"]) or "nothing",
                "value": str(typed.get(item.name, "")),
            }
