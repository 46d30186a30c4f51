"""Replies, internal notes and the time spent."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from tickets import search
from tickets.actions.changing import apply, name_of
from tickets.actions.locking import lock, record
from tickets.choices import Channel, EventKind, Side, Status
from tickets.errors import Conflict, Invalid
from tickets.events import actor_name
from tickets.fields import TEXT_LENGTH, text
from tickets.lifecycle import REOPENED_BY_REPLY
from tickets.mentions import called_in
from tickets.models import Comment, Ticket, TimeEntry, User
from tickets.permissions import Actor, require
from tickets.text import render


def checked_body(body: Any) -> str:
    """Return a comment's text. Raises Invalid."""
    try:
        return text(body, TEXT_LENGTH, required=True)
    except ValueError as error:
        raise Invalid({"body": [str(error)]}) from None


def add_comment(
    *,
    ticket: Ticket,
    by: Actor,
    via: Channel,
    body: Any,
    internal: bool = False,
    automatic: bool = False,
    at: datetime | None = None,
) -> Comment:
    """Add a public reply or an internal note in Markdown; people mentioned as @username start to watch the ticket.

    The requester's own reply takes a pending, resolved or closed ticket back to open, in the same event.
    Raises Invalid, NotAllowed, NotFound.
    """
    at = at or timezone.now()
    body = checked_body(body)
    with transaction.atomic():
        ticket = lock(ticket, "ticket.comment", by)
        if internal:
            require(by, "ticket.work", ticket)
        comment = Comment.objects.create(
            ticket=ticket,
            author=by if isinstance(by, User) else None,
            author_name=actor_name(by),
            body=body,
            html=render(body),
            is_internal=internal,
            is_automatic=automatic,
            channel=via,
            created_at=at,
        )
        mentioned = _mention(comment, ticket)
        columns, changes = consequences(ticket, comment, at)
        search.add_comment(comment)
        record(
            ticket,
            EventKind.COMMENT_ADDED,
            by=by,
            via=via,
            at=at,
            columns=columns,
            changes=changes,
            data={
                "comment_id": comment.pk,
                "internal": internal,
                "side": comment.side(ticket.requester_id),
                "mentions": [name_of(user) for user in mentioned],
            },
            public=not internal,
        )
    return comment


def _mention(comment: Comment, ticket: Ticket) -> list[User]:
    """Note the people whom the comment calls, and let them follow the ticket."""
    called = called_in(comment.body, ticket, internal=comment.is_internal)
    if called:
        comment.mentions.set(called)
        ticket.watchers.add(*called)
    return called


def consequences(ticket: Ticket, comment: Comment, at: datetime) -> tuple[set[str], dict[str, tuple[Any, Any]]]:
    """What a comment does to the ticket itself: the desk's reply is counted and the first one noted, the requester's reply reopens."""
    author = comment.author
    if comment.side(ticket.requester_id) == Side.DESK:
        ticket.reply_count += 1
        ticket.first_responded_at = ticket.first_responded_at or at
        return {"first_responded_at", "reply_count"}, {}
    if (
        author is not None
        and author.pk == ticket.requester_id
        and ticket.status in REOPENED_BY_REPLY
        and not comment.is_internal
    ):
        return apply(ticket, {"status": Status.OPEN}, at=at)
    return set(), {}


def edit_comment(*, comment: Comment, by: Actor, via: Channel, body: Any) -> Comment:
    """Replace a comment's text; the log keeps who and when, not the old words."""
    now = timezone.now()
    body = checked_body(body)
    with transaction.atomic():
        ticket, comment = _lock_comment(comment, "comment.edit", by)
        if comment.redacted_at:
            raise Conflict("The comment was redacted and cannot be edited.", code="redacted")
        comment.body, comment.html, comment.edited_at = body, render(body), now
        _rewrite(ticket, comment, EventKind.COMMENT_EDITED, by=by, via=via, at=now)
    return comment


def redact_comment(*, comment: Comment, by: Actor, via: Channel) -> Comment:
    """Remove a comment's words for good, leaving the place where it stood."""
    now = timezone.now()
    with transaction.atomic():
        ticket, comment = _lock_comment(comment, "comment.redact", by)
        comment.body, comment.html, comment.redacted_at = "", "", now
        _rewrite(ticket, comment, EventKind.COMMENT_REDACTED, by=by, via=via, at=now)
    return comment


def _lock_comment(comment: Comment, verb: str, by: Actor) -> tuple[Ticket, Comment]:
    ticket = lock(comment.ticket, "ticket.comment", by)
    comment = Comment.objects.get(pk=comment.pk)
    require(by, verb, comment)
    return ticket, comment


def _rewrite(ticket: Ticket, comment: Comment, kind: EventKind, *, by: Actor, via: Channel, at: datetime) -> None:
    comment.save(update_fields=["body", "html", "edited_at", "redacted_at"])
    search.index_ticket(ticket)
    record(ticket, kind, by=by, via=via, at=at, data={"comment_id": comment.pk}, public=not comment.is_internal)


def log_time(
    *,
    ticket: Ticket,
    by: User,
    via: Channel,
    minutes: Any,
    note: str = "",
    billable: bool = True,
    worked_on: date | None = None,
) -> TimeEntry:
    """Note time spent on a ticket, 1 minute to a day."""
    now = timezone.now()
    if isinstance(minutes, bool) or not isinstance(minutes, int) or not 1 <= minutes <= 1440:
        raise Invalid({"minutes": ["Write whole minutes, 1 to 1440."]})
    try:
        note = text(note, 500)
    except ValueError as error:
        raise Invalid({"note": [str(error)]}) from None
    with transaction.atomic():
        ticket = lock(ticket, "ticket.work", by)
        entry = TimeEntry.objects.create(
            ticket=ticket, user=by, minutes=minutes, note=note, is_billable=billable, worked_on=worked_on or now.date()
        )
        record(
            ticket,
            EventKind.TIME_LOGGED,
            by=by,
            via=via,
            at=now,
            data={"minutes": minutes, "time_entry_id": entry.pk},
            public=False,
        )
    return entry
