"""Lines: what a list shows of a ticket, as plain dictionaries; fifty of them cost a tenth of fifty tickets with their people."""

from collections import defaultdict
from typing import Any

from django.db.models import QuerySet

from tickets.choices import CLOSED_STATUSES
from tickets.finding.paging import TICKET_ORDERINGS
from tickets.models import Ticket
from tickets.models.ticket import reference_of

Line = dict[str, Any]
FIELDS = (
    *("id", "version", "title", "status", "priority", "due_at", "updated_at", "organization__name"),
    *("requester__name", "requester__username", "assignee__name", "assignee__username"),
)


def lines_of(tickets: QuerySet[Ticket], ordering: str = "") -> QuerySet[Ticket, Line]:
    """Return the tickets as lines, with the column they will be sorted by; `complete` those that a page keeps."""
    column = TICKET_ORDERINGS.get(ordering.removeprefix("-"), "id")
    found: QuerySet[Ticket, Line] = tickets.values(*dict.fromkeys([*FIELDS, column]))
    return found


def complete(lines: list[Line]) -> list[Line]:
    """Add to each line what no column holds: its reference, the names of people, its tags."""
    tags = defaultdict(list)
    carried = Ticket.tags.through.objects.filter(ticket_id__in=[line["id"] for line in lines])
    for ticket, tag in carried.order_by("tag__name").values_list("ticket_id", "tag__name"):
        tags[ticket].append(tag)
    for line in lines:
        line["reference"] = reference_of(line["id"])
        line["is_resolved"] = line["status"] in CLOSED_STATUSES
        line["requester"] = line["requester__name"] or line["requester__username"]
        line["assignee"] = line["assignee__name"] or line["assignee__username"]
        line["organization"] = line["organization__name"]
        line["tags"] = tuple(tags[line["id"]])
    return lines
