"""Taking a batch of tickets: which are new, which changed at their source, and writing both with their history."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection

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


def known_ids(source: str, external_ids: Sequence[str]) -> dict[str, int]:
    """Return external id → ticket for those that were imported before.

    A subquery for each id, because no planner can be trusted to use the index for a long list: an import outruns the statistics.
    """
    given = (
        "json_array_elements_text(%s) AS given(value)"
        if connection.vendor == "postgresql"
        else "json_each(%s) AS given"
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT value, (SELECT id FROM tickets_ticket "  # noqa: S608
            "WHERE source = %s AND external_id = given.value AND NOT (external_id = '')) "
            f"FROM {given}",
            [source, json.dumps(external_ids)],
        )
        return {external_id: pk for external_id, pk in cursor.fetchall() if pk}


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
        known = known_ids(self.job.source, [told.external_id for told in self.tickets])
        records = ImportedRecord.objects.filter(pk__in=known.values()).values_list("pk", "steps", "values")
        remembered = {pk: (steps, values) for pk, steps, values in records} if known else {}
        outcome = Outcome()
        new: list[ImportedTicket] = []
        changed: dict[int, ImportedTicket] = {}
        for told in self.tickets:
            pk = known.get(told.external_id)
            if pk is None:
                new.append(told)
            elif pk in remembered and remembered[pk] == (len(told.steps), tokens(told.final)):
                outcome.same.append(pk)
            else:
                changed[pk] = told
        outcome.created, outcome.updated, outcome.unchanged = len(new), len(changed), len(outcome.same)
        if not self.job.dry_run:
            self._write(new, changed, outcome.same)
        return outcome

    def _write(self, new: list[ImportedTicket], changed: dict[int, ImportedTicket], same: list[int]) -> None:
        self.directory.prepare([*new, *changed.values()])
        born = [(told, self._live(told)) for told in new]
        rows = Ticket.objects.filter(pk__in=changed).select_related(*RELATED, "imported_record")
        older = rows.prefetch_related("tags").select_for_update(of=("self",)) if changed else ()
        grown = [(changed[ticket.pk], self._go_on(changed[ticket.pk], ticket)) for ticket in older]
        write_lives([life for _, life in (*born, *grown)])
        insert(ImportedRecord, [self._record(told, life) for told, life in born])
        ImportedRecord.objects.bulk_create(
            [self._record(told, life) for told, life in grown],
            update_conflicts=True,
            unique_fields=["ticket"],
            update_fields=["values", "steps", "job"],
        )
        ImportedRecord.objects.filter(pk__in=same).update(job=self.job)

    def _record(self, told: ImportedTicket, life: Life) -> ImportedRecord:
        values = tokens(told.final)
        return ImportedRecord(ticket_id=life.ticket.pk, values=values, steps=len(told.steps), job_id=self.job.pk)

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
