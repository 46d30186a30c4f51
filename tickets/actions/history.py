"""Writing what already happened: imported tickets and demo data, many at a time, with their events at their true times.

A `Life` is built in memory, step by step, as the ticket lived it; `write_lives` stores many in a constant number of statements.
The lifecycle is not checked, for it is past; no page is told and nobody reacts to the single steps, for it is no news.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import chain
from typing import Any

from tickets import events, search
from tickets.actions.changing import apply, name_of, set_status_times
from tickets.actions.tickets import tag_rows
from tickets.bulk import insert
from tickets.choices import Channel, EventKind, Side, Status
from tickets.events import actor_name, history_written
from tickets.lifecycle import REOPENED_BY_REPLY
from tickets.models import Comment, Ticket, TicketEvent, TimeEntry, User
from tickets.permissions import Actor
from tickets.text import render

WRITTEN = [
    *(
        "title",
        "description",
        "description_html",
        "status",
        "priority",
        "urgency",
        "impact",
        "category",
        "organization",
    ),
    *("requester", "assignee", "team", "custom_fields", "resolution", "due_at", "updated_at", "first_responded_at"),
    *("resolved_at", "closed_at", "archived_at", "rating", "rating_comment", "merged_into", "version"),
    *("reopen_count", "reply_count"),
]
NOT_IN_LOG = {"description", "custom_fields", "source", "external_id"}


class Life:
    """A ticket and the steps of its past that are not stored yet. Steps come in the order of time, with values fit for the model."""

    def __init__(self, ticket: Ticket, tags: Iterable[str] = ()) -> None:
        self.ticket = ticket
        self.tags = sorted(tags)
        self.forget_steps()

    def forget_steps(self) -> None:
        """Start with no steps, also once the past ones are stored."""
        self.events: list[TicketEvent] = []
        self.comments: list[Comment] = []
        self.time_entries: list[TimeEntry] = []
        self.mentions: list[tuple[Comment, User]] = []
        self.watchers: list[User] = []
        self.tags_changed = False
        self.words_changed = self.ticket.pk is None
        self._told: list[tuple[TicketEvent, str, Comment | TimeEntry]] = []

    @classmethod
    def begin(cls, *, by: Actor, via: Channel, at: datetime, values: Mapping[str, Any]) -> "Life":
        """Start with the ticket's creation; `values` are columns of the ticket and `tags`."""
        columns = dict(values)
        tags = columns.pop("tags", ())
        life = cls(Ticket(channel=via, created_at=at, updated_at=at, **columns), tags)
        life.ticket.description_html = render(life.ticket.description)
        set_status_times(life.ticket, at)
        given = {name: (None, name_of(value)) for name, value in columns.items() if value not in (None, "")}
        changes = {name: pair for name, pair in given.items() if name not in NOT_IN_LOG}
        changes |= {f"custom_fields.{key}": (None, value) for key, value in life.ticket.custom_fields.items()}
        if life.tags:
            life.tags_changed = True
            changes["tags"] = (None, life.tags)
        life.happen(EventKind.TICKET_CREATED, by=by, via=via, at=at, changes=changes)
        return life

    def happen(
        self,
        kind: EventKind,
        *,
        by: Actor,
        via: Channel,
        at: datetime,
        changes: Mapping[str, tuple[Any, Any]] | None = None,
        data: Mapping[str, Any] | None = None,
        public: bool = True,
    ) -> TicketEvent:
        """Append an event of any kind as the next version."""
        self.ticket.version += 1
        self.ticket.updated_at = max(at, self.ticket.updated_at)
        event = events.unsaved(
            kind, self.ticket.version, by=by, via=via, at=at, changes=changes, data=data, public=public
        )
        self.events.append(event)
        return event

    def change(self, *, by: Actor, via: Channel, at: datetime, values: Mapping[str, Any]) -> bool:
        """Change fields as one event; False, and no event, where nothing differs."""
        values = dict(values)
        tags = sorted(values.pop("tags", self.tags))
        _, changed = apply(self.ticket, values, at=at)
        if tags != self.tags:
            changed["tags"] = (self.tags, tags)
            self.tags, self.tags_changed = tags, True
        self.words_changed |= not changed.keys().isdisjoint(("title", "description"))
        if changed:
            self.happen(EventKind.TICKET_CHANGED, by=by, via=via, at=at, changes=changed)
        return bool(changed)

    def comment(
        self,
        *,
        by: Actor,
        via: Channel,
        at: datetime,
        body: str,
        internal: bool = False,
        mentions: Sequence[User] = (),
        external_id: str = "",
        reopens: bool = True,
    ) -> Comment:
        """Add a reply or note with what it brings: the first response, and the reopening by the requester's reply."""
        author = by if isinstance(by, User) else None
        comment = Comment(
            author=author,
            author_name=actor_name(by),
            body=body,
            html=render(body),
            is_internal=internal,
            channel=via,
            created_at=at,
            external_id=external_id,
        )
        changes: dict[str, tuple[Any, Any]] = {}
        side = comment.side(self.ticket.requester_id)
        if side == Side.DESK:
            self.ticket.first_responded_at = self.ticket.first_responded_at or at
            self.ticket.reply_count += 1
        asks = author is not None and author.pk == self.ticket.requester_id and not internal
        if asks and reopens and self.ticket.status in REOPENED_BY_REPLY:
            _, changes = apply(self.ticket, {"status": Status.OPEN}, at=at)
        self.comments.append(comment)
        self.words_changed = True
        self.mentions += [(comment, user) for user in mentions]
        self.watchers += mentions
        data = {"internal": internal, "side": side, "mentions": [name_of(user) for user in mentions]}
        event = self.happen(
            EventKind.COMMENT_ADDED, by=by, via=via, at=at, changes=changes, data=data, public=not internal
        )
        self._told.append((event, "comment_id", comment))
        return comment

    def log_time(self, *, by: User, via: Channel, at: datetime, minutes: int, note: str = "") -> None:
        entry = TimeEntry(user=by, minutes=minutes, note=note, worked_on=at.date(), created_at=at)
        self.time_entries.append(entry)
        event = self.happen(EventKind.TIME_LOGGED, by=by, via=via, at=at, data={"minutes": minutes}, public=False)
        self._told.append((event, "time_entry_id", entry))

    def rate(self, *, by: User, via: Channel, at: datetime, rating: int, comment: str = "") -> None:
        old, self.ticket.rating, self.ticket.rating_comment = self.ticket.rating, rating, comment
        self.happen(EventKind.TICKET_RATED, by=by, via=via, at=at, changes={"rating": (old, rating)})

    def name_ticket(self) -> None:
        """Write the id of the stored ticket into its rows."""
        rows: Iterable[TicketEvent | Comment | TimeEntry] = chain(self.events, self.comments, self.time_entries)
        for row in rows:
            row.ticket_id = self.ticket.pk

    def name_rows(self) -> None:
        """Write the ids of the stored comments and time entries into the events that tell of them."""
        for event, key, row in self._told:
            event.data[key] = row.pk


def write_lives(lives: Sequence[Life]) -> None:
    """Store the tickets and all steps not stored yet. Needs a surrounding transaction, and existing tickets locked by the caller."""
    new = [life for life in lives if life.ticket.pk is None]
    old = [life for life in lives if life.ticket.pk is not None]
    insert(Ticket, [life.ticket for life in new])
    if old:
        Ticket.objects.bulk_update([life.ticket for life in old], WRITTEN)
    for life in lives:
        life.name_ticket()
    insert(Comment, [comment for life in lives for comment in life.comments])
    insert(TimeEntry, [entry for life in lives for entry in life.time_entries])
    for life in lives:
        life.name_rows()
    insert(TicketEvent, [event for life in lives for event in life.events])
    _write_people(lives)
    _write_tags([life for life in lives if life.tags_changed], {id(life) for life in old})
    search.index_tickets([life.ticket for life in new], comments=[comment for life in new for comment in life.comments])
    search.index_tickets([life.ticket for life in old if life.words_changed])
    for life in lives:
        life.forget_steps()
    if lives:
        history_written([life.ticket.pk for life in lives])


def _write_people(lives: Sequence[Life]) -> None:
    mention, watching = Comment.mentions.through, Ticket.watchers.through
    mention.objects.bulk_create(
        [mention(comment=comment, user=user) for life in lives for comment, user in life.mentions],
        ignore_conflicts=True,
    )
    watching.objects.bulk_create(
        [watching(ticket=life.ticket, user=user) for life in lives for user in life.watchers], ignore_conflicts=True
    )


def _write_tags(lives: Sequence[Life], existing: set[int]) -> None:
    tagged = Ticket.tags.through
    had = [life.ticket.pk for life in lives if id(life) in existing]
    if had:
        tagged.objects.filter(ticket__in=had).delete()
    wanted = {name for life in lives for name in life.tags}
    ids = {tag.name: tag.pk for tag in tag_rows(wanted)} if wanted else {}
    insert(tagged, [tagged(ticket=life.ticket, tag_id=ids[name]) for life in lives for name in life.tags])
