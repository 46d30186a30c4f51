"""The timeline of a ticket: its events in order, those that carry a message shown as the message."""

from collections import defaultdict
from dataclasses import dataclass, field

from django.utils.safestring import SafeString

from tickets.choices import Channel, EventKind
from tickets.models import Attachment, Comment, Ticket, TicketEvent, User
from tickets.pages.wording import sentences
from tickets.permissions import can

LATEST = 40  # events shown at first; the rest is one click away
OWN_DOORS = (Channel.WEB, Channel.PORTAL)
ABOUT_COMMENT = (EventKind.COMMENT_EDITED, EventKind.COMMENT_REDACTED)


@dataclass
class Entry:
    """One line or message. `origin` is the merged ticket it comes from, None for the ticket itself."""

    event: TicketEvent
    said: list[SafeString]
    comment: Comment | None = None
    files: list[Attachment] = field(default_factory=list)
    origin: Ticket | None = None
    may_edit: bool = False
    may_redact: bool = False

    @property
    def door(self) -> str:
        """The way it came in, where it was not a page."""
        return "" if self.event.channel in OWN_DOORS else self.event.get_channel_display()


@dataclass
class Timeline:
    entries: list[Entry]
    earlier: int  # how many more events there are before the first


def timeline(ticket: Ticket, user: User, *, whole: bool = False) -> Timeline:
    """Return the latest entries of a visible ticket, or all of them, with those of the tickets merged into it, oldest first."""
    merged = {other.pk: other for other in ticket.merged_tickets.visible_to(user)}
    events = TicketEvent.objects.visible_to(user).filter(ticket__in=[ticket.pk, *merged])
    newest_first = events.select_related("actor").order_by("-occurred_at", "-version")
    found = list(newest_first if whole else newest_first[: LATEST + 1])
    earlier = 0
    if not whole and len(found) > LATEST:
        found.pop()
        earlier = events.count() - LATEST
    return Timeline(_entries(found[::-1], merged, user), earlier)


def since(ticket: Ticket, user: User, version: int) -> list[Entry]:
    """Return what happened after a version; a message that was edited since comes along as it reads now."""
    events = (
        TicketEvent.objects.visible_to(user)
        .filter(ticket=ticket, version__gt=version)
        .select_related("actor")
        .order_by("version")
    )
    found = list(events[:500])
    stale = [event.data["comment_id"] for event in found if event.kind in ABOUT_COMMENT]
    if stale:
        said = TicketEvent.objects.visible_to(user).filter(
            ticket=ticket, kind=EventKind.COMMENT_ADDED, version__lte=version
        )
        found += said.filter(data__comment_id__in=stale).select_related("actor")
    return _entries(found, {}, user)


def _entries(events: list[TicketEvent], merged: dict[int, Ticket], user: User) -> list[Entry]:
    ids = [event.data["comment_id"] for event in events if event.kind == EventKind.COMMENT_ADDED]
    comments = {c.pk: c for c in Comment.objects.visible_to(user).filter(pk__in=ids).select_related("author")}
    files: dict[int, list[Attachment]] = defaultdict(list)
    for attachment in Attachment.objects.visible_to(user).filter(comment__in=comments).order_by("pk"):
        files[attachment.comment_id or 0].append(attachment)
    entries = [_entry(event, comments, files, merged, user) for event in events]
    return [entry for entry in entries if entry.comment or entry.said]


def _entry(
    event: TicketEvent,
    comments: dict[int, Comment],
    files: dict[int, list[Attachment]],
    merged: dict[int, Ticket],
    user: User,
) -> Entry:
    comment = comments.get(event.data["comment_id"]) if event.kind == EventKind.COMMENT_ADDED else None
    entry = Entry(event, sentences(event), comment, origin=merged.get(event.ticket_id))
    if comment is not None:
        entry.files = files[comment.pk]
        if not comment.redacted_at:
            entry.may_edit, entry.may_redact = can(user, "comment.edit", comment), can(user, "comment.redact", comment)
    return entry
