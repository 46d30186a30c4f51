"""Triage of a ticket: what is advised is written down, applied where an admin allows it, and decided by people."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from ai import advising, assigning
from ai.actions.opinions import ask_for_opinion
from ai.advising import Suggested, key_of
from ai.choices import AdviceState, TriageField
from ai.dispatch import people
from ai.models import FieldSuggestion, Triage
from ai.permissions import System, require
from ai.quality.language import language_of
from tickets import work
from tickets.actions.changing import current_value, name_of
from tickets.actions.locking import lock
from tickets.actions.tickets import change_ticket
from tickets.choices import Channel, EventKind, Level
from tickets.errors import Conflict, DomainError
from tickets.models import Ticket, TicketEvent, User

TRIAGE = System("Triage")
FIELDS = frozenset(TriageField.values)
UNDECIDED = (AdviceState.OPEN, AdviceState.APPLIED)
MISSED_WITHIN = timedelta(days=7)
MISSED_AT_ONCE = 500
RANKED_FOR = timedelta(minutes=30)
RANKED_AT_ONCE = 200


def ask_triage(ticket: Ticket) -> None:
    """Have a ticket looked at by a worker, with the transaction that made it."""
    work.enqueue(Triage(ticket=ticket))


def take_up_missed(now: datetime) -> int:
    """Have those looked at that came in without an event, by an import say; returns how many."""
    recent = Ticket.objects.unresolved().filter(created_at__gte=now - MISSED_WITHIN, created_at__lte=now, triage=None)
    missed = list(recent.order_by("-pk")[:MISSED_AT_ONCE])
    Triage.objects.bulk_create([Triage(ticket=ticket) for ticket in missed], ignore_conflicts=True)
    return len(missed)  # the sweep wakes the workers


def triage_ticket(*, ticket: Ticket, now: datetime) -> list[FieldSuggestion]:
    """Write down what is advised for a ticket and apply what may be applied. Nothing for one that is closed or archived.

    What a person has set is neither changed nor questioned; advice that agrees with the ticket is not repeated.
    """
    if ticket.is_resolved or ticket.archived_at or ticket.merged_into_id:
        return []
    found = advising.suggest(advising.example_of(ticket.title, ticket.description, ticket))
    found = assigning.with_technician(found, ticket, now)
    limits = advising.thresholds()
    with transaction.atomic():
        ticket = lock(ticket, "ticket.change", TRIAGE)
        chosen = fields_set_by_people(ticket) | ({TriageField.ASSIGNEE.value} if ticket.assignee_id else set())
        worth = [
            one
            for field, one in found.items()
            if field not in chosen
            and round(100 * one.confidence) >= limits[field].suggest_from
            and one.key != key_of(_now(ticket, field))
        ]
        kept = [_keep(ticket, one, now) for one in worth]
        sure = [row for row in kept if _may_apply(row, limits[row.field].apply_from)]
        for row in sure:
            _apply(ticket, row, now)
        ask_for_opinion(ticket, kept, limits)
    return kept


def rank_anew(now: datetime) -> int:
    """Rank people anew for waiting tickets that changed, or whose ranking is old: people come and go. Returns how many."""
    old = Q(made_at__lt=now - RANKED_FOR) | Q(ticket__updated_at__gt=F("made_at"))
    waiting = FieldSuggestion.objects.filter(field=TriageField.ASSIGNEE, state=AdviceState.OPEN)
    waiting = waiting.filter(old, ticket__in=Ticket.objects.unresolved().filter(assignee=None))
    rows = list(waiting.select_related("ticket").order_by("made_at")[:RANKED_AT_ONCE])
    crew = people.workers(now, {row.ticket.organization_id for row in rows}) if rows else []
    for row in rows:
        ticket = row.ticket
        found = advising.suggest(advising.example_of(ticket.title, ticket.description, ticket))
        one = assigning.technician(assigning.rank(ticket, found, now, crew), now)
        mine = FieldSuggestion.objects.filter(pk=row.pk, state=AdviceState.OPEN)
        if one is None:
            mine.delete()
        else:
            mine.update(**_columns(one, now))
    return len(rows)


def note_languages(rows: Sequence[Triage]) -> None:
    """Note what language tickets are written in; the quality of advice is told by it."""
    for row in rows:
        row.language = language_of(f"{row.ticket.title}\n{row.ticket.description}")
    Triage.objects.bulk_update(rows, ["language"])


def take_up_languages() -> int:
    """Look at tickets that were triaged before languages were noted, the newest first; returns how many."""
    rows = Triage.objects.filter(language="").select_related("ticket").order_by("-pk")
    waiting = list(rows.only("language", "ticket__title", "ticket__description")[:MISSED_AT_ONCE])
    note_languages(waiting)
    return len(waiting)


def _may_apply(row: FieldSuggestion, limit: int | None) -> bool:
    return limit is not None and row.state == AdviceState.OPEN and round(100 * row.confidence) >= limit


def _keep(ticket: Ticket, one: Suggested, now: datetime) -> FieldSuggestion:
    values = _columns(one, now)
    row, made = FieldSuggestion.objects.get_or_create(ticket=ticket, field=one.field, defaults=values)
    if not made and row.state == AdviceState.OPEN:
        for name, value in values.items():
            setattr(row, name, value)
        row.save()
    return row


def _columns(one: Suggested, now: datetime) -> dict[str, Any]:
    return {
        "value": one.value,
        "confidence": one.confidence,
        "reasons": list(one.reasons),
        "others": list(one.others),
        "source": one.source,
        "version_id": one.version,
        "made_at": now,
    }


def _apply(ticket: Ticket, row: FieldSuggestion, now: datetime) -> None:
    """Set the field as the product's own change; a refusal leaves the suggestion to a person."""
    try:
        with transaction.atomic():
            change_ticket(
                ticket=ticket, by=TRIAGE, via=Channel.AI, changes={row.field: _wish(ticket, row.field, row.value)}
            )
    except DomainError:
        return
    row.state, row.decided_at = AdviceState.APPLIED, now
    row.save(update_fields=["state", "decided_at"])


def _wish(ticket: Ticket, field: str, value: Any) -> Any:
    return sorted({*_now(ticket, field), *value}) if field == TriageField.TAGS else value


def _now(ticket: Ticket, field: str) -> Any:
    return name_of(current_value(ticket, field))


def fields_set_by_people(ticket: Ticket) -> set[str]:
    """Return the fields that a person has set or changed. A level as it stands in an untouched form was not chosen."""
    found: set[str] = set()
    for event in TicketEvent.objects.filter(ticket=ticket, actor__isnull=False).only("kind", "channel", "changes"):
        untouched = event.kind == EventKind.TICKET_CREATED and event.channel != Channel.API
        for field, (_, new) in event.changes.items():
            if field in FIELDS and not (untouched and new == Level.MEDIUM):
                found.add(field)
    return found


def decide_suggestion(*, suggestion: FieldSuggestion, by: User, via: Channel, value: Any = None) -> Ticket:
    """Follow a suggestion as the person who says so, or set the field to another `value` instead. Raises Conflict, Invalid, NotAllowed.

    A decided one stays decided: who comes second changes the ticket by its own field.
    """
    require(by, "ai.advise")
    now = timezone.now()
    with transaction.atomic():
        ticket = lock(suggestion.ticket, "ticket.change", by)
        row = FieldSuggestion.objects.select_for_update().get(pk=suggestion.pk)
        if row.state not in UNDECIDED:
            raise Conflict(
                "Somebody has decided this in the meantime. Look at the ticket as it is now.", code="decided"
            )
        wish = row.value if value is None else value
        ticket = change_ticket(ticket=ticket, by=by, via=via, changes={row.field: _wish(ticket, row.field, wish)})
        settle(row, AdviceState.ACCEPTED if value is None else _verdict(row, value), by.pk, now)
    return ticket


def dismiss_suggestion(*, suggestion: FieldSuggestion, by: User) -> None:
    """Take a suggestion off the page without changing the ticket. Raises NotAllowed, NotFound."""
    require(by, "ai.advise")
    with transaction.atomic():
        lock(suggestion.ticket, "ticket.change", by)
        rows = FieldSuggestion.objects.filter(pk=suggestion.pk, state=AdviceState.OPEN)
        rows.update(state=AdviceState.DISMISSED, decided_by=by, decided_at=timezone.now())


def learn_from_choice(event: TicketEvent) -> None:
    """Note what a person's change says about the suggestions for the same fields."""
    fields = FIELDS & event.changes.keys()
    if not event.actor_id or not fields:
        return
    for row in FieldSuggestion.objects.filter(ticket=event.ticket_id, field__in=fields, state__in=UNDECIDED):
        settle(row, _verdict(row, event.changes[row.field][1]), event.actor_id, event.occurred_at)


def _verdict(row: FieldSuggestion, value: Any) -> AdviceState:
    agrees = str(key_of(row.value)) == str(key_of(value))
    if row.field == TriageField.TAGS:
        agrees = set(row.value) <= set(value or ())
    return AdviceState.ACCEPTED if agrees else AdviceState.CORRECTED


def settle(row: FieldSuggestion, state: AdviceState, by: int, now: datetime) -> None:
    row.state, row.decided_by_id, row.decided_at = state, by, now
    row.save(update_fields=["state", "decided_by", "decided_at"])


def outcome(ticket: Ticket, found: Mapping[str, FieldSuggestion]) -> dict[str, Any]:
    """Return what a finished triage is told as: category and priority as advised, or as they are; how sure the first of them is."""
    told = {name: found[name].value if name in found else _now(ticket, name) for name in ("category", "priority")}
    sure = [found[name].confidence for name in ("category", "priority") if name in found]
    return {"ticket_id": ticket.pk, **told, "confidence": round(sure[0], 4) if sure else None}
