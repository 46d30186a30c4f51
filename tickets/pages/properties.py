"""The properties of a ticket beside its conversation: what each shows, what it may become, and what a form sent."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.http import QueryDict
from django.utils import timezone

from tickets.choices import CustomFieldKind, Level, Status
from tickets.lifecycle import NEXT
from tickets.models import CustomField, Ticket, User
from tickets.pages.choices import Choices, Option
from tickets.pages.told import LEVELS
from tickets.pages.wording import shown

NOTHING: Option = ("", "—")


@dataclass
class Property:
    """One editable field. `value` is what a form holds, `text` what people read; `conflict` has both sides as people read them."""

    name: str
    label: str
    kind: str = "select"
    value: str = ""
    text: str = ""
    options: list[Option] = field(default_factory=list)
    help: str = ""
    errors: list[str] = field(default_factory=list)
    conflict: dict[str, str] = field(default_factory=dict)
    person: User | None = None

    @property
    def id(self) -> str:
        return "p-" + self.name.replace(".", "-")


@dataclass
class Group:
    label: str
    items: list[Property]


def _reference(name: str, label: str, row: Any, offered: list[Option]) -> Property:
    """A select over records; the present one is offered even where it left the list (a deactivated colleague)."""
    value, text = (str(row.pk), str(row)) if row else NOTHING
    options = offered if not row or (value, text) in offered else [(value, text), *offered]
    return Property(name, label, value=value, text=text if row else "", options=[NOTHING, *options])


def _level(ticket: Ticket, name: str) -> Property:
    value = getattr(ticket, name)
    return Property(name, name.capitalize(), "level", value, Level(value).label, list(LEVELS))


def groups_of(ticket: Ticket, choices: Choices) -> list[Group]:
    """Return the editable properties of a ticket in their groups."""
    ways = [ticket.status, *NEXT[ticket.status]]
    status = Property(
        "status",
        "Status",
        "status",
        ticket.status,
        ticket.get_status_display(),
        [c for c in Status.choices if c[0] in ways],
    )
    assignee = _reference("assignee", "Assignee", ticket.assignee, choices.staff)
    assignee.person = ticket.assignee
    due = timezone.localtime(ticket.due_at) if ticket.due_at else None
    requester = Property(
        "requester",
        "Requester",
        "email",
        ticket.requester.email,
        ticket.requester.display_name,
        person=ticket.requester,
    )
    organization = ticket.organization.name if ticket.organization else ""
    tags = " ".join(sorted(tag.name for tag in ticket.tags.all()))
    return [
        Group(
            "",
            [
                status,
                _level(ticket, "priority"),
                assignee,
                _reference("team", "Team", ticket.team, choices.teams),
                Property(
                    "due_at",
                    "Due",
                    "datetime-local",
                    f"{due:%Y-%m-%dT%H:%M}" if due else "",
                    shown("due_at", ticket.due_at),
                ),
            ],
        ),
        Group(
            "People", [requester, Property("organization", "Organization", "organization", organization, organization)]
        ),
        Group(
            "Classification",
            [
                _reference("category", "Category", ticket.category, choices.categories),
                Property("tags", "Tags", "tags", tags, tags),
                _level(ticket, "urgency"),
                _level(ticket, "impact"),
            ],
        ),
        Group("More fields", [custom_property(f, ticket.custom_fields.get(f.key)) for f in choices.custom]),
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
    if custom.kind == CustomFieldKind.CHECKBOX:
        offered, text = YES_NO, "true" if value else "false"
    else:
        offered, text = [NOTHING, *((option, option) for option in custom.options)], "" if value is None else str(value)
    name = f"custom_fields.{custom.key}"
    return Property(name, custom.label, KINDS[CustomFieldKind(custom.kind)], text, text, offered, custom.help_text)


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
