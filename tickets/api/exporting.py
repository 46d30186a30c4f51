"""Ticket lists as CSV, row by row, with nothing in them that a spreadsheet would run."""

import csv
from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, StreamingHttpResponse

from tickets.api.serializers.tickets import ticket_rows, ticket_shapes
from tickets.api.streaming import download
from tickets.models import Ticket, User
from tickets.spreadsheets import inert

CHUNK = 500
COLUMNS = (
    "reference title status priority urgency impact risk category organization requester assignee team tags channel due_at created_at "
    "updated_at first_responded_at resolved_at closed_at"
)


class _Line:
    """What `csv` writes to: hands each line back."""

    def write(self, line: str) -> str:
        return line


def csv_answer(request: HttpRequest, rows: QuerySet[Ticket], viewer: User) -> StreamingHttpResponse:
    return download(request, _chunks(rows, viewer), "tickets.csv", "text/csv; charset=utf-8")


def _chunks(rows: QuerySet[Ticket], viewer: User) -> Iterator[str]:
    names = COLUMNS.split()
    writer = csv.writer(_Line())
    yield writer.writerow(names)
    ordered, last = rows.order_by("-pk"), None
    while found := list(ticket_rows(ordered if last is None else ordered.filter(pk__lt=last))[:CHUNK]):
        yield "".join(writer.writerow(_cells(shape, names)) for shape in ticket_shapes(found, viewer))
        last = found[-1].pk


def _cells(shape: dict[str, Any], names: list[str]) -> list[str]:
    shape["tags"] = " ".join(shape["tags"])
    return [inert(value["name"] if isinstance(value := shape[name], dict) else value) for name in names]
