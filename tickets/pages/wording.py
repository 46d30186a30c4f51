"""What an event of the log says in the timeline: a sentence without its subject, as safe HTML."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.html import format_html
from django.utils.safestring import SafeString

from tickets.choices import EventKind, Level, LinkKind, Status
from tickets.models import TicketEvent
from tickets.pages.words import minutes_words

LABELS: Mapping[str, Mapping[Any, Any]] = {
    "status": dict(Status.choices),
    **{field: dict(Level.choices) for field in ("priority", "urgency", "impact", "risk")},
}
NAMES = {"due_at": "due date"}


def sentences(event: TicketEvent) -> list[SafeString]:
    """Return what happened, one entry for each thing; empty where the timeline shows it in another way."""
    return WORDS.get(event.kind, _changes)(event)


def shown(field: str, value: Any) -> str:
    """Return a value of the log as people read it."""
    if value in (None, "", []):
        return ""
    if isinstance(value, Mapping):
        return str(value.get("name", ""))
    if isinstance(value, list):
        return ", ".join(str(item) for item in value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if field.endswith("_at"):
        moment = value if isinstance(value, datetime) else parse_datetime(str(value))
        local = timezone.localtime(moment) if moment else None
        return f"{local.day} {local:%b %Y, %H:%M}" if local else str(value)
    return str(LABELS.get(field, {}).get(value, value))


def field_name(field: str) -> str:
    return NAMES.get(field, field.removeprefix("custom_fields.").replace("_", " "))


def _changes(event: TicketEvent) -> list[SafeString]:
    if event.data.get("undoes"):
        return [format_html("took back: {}", _change(field, *pair)) for field, pair in event.changes.items()]
    return [_change(field, *pair) for field, pair in event.changes.items() if field != "resolution" or pair[1]]


def _change(field: str, old: Any, new: Any) -> SafeString:
    if field == "tags":
        return _tags(set(old or []), set(new or []))
    before, after, name = shown(field, old), shown(field, new), field_name(field)
    if field == "resolution":
        return format_html("gave the resolution: <q>{}</q>", after)
    if not before and not after:
        return format_html("edited the {}", name)
    if field == "assignee":
        return (
            format_html("assigned it to <b><bdi>{}</bdi></b>", after)
            if after
            else format_html("took <bdi>{}</bdi> off it", before)
        )
    if not before:
        return format_html("set {} to <b><bdi>{}</bdi></b>", name, after)
    if not after:
        return format_html("cleared {} (was <bdi>{}</bdi>)", name, before)
    return format_html("changed {} from <bdi>{}</bdi> to <b><bdi>{}</bdi></b>", name, before, after)


def _tags(old: set[str], new: set[str]) -> SafeString:
    parts = [(word, sorted(tags)) for word, tags in (("added", new - old), ("removed", old - new)) if tags]
    return format_html(
        "{}", " and ".join(f"{word} the tag{'s' if len(tags) > 1 else ''} {', '.join(tags)}" for word, tags in parts)
    )


def _created(event: TicketEvent) -> list[SafeString]:
    return [SafeString("opened the ticket")]


def _commented(event: TicketEvent) -> list[SafeString]:
    return _changes(event)  # the comment itself is shown as a message; what it did to the ticket is told


def _edited(event: TicketEvent) -> list[SafeString]:
    return [format_html('edited <a href="#c-{}">a message</a>', event.data.get("comment_id", ""))]


def _redacted(event: TicketEvent) -> list[SafeString]:
    return [format_html('redacted <a href="#c-{}">a message</a>', event.data.get("comment_id", ""))]


def _moved(event: TicketEvent) -> list[SafeString]:
    here = "from" in event.data
    other = event.data["from" if here else "to"]
    link = format_html('<a href="{}">{}</a>', reverse("ticket", args=[other["id"]]), f"T-{other['id']}")
    return [format_html("moved a message {} {}", "here from" if here else "to", link), *_changes(event)]


def _time(event: TicketEvent) -> list[SafeString]:
    return [format_html("logged <b>{}</b>", minutes_words(event.data.get("minutes", 0)))]


def _file(verb: str) -> Callable[[TicketEvent], list[SafeString]]:
    def words(event: TicketEvent) -> list[SafeString]:
        if event.data.get("comment_id"):
            return []  # shown with its message
        return [format_html("{} the file <b><bdi>{}</bdi></b>", verb, event.data.get("filename", ""))]

    return words


def _watchers(event: TicketEvent) -> list[SafeString]:
    said = []
    for key, one, other in (
        ("added", "began to watch", "added {} as a watcher"),
        ("removed", "stopped watching", "took {} off the watchers"),
    ):
        for person in event.data.get(key, []):
            name = format_html("<b><bdi>{}</bdi></b>", person["name"])
            said.append(SafeString(one) if person["id"] == event.actor_id else format_html(other, name))
    return said


def ticket_link(record: Mapping[str, Any]) -> SafeString:
    """Return a link to a ticket as the log names it: {"id", "name"}."""
    return format_html('<a href="{}"><bdi>{}</bdi></a>', reverse("ticket", args=[record["id"]]), record["name"])


def _linked(event: TicketEvent) -> list[SafeString]:
    source, target, kind = event.data["source"], event.data["target"], event.data["kind"]
    verb = "linked" if event.kind == EventKind.TICKETS_LINKED else "unlinked"
    outward = source["id"] == event.ticket_id
    words = {
        LinkKind.PARENT: "as child" if outward else "as parent",
        LinkKind.RELATED: "as related",
        LinkKind.DUPLICATE: "as the original" if outward else "as a duplicate",
    }
    return [format_html("{} {} {}", verb, ticket_link(target if outward else source), words[kind])]


def _merged(event: TicketEvent) -> list[SafeString]:
    if "into" in event.data:
        return [format_html("merged this ticket into {}", ticket_link(event.data["into"]))]
    return [format_html("merged {} into this ticket", ticket_link(event.data["from"]))]


def _unmerged(event: TicketEvent) -> list[SafeString]:
    if "from" in event.data:
        return [format_html("took the merge of {} back", ticket_link(event.data["from"]))]
    return [SafeString("took the merge back")]


def _rated(event: TicketEvent) -> list[SafeString]:
    return [format_html("rated the answer <b>{} of 5</b>", event.changes.get("rating", [None, "?"])[1])]


def _promise(event: TicketEvent) -> str:
    """Name a promise: "first response", or "resolution (internal)"."""
    internal = " (internal)" if event.data.get("kind") == "internal" else ""
    return str(event.data["metric"]).replace("_", " ") + internal


def _warned(event: TicketEvent) -> list[SafeString]:
    due = shown("due_at", event.data["due_at"])
    return [
        format_html(
            "warns that {} % of the time for the <b>{}</b> is used up, due {}",
            event.data["percent"],
            _promise(event),
            due,
        )
    ]


def _breached(event: TicketEvent) -> list[SafeString]:
    said = [
        format_html(
            "says that the <b>{}</b> is overdue since {}", _promise(event), shown("due_at", event.data["due_at"])
        )
    ]
    late = int(event.data.get("late_by", 0))
    return [*said, format_html("noticed {} later", minutes_words(max(late // 60, 1)))] if late else said


def _acknowledged(event: TicketEvent) -> list[SafeString]:
    return [format_html("has seen that the <b>{}</b> is overdue", _promise(event))]


def _escalated(event: TicketEvent) -> list[SafeString]:
    said = [
        format_html(
            "raised the <b>{}</b> to level {} (<bdi>{}</bdi>)", _promise(event), event.data["level"], event.data["rule"]
        )
    ]
    if event.data["told"]:
        said.append(format_html("told <bdi>{}</bdi>", ", ".join(person["name"] for person in event.data["told"])))
    if event.data["channel"]:
        said.append(format_html("for the channel <bdi>{}</bdi>", event.data["channel"]))
    if event.data["trouble"]:
        said.append(format_html("could not change the ticket: <bdi>{}</bdi>", event.data["trouble"]))
    return said


def _waived(verb: str) -> Callable[[TicketEvent], list[SafeString]]:
    return lambda event: [
        format_html("{} the late <b>{}</b>: <bdi>{}</bdi>", verb, _promise(event), event.data["reason"])
    ]


def _elsewhere(event: TicketEvent) -> list[SafeString]:
    where = format_html("<b><bdi>{}</bdi></b>", f"{event.data['connection']} {event.data['key']}")
    if event.data.get("url", "").startswith(("https://", "http://")):
        where = format_html('<a href="{}" rel="noopener">{}</a>', event.data["url"], where)
    said = "linked it with {}"
    if event.data.get("gone"):
        said = "says that {} is gone; the link was taken away"
    elif event.data.get("parted"):
        said = "parted it from {}"
    return [format_html(said, where)]


def _differed(event: TicketEvent) -> list[SafeString]:
    data = event.data
    field = field_name(data["field"])
    ours, theirs = shown(data["field"], data["ours"]), shown(data["field"], data["theirs"])
    kept, lost = (theirs, ours) if data["kept"] == "theirs" else (ours, theirs)
    return [
        format_html(
            "found two values for {} here and in <bdi>{}</bdi>: kept <b><bdi>{}</bdi></b>, not <bdi>{}</bdi>",
            field,
            f"{data['connection']} {data['key']}",
            kept or "nothing",
            lost or "nothing",
        )
    ]


WORDS: dict[str, Callable[[TicketEvent], list[SafeString]]] = {
    EventKind.TICKET_CREATED: _created,
    EventKind.TICKET_CHANGED: _changes,
    EventKind.COMMENT_ADDED: _commented,
    EventKind.COMMENT_EDITED: _edited,
    EventKind.COMMENT_REDACTED: _redacted,
    EventKind.COMMENT_MOVED: _moved,
    EventKind.TIME_LOGGED: _time,
    EventKind.ATTACHMENT_ADDED: _file("attached"),
    EventKind.ATTACHMENT_REMOVED: _file("removed"),
    EventKind.WATCHERS_CHANGED: _watchers,
    EventKind.TICKETS_LINKED: _linked,
    EventKind.TICKETS_UNLINKED: _linked,
    EventKind.TICKET_MERGED: _merged,
    EventKind.TICKET_UNMERGED: _unmerged,
    EventKind.TICKET_ARCHIVED: lambda _: [SafeString("archived the ticket")],
    EventKind.TICKET_RESTORED: lambda _: [SafeString("restored the ticket")],
    EventKind.TICKET_RATED: _rated,
    EventKind.SLA_WARNING: _warned,
    EventKind.SLA_BREACHED: _breached,
    EventKind.SLA_ACKNOWLEDGED: _acknowledged,
    EventKind.SLA_ESCALATED: _escalated,
    EventKind.SLA_WAIVED: _waived("forgave"),
    EventKind.SLA_UNWAIVED: _waived("no longer forgives"),
    EventKind.EXTERNALLY_LINKED: _elsewhere,
    EventKind.EXTERNALLY_DIFFERED: _differed,
}
