"""Lines: what a list of pages shows of a ticket. Fifty of them cost a tenth of fifty tickets with their people."""

from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import QuerySet

from tickets.choices import CLOSED_STATUSES
from tickets.finding.names import names_for
from tickets.finding.paging import TICKET_ORDERINGS
from tickets.models import Ticket
from tickets.models.ticket import reference_of

SHOWN = ("pk", "version", "title", "status", "priority", "risk", "due_at", "updated_at")
NAMED = ("requester_id", "assignee_id", "organization_id")


class Line(NamedTuple):
    pk: int
    version: int
    title: str
    status: str
    priority: str
    risk: str
    due_at: datetime | None
    updated_at: datetime
    requester: str
    assignee: str
    organization: str
    tags: tuple[str, ...]

    @property
    def reference(self) -> str:
        return reference_of(self.pk)

    @property
    def is_resolved(self) -> bool:
        return self.status in CLOSED_STATUSES


def rows_of(tickets: QuerySet[Ticket], ordering: str = "") -> QuerySet[Ticket, Any]:
    """Return the columns that lines need, and the one they will be sorted by; `lines_of` those that a page keeps."""
    column = TICKET_ORDERINGS.get(ordering.removeprefix("-"), "updated_at")
    return tickets.values_list(*dict.fromkeys([*SHOWN, *NAMED, column]), named=True)


def lines_of(rows: list[Any]) -> list[Line]:
    """Return rows with the names of what they refer to, asked for in one query."""
    names = names_for(rows)
    return [
        Line._make(
            [
                *row[: len(SHOWN)],
                *(names.of(column, pk) if (pk := getattr(row, column)) else "" for column in NAMED),
                tuple(names.tags.get(row.pk, ())),
            ]
        )
        for row in rows
    ]
