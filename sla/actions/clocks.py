"""Keeping the clocks of tickets: with every event, for tickets whose past came in at once, and drawn anew."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cached_property

from sla import ledger, log
from sla.choices import Cause, PolicyKind
from sla.clocks import Fold
from sla.differences import differences
from sla.facts import Fact, Terms
from sla.library import Library, attributes_of, library
from sla.log import Log
from sla.models import PolicyVersion
from tickets.bulk import update
from tickets.choices import OPEN_STATUSES, EventKind
from tickets.models import Organization, Tag, Ticket, TicketEvent
from tickets.models.ticket import TicketQuerySet

Held = Mapping[PolicyKind, Terms | None]


def follow(event: TicketEvent) -> None:
    """Bring the clocks of a ticket up to date with its newest event. Runs in the event's transaction, with the ticket locked."""
    books = library()
    ticket = event.ticket
    if event.kind == EventKind.TICKET_CREATED:
        if books.is_empty:
            return
        stored, past = ledger.Stored(), [event]
    else:
        stored, past = ledger.read([ticket.pk])[ticket.pk], log.events_of([ticket.pk])[ticket.pk]
        if books.is_empty and not stored.clocks:
            return
    held = stored.recorded(books)
    now_holds = books.match(attributes_of(ticket, _tag_ids(event, books)))
    fold = fold_of(Log(ticket, past), [*held, *_news(held, now_holds, event)])
    writing = ledger.Writing()
    writing.put(ticket.pk, fold.clocks, stored)
    writing.write()
    if ledger.show_on(ticket, fold.clocks, event.occurred_at, stored.foreseen):
        Ticket.objects.filter(pk=ticket.pk).update(due_at=ticket.due_at, risk=ticket.risk)


def _news(
    held: Sequence[Fact], now_holds: Held, event: TicketEvent | None, at: datetime | None = None
) -> Iterator[Fact]:
    """Yield the terms that are other than those held before: with the event, or as of `at` after an edit."""
    before = {fact.kind: fact.terms for fact in held}
    if event and "team" in event.changes:
        before[PolicyKind.INTERNAL] = None  # each assignment is promised anew
    for kind, terms in now_holds.items():
        if terms is not before.get(kind):
            cause = Cause.LAPSED if terms is None else Cause.TERMS if event else Cause.APPLIED
            moment = event.occurred_at if event else at
            assert moment  # noqa: S101 - one of the two is given
            yield Fact(moment, cause, "", event.version if event else None, terms, kind)


def _tag_ids(event: TicketEvent, books: Library) -> frozenset[int]:
    if not books.book.uses_tags or (event.kind == EventKind.TICKET_CREATED and "tags" not in event.changes):
        return frozenset()
    return frozenset(event.ticket.tags.values_list("pk", flat=True))


def fold_of(past: Log, terms: Iterable[Fact]) -> Fold:
    """Fold a ticket's log together with the terms that held; those that came with an event hold from its time on."""
    at = {event.version: event.occurred_at for event in past.events}
    timed = [replace(fact, at=at.get(fact.event or 0, fact.at)) for fact in terms]
    return Fold(past.start, in_order(list(past.facts), timed))


def in_order(facts: Sequence[Fact], terms: Sequence[Fact]) -> list[Fact]:
    """Put terms among the facts: after the event they came with, or by their time where they came with none."""
    by_event: dict[int, list[Fact]] = {}
    by_time = [fact for fact in terms if fact.event is None]
    for fact in terms:
        if fact.event is not None:
            by_event.setdefault(fact.event, []).append(fact)
    found: list[Fact] = []
    versions = sorted({fact.event or 0 for fact in facts} | by_event.keys())
    of_event: dict[int, list[Fact]] = {}
    for fact in facts:
        of_event.setdefault(fact.event or 0, []).append(fact)
    for version in versions:
        batch = [*of_event.get(version, ()), *by_event.get(version, ())]
        while by_time and by_time[0].at < batch[0].at:
            found.append(by_time.pop(0))
        found += batch
    return found + by_time


def backfill(tickets: Iterable[int], now: datetime) -> None:
    """Give tickets whose past was written at once the clocks they would have had. Needs a surrounding transaction."""
    books = library()
    if not books.is_empty:
        _catch_up(Batch.lock(tickets), books, now)


def repair(tickets: Iterable[int], now: datetime) -> None:
    """Store what the logs of some tickets say, under the terms on record. Needs a surrounding transaction."""
    _catch_up(Batch.lock(tickets), library(), now, is_repair=True)


def draw_anew(tickets: Iterable[int], books: Library, now: datetime) -> None:
    """Draw the ledgers of tickets from their events, under what holds for them from now on. Needs a surrounding transaction."""
    _catch_up(Batch.lock(tickets), books, now, is_edit=True)


def _catch_up(batch: "Batch", books: Library, now: datetime, *, is_edit: bool = False, is_repair: bool = False) -> None:
    """Draw ledgers from the events. After an edit the present terms hold from now on, or from the start where none held yet."""
    writing, shown = ledger.Writing(quiet_until=now), []
    for ticket in batch.tickets:
        stored = batch.stored[ticket.pk]
        held = stored.recorded(books)
        past = batch.past(ticket)
        if is_edit or (held and not is_repair):
            present = books.match(attributes_of(ticket, frozenset(tag.pk for tag in ticket.tags.all())))
            last = None if is_edit or not past.events else past.events[-1]
            held += _news(held, present, last, now)
        elif not held:
            held = list(_through_time(past, batch, books))
        fold = fold_of(past, held)
        writing.put(ticket.pk, fold.clocks, stored)
        if ledger.show_on(ticket, fold.clocks, now, stored.foreseen):
            shown.append(ticket)
    writing.write()
    update(Ticket, shown, ["due_at", "risk"])


def _through_time(past: Log, batch: "Batch", books: Library) -> Iterator[Fact]:
    """Yield the terms that the book gives a ticket with each change of what policies look at."""
    before: Held = {}
    for event, attributes in past.attributes(batch.tag_ids, batch.tiers):
        match = books.match(attributes)
        for kind, terms in match.items():
            if terms is not before.get(kind):
                at = event.occurred_at if event else past.start.at
                cause = Cause.TERMS if terms else Cause.LAPSED
                yield Fact(at, cause, "", event.version if event else past.start.event, terms, kind)
        before = match


class Batch:
    """Some tickets, locked, with everything their clocks are made from; read in a constant number of queries."""

    def __init__(self, tickets: list[Ticket]) -> None:
        self.tickets = tickets
        numbers = [ticket.pk for ticket in tickets]
        self.events = log.events_of(numbers)
        self.stored = ledger.read(numbers)

    def past(self, ticket: Ticket) -> Log:
        return Log(ticket, self.events[ticket.pk], tuple(tag.name for tag in ticket.tags.all()))

    @cached_property
    def tag_ids(self) -> dict[str, int]:
        return dict(Tag.objects.values_list("name", "pk"))

    @cached_property
    def tiers(self) -> dict[int, str]:
        return dict(Organization.objects.values_list("pk", "tier"))

    @cached_property
    def made_at(self) -> dict[int, datetime]:
        """When each version of a policy was made."""
        return dict(PolicyVersion.objects.values_list("pk", "made_at"))

    @classmethod
    def lock(cls, tickets: Iterable[int]) -> "Batch":
        return cls(list(_whole(tickets).select_for_update(of=("self",))))

    @classmethod
    def read(cls, tickets: Iterable[int]) -> "Batch":
        return cls(list(_whole(tickets)))


def _whole(tickets: Iterable[int]) -> TicketQuerySet:
    rows = Ticket.objects.filter(pk__in=list(tickets)).select_related("organization", "category", "team")
    return rows.prefetch_related("tags").defer("description", "description_html", "resolution").order_by("pk")


def differences_of(tickets: Iterable[int]) -> dict[int, list[str]]:
    """Fold the logs of some tickets again and say where what is stored differs: nothing, or it is a bug."""
    return _differing(Batch.read(tickets))


def differences_of_locked(tickets: Iterable[int]) -> dict[int, list[str]]:
    """The same while nobody can write to the tickets. Needs a surrounding transaction."""
    return _differing(Batch.lock(tickets))


def _differing(batch: "Batch") -> dict[int, list[str]]:
    books, found = library(), {}
    for ticket in batch.tickets:
        stored, past = batch.stored[ticket.pk], batch.past(ticket)
        terms = stored.recorded(books) or _owed(past, batch, books)
        wrong = differences(ticket, stored, fold_of(past, terms).clocks)
        if wrong:
            found[ticket.pk] = wrong
    return found


def _owed(past: Log, batch: "Batch", books: Library) -> list[Fact]:
    """Return the terms of a ticket that has no clock at all but should: it is open, or something happened since the policy is there."""
    terms = list(_through_time(past, batch, books))
    ticket = past.ticket
    last = past.events[-1].occurred_at if past.events else ticket.created_at
    is_open = ticket.archived_at is None and ticket.status in OPEN_STATUSES
    is_owed = is_open or any(fact.terms and batch.made_at[fact.terms.policy] <= last for fact in terms)
    return terms if is_owed else []
