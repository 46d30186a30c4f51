"""Taking a batch of tickets: which are new, which changed at their source, and writing both with their history."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tickets.actions.history import Life, write_lives
from tickets.bulk import insert
from tickets.choices import Channel
from tickets.imports.directory import Directory
from tickets.imports.records import ImportedTicket, Person, Step
from tickets.models import ImportedRecord, ImportJob, Ticket
from tickets.permissions import Actor, System

LONG = 100  # longer texts are remembered as a digest
RELATED = ("organization", "requester", "assignee", "team", "category")


@dataclass
class Outcome:
    """How many tickets of a batch were made, changed, and found as they were."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    same: list[int] = field(default_factory=list)


def token(value: Any) -> Any:
    """Return a value of the source as it is remembered: short, and fit for JSON."""
    if isinstance(value, Person):
        return value.key
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, str) and len(value) > LONG:
        return "sha256:" + hashlib.sha256(value.encode()).hexdigest()
    return value or ""


def tokens(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: token(value) for name, value in values.items()}


class Batch:
    """Tickets to be taken together. Needs a surrounding transaction unless it is a dry run."""

    def __init__(self, job: ImportJob, directory: Directory, tickets: Sequence[ImportedTicket], label: str) -> None:
        self.job, self.directory, self.tickets, self.label = job, directory, tickets, label

    def take(self) -> Outcome:
        """Write the batch; in a dry run only say what would be written."""
        known = self._known()
        outcome = Outcome()
        new: list[ImportedTicket] = []
        changed: list[tuple[ImportedTicket, Ticket]] = []
        for told in self.tickets:
            ticket = known.get(told.external_id)
            if ticket is None:
                new.append(told)
            elif self._is_unchanged(told, ticket):
                outcome.same.append(ticket.pk)
            else:
                changed.append((told, ticket))
        outcome.created, outcome.updated, outcome.unchanged = len(new), len(changed), len(outcome.same)
        if not self.job.dry_run:
            self._write(new, changed, outcome.same)
        return outcome

    def _known(self) -> dict[str, Ticket]:
        ids = [told.external_id for told in self.tickets]
        rows = Ticket.objects.filter(source=self.job.source, external_id__in=ids)
        rows = rows.select_related(*RELATED, "imported_record").prefetch_related("tags")
        if not self.job.dry_run:
            rows = rows.select_for_update(of=("self",))
        return {ticket.external_id: ticket for ticket in rows}

    def _is_unchanged(self, told: ImportedTicket, ticket: Ticket) -> bool:
        record = getattr(ticket, "imported_record", None)
        return record is not None and record.steps == len(told.steps) and record.values == tokens(told.final)

    def _write(self, new: list[ImportedTicket], changed: list[tuple[ImportedTicket, Ticket]], same: list[int]) -> None:
        self.directory.prepare([*new, *(told for told, _ in changed)])
        lives = [(told, self._live(told)) for told in new]
        lives += [(told, self._go_on(told, ticket)) for told, ticket in changed]
        write_lives([life for _, life in lives])
        self._remember(lives)
        ImportedRecord.objects.filter(pk__in=same).update(job=self.job)

    def _remember(self, lives: list[tuple[ImportedTicket, Life]]) -> None:
        known = set(
            ImportedRecord.objects.filter(pk__in=[life.ticket.pk for _, life in lives]).values_list("pk", flat=True)
        )
        rows = [
            ImportedRecord(
                ticket_id=life.ticket.pk, values=tokens(told.final), steps=len(told.steps), job_id=self.job.pk
            )
            for told, life in lives
        ]
        insert(ImportedRecord, [row for row in rows if row.pk not in known])
        ImportedRecord.objects.bulk_update([row for row in rows if row.pk in known], ["values", "steps", "job"])

    def _live(self, told: ImportedTicket) -> Life:
        """Return the whole life of a new ticket."""
        first = told.steps[0]
        values = self._resolved({"requester": None, "organization": ""} | first.values)
        if values["organization"] is None:
            values["organization"] = values["requester"].organization or self.job.organization
        values |= {"source": self.job.source, "external_id": told.external_id}
        values = {name: value for name, value in values.items() if value is not None}
        life = Life.begin(by=self._actor(first.author), via=Channel.IMPORT, at=first.at, values=values)
        for step in told.steps[1:]:
            self._step(life, step)
        return life

    def _go_on(self, told: ImportedTicket, ticket: Ticket) -> Life:
        """Return what happened since the ticket was last read: the steps that are new, then whatever else differs."""
        record = getattr(ticket, "imported_record", None)
        before: dict[str, Any] = dict(record.values) if record else {}
        life = Life(ticket, [tag.name for tag in ticket.tags.all()])
        for step in told.steps[record.steps :] if record else ():
            self._step(life, step)
            before |= tokens(step.values)
        final = told.final
        left = {name: value for name, value in final.items() if before.get(name, "") != token(value)}
        if left:
            at = told.steps[-1].at if told.dated else self.job.created_at
            self._step(life, Step(at, "", left))
        return life

    def _step(self, life: Life, step: Step) -> None:
        at, by = max(step.at, life.ticket.updated_at), self._actor(step.author)
        if step.values:
            life.change(by=by, via=Channel.IMPORT, at=at, values=self._resolved(step.values))
        if step.comment:
            life.comment(
                by=by,
                via=Channel.IMPORT,
                at=at,
                body=step.comment,
                internal=step.internal,
                external_id=step.comment_id,
                reopens=False,
            )

    def _resolved(self, values: Mapping[str, Any]) -> dict[str, Any]:
        return dict(self._pairs(values))

    def _pairs(self, values: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
        for name, value in values.items():
            yield name, self.directory.resolve(name, value)

    def _actor(self, author: Person | str) -> Actor:
        user = self.directory.known(author)
        name = author.name if isinstance(author, Person) else author
        return user or System(name[:150] or self.label)
