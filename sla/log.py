"""Reading a ticket's events as facts for its clocks."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sla.choices import Cause
from sla.facts import Fact, Start
from sla.matching import Attributes
from tickets.choices import EventKind, Side
from tickets.models import Ticket, TicketEvent

CHANGES = {"team": Cause.TEAM, "priority": Cause.PRIORITY, "status": Cause.STATUS}  # a handover comes before its status
KINDS = {
    EventKind.TICKET_MERGED: Cause.MERGED,
    EventKind.TICKET_UNMERGED: Cause.UNMERGED,
    EventKind.TICKET_ARCHIVED: Cause.ARCHIVED,
    EventKind.TICKET_RESTORED: Cause.RESTORED,
}
SIDES = {Side.DESK: Cause.REPLY, Side.CUSTOMER: Cause.MESSAGE}
MATCHED = ("organization", "category", "team", "tags")
SAID = (EventKind.COMMENT_ADDED, EventKind.COMMENT_MOVED)  # a comment that came from another ticket is news to this one
READ = (EventKind.TICKET_CREATED, EventKind.TICKET_CHANGED, *SAID, *KINDS)
COLUMNS = ("ticket_id", "version", "kind", "occurred_at", "changes", "data")


def concerns_clocks(event: TicketEvent) -> bool:
    """Whether the event can make a difference to a clock, or to the due date that the clocks write."""
    if event.kind in SAID:
        return bool(event.data.get("side") or event.changes)
    if event.kind == EventKind.TICKET_CHANGED:
        return not event.changes.keys().isdisjoint((*CHANGES, *MATCHED, "due_at"))
    return event.kind in READ


def events_of(tickets: Iterable[int]) -> dict[int, list[TicketEvent]]:
    """Return the events that clocks read, by ticket, in order."""
    found: dict[int, list[TicketEvent]] = {pk: [] for pk in tickets}
    rows = TicketEvent.objects.filter(ticket__in=found, kind__in=READ).only(*COLUMNS).order_by("ticket", "version")
    for event in rows:
        found[event.ticket_id].append(event)
    return found


@dataclass(frozen=True)
class Log:
    """The past of one ticket. `tags` are the names that it carries now; what it says now fills in what no event told of."""

    ticket: Ticket
    events: list[TicketEvent]
    tags: tuple[str, ...] = ()

    @cached_property
    def start(self) -> Start:
        first = self._first
        return Start(
            self.ticket.created_at,
            first["status"],
            first["priority"],
            _name(first["team"]),
            self.events[0].version if self.events else None,
        )

    @property
    def facts(self) -> Iterator[Fact]:
        for event in self.events:
            if event.kind != EventKind.TICKET_CREATED:
                yield from facts_of(event)

    def attributes(
        self, tag_ids: Mapping[str, int], tiers: Mapping[int, str]
    ) -> Iterator[tuple[TicketEvent | None, Attributes]]:
        """Yield what policies looked at when the ticket was created, and again with each event that changed it."""
        now = dict(self._first)
        yield None, self._attributes(now, tag_ids, tiers)
        for event in self.events:
            changed = {name: event.changes[name][1] for name in MATCHED if name in event.changes}
            if changed and event.kind != EventKind.TICKET_CREATED:
                now |= changed
                yield event, self._attributes(now, tag_ids, tiers)

    def _attributes(
        self, values: Mapping[str, Any], tag_ids: Mapping[str, int], tiers: Mapping[int, str]
    ) -> Attributes:
        organization = _id(values["organization"])
        return Attributes(
            number=self.ticket.pk,
            created_at=self.ticket.created_at,
            organization=organization,
            tier=tiers.get(organization, "") if organization else "",
            category=_id(values["category"]),
            team=_id(values["team"]),
            tags=frozenset(tag_ids[name] for name in values["tags"] or () if name in tag_ids),
            channel=self.ticket.channel,
        )

    @cached_property
    def _first(self) -> dict[str, Any]:
        """What each field held at creation: what the first change replaced, or what it still holds."""
        first: dict[str, Any] = {}
        for event in self.events:
            if event.kind != EventKind.TICKET_CREATED:
                for name in (*CHANGES, *MATCHED):
                    if name in event.changes:
                        first.setdefault(name, event.changes[name][0])
        for name in ("status", "priority"):
            first.setdefault(name, getattr(self.ticket, name))
        for name in ("organization", "category", "team"):
            row = getattr(self.ticket, name) if name not in first else None
            if row is not None:
                first[name] = {"id": row.pk, "name": str(row)}
        first.setdefault("tags", self.tags)
        return {"organization": None, "category": None, "team": None} | first


def facts_of(event: TicketEvent) -> Iterator[Fact]:
    """Yield what an event after the first tells the clocks."""
    at, version = event.occurred_at, event.version
    is_others = event.kind in (EventKind.TICKET_MERGED, EventKind.TICKET_UNMERGED) and "from" in event.data
    if event.kind in KINDS and not is_others:
        into = event.data.get("into")
        yield Fact(at, KINDS[EventKind(event.kind)], f"T-{into['id']}" if into else "", version)
    for name, cause in CHANGES.items():
        if name in event.changes:
            yield Fact(at, cause, _name(event.changes[name][1]), version)
    side = event.data.get("side")
    if event.kind in SAID and side:
        yield Fact(at, SIDES[Side(side)], "", version)


def _id(value: Any) -> int | None:
    return value["id"] if value else None


def _name(value: Any) -> str:
    return str(value["name"] if isinstance(value, Mapping) else value or "")
