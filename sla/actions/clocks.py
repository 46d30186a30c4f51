"""Keeping the clocks of tickets: with every event, for tickets whose past came in at once, and after an edit."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cached_property

from sla import ledger, log
from sla.choices import Cause, Metric, PolicyKind
from sla.clocks import Fold, put_under
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
    if ledger.show_on(ticket, fold.clocks, event.occurred_at):
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


def apply_edit(tickets: Sequence[Ticket], now: datetime) -> int:
    """Bring open, locked tickets under what holds for them now; returns for how many that was something else than before.

    What an open clock has used stays used. A ticket that is promised something new has its ledger drawn from its events.
    """
    books = library()
    tags = _tags_of(tickets) if books.book.uses_tags else {}
    matches = {t.pk: books.match(attributes_of(t, tags.get(t.pk, frozenset()))) for t in tickets}
    stored = _stored_for(matches)
    writing, shown, redrawn, changed = ledger.Writing(quiet_until=now), [], [], 0
    for ticket in tickets:
        match, held = matches[ticket.pk], _held_by(stored[ticket.pk], books)
        if all(held.get(kind) is terms for kind, terms in match.items()):
            continue
        if not _promises_the_same(held, match, ticket.priority):
            redrawn.append(ticket.pk)
            continue
        live = list(stored[ticket.pk].revived(books, ticket.status))
        changed += bool(live)
        for clock in live:
            if match[clock.kind] is not held[clock.kind]:
                put_under(clock, match[clock.kind], status=ticket.status, priority=ticket.priority, at=now)
        writing.change(live, stored[ticket.pk])
        if ledger.show_on(ticket, live, now):
            shown.append(ticket)
    writing.write()
    update(Ticket, shown, ["due_at", "risk"])
    if redrawn:
        _catch_up(Batch.lock(redrawn), books, now, is_edit=True)
    return changed + len(redrawn)


def _stored_for(matches: Mapping[int, Held]) -> dict[int, ledger.Stored]:
    """Read the clocks of some tickets that go on; all clocks of those that should have more."""
    stored = ledger.read(matches, ledger.GOING_ON)
    kinds = {pk: {kind for kind, *_ in one.clocks} for pk, one in stored.items()}
    more = [
        pk for pk, match in matches.items() if any(terms and kind not in kinds[pk] for kind, terms in match.items())
    ]
    return stored | ledger.read(more) if more else stored


def _tags_of(tickets: Sequence[Ticket]) -> dict[int, frozenset[int]]:
    found: dict[int, set[int]] = {}
    for ticket, tag in Ticket.tags.through.objects.filter(ticket__in=tickets).values_list("ticket", "tag"):
        found.setdefault(ticket, set()).add(tag)
    return {ticket: frozenset(tags) for ticket, tags in found.items()}


def _held_by(stored: ledger.Stored, books: Library) -> Held:
    """Return the terms that held last, as the clocks that moved last say."""
    held: dict[PolicyKind, Terms | None] = {}
    for row in sorted(stored.clocks.values(), key=lambda row: row.since):
        lapsed = row.cause == Cause.LAPSED
        held[PolicyKind(row.kind)] = None if lapsed else books.terms(row.policy_version_id, row.calendar_version_id)
    return held


def _promises_the_same(held: Held, match: Held, priority: str) -> bool:
    """Whether only times and rules differ, not what is promised at all; then the open ends of the ledgers say enough."""
    for kind, terms in match.items():
        before = held.get(kind)
        if terms is before or (terms is None and before is not None):
            continue
        if terms is None or before is None:
            return False
        if any((terms.target(m, priority) is None) != (before.target(m, priority) is None) for m in Metric):
            return False
    return True


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
        if ledger.show_on(ticket, fold.clocks, now):
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
