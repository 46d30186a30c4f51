"""The timeline of a ticket: its events in order, those that carry a message shown as the message."""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from django.db.models import F
from django.utils.safestring import SafeString

from tickets.choices import Channel, EventKind, Role
from tickets.models import Attachment, Comment, Ticket, TicketEvent, User
from tickets.pages.surroundings import Surroundings
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
    by_customer: bool = False
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


def timeline(ticket: Ticket, user: User, around: Surroundings, *, whole: bool = False) -> Timeline:
    """Return the latest entries of a visible ticket, or all of them, with those of the tickets merged into it, oldest first."""
    events = TicketEvent.objects.visible_to(user).filter(ticket__in=[ticket.pk, *around.merged])
    newest_first = events.order_by("-occurred_at", "-version")
    found = list(newest_first if whole else newest_first[: LATEST + 1])
    earlier = 0
    if not whole and len(found) > LATEST:
        found.pop()
        earlier = events.count() - LATEST
    return Timeline(_entries(found[::-1], around, user), earlier)


def since(ticket: Ticket, user: User, around: Surroundings, version: int) -> list[Entry]:
    """Return what happened after a version; a message that was edited since comes along as it reads now."""
    events = TicketEvent.objects.visible_to(user).filter(ticket=ticket, version__gt=version).order_by("version")
    found = list(events[:500])
    stale = [event.data["comment_id"] for event in found if event.kind in ABOUT_COMMENT]
    if stale:
        said = TicketEvent.objects.visible_to(user).filter(
            ticket=ticket, kind=EventKind.COMMENT_ADDED, version__lte=version
        )
        found += said.filter(data__comment_id__in=stale)
    return _entries(found, around, user)


def _entries(events: list[TicketEvent], around: Surroundings, user: User) -> list[Entry]:
    ids = [event.data["comment_id"] for event in events if _shows_comment(event)]
    said = Comment.objects.visible_to(user).filter(pk__in=ids).annotate(author_role=F("author__role"))
    comments: dict[int, Any] = {comment.pk: comment for comment in said}  # with the author's role
    files: dict[int | None, list[Attachment]] = defaultdict(list)
    for attachment in around.files:
        files[attachment.comment_id].append(attachment)
    entries = []
    for event in events:
        entry = Entry(event, sentences(event), origin=around.merged.get(event.ticket_id))
        comment = comments.get(event.data["comment_id"]) if _shows_comment(event) else None
        if comment is not None and comment.ticket_id == event.ticket_id:
            entry.comment, entry.files = comment, files[comment.pk]
            entry.by_customer = comment.author_role == Role.REQUESTER
            if not comment.redacted_at:
                entry.may_edit = can(user, "comment.edit", comment)
                entry.may_redact = can(user, "comment.redact", comment)
        if entry.comment or entry.said:
            entries.append(entry)
    return entries


def _shows_comment(event: TicketEvent) -> bool:
    """Whether a comment stands at this event: where it was said, or where it came from another ticket for the first time."""
    return event.kind == EventKind.COMMENT_ADDED or bool(event.data.get("is_new_here"))
