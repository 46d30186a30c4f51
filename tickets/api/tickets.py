"""Tickets: list, create, read, change, archive, and what is done to many at once."""

from collections.abc import Mapping
from typing import Any

from django.http import StreamingHttpResponse
from rest_framework.request import Request
from rest_framework.response import Response

from tickets.actions.bulk import bulk_change
from tickets.actions.merging import merge_tickets, unmerge_ticket
from tickets.actions.tickets import (
    archive_ticket,
    change_ticket,
    create_ticket,
    rate_ticket,
    restore_ticket,
)
from tickets.api import pages
from tickets.api.exporting import csv_answer
from tickets.api.schema import IF_MATCH, describe, page_of, paged, parameter
from tickets.api.serializers import tickets as shapes
from tickets.api.views import ApiView, etag, if_match, only
from tickets.choices import Channel, Level, Status
from tickets.errors import Invalid, NoSuchTicket
from tickets.fields import whole_number
from tickets.finding.filters import CUSTOM, LISTED, NAMES, filter_tickets, is_filter
from tickets.finding.paging import DEFAULT_ORDERING, TICKET_ORDERINGS
from tickets.models import Ticket

ENUMS: dict[str, list[str]] = {
    "status": [*Status.values, "unresolved"],
    **dict.fromkeys(("priority", "urgency", "impact", "risk"), Level.values),
    "channel": Channel.values,
}
FILTERS = [
    parameter("q", 'Full text: all words, the last may be a beginning; `"a phrase"` and `-without` work.'),
    parameter("tag", "Must carry every tag named.", many=True),
    parameter("archived", "`true` for archived tickets instead.", bool),
    *(parameter(name, "Several values mean any of them.", enum=ENUMS.get(name), many=True) for name in LISTED),
    parameter(f"{CUSTOM}{{key}}", "A custom field."),
]
TAG = "Tickets"


class TicketDoor(ApiView):
    """Answers one ticket."""

    def answer(self, ticket: Ticket, status: int = 200) -> Response:
        """Return the ticket as it is after a write, also to somebody who gave it out of hand."""
        shape = shapes.ticket_detail(Ticket.objects.filter(pk=ticket.pk), self.user)
        return Response(shape, status=status, headers=etag(ticket.version))


class TicketsView(TicketDoor):
    @describe(
        "List tickets",
        tag=TAG,
        gives=page_of(shapes.TicketRowSerializer),
        parameters=[*paged(TICKET_ORDERINGS), *FILTERS],
    )
    def get(self, request: Request) -> Response:
        """What you may see, latest change first. People are given by id, `me` or `none`."""
        rows = shapes.ticket_rows(self.filtered())
        custom = filter(is_filter, request.query_params)
        return pages.page_at_once(
            request,
            rows,
            lambda found: shapes.ticket_shapes(found, self.user),
            orderings=TICKET_ORDERINGS,
            default=DEFAULT_ORDERING,
            filters=[*NAMES, *custom],
        )

    @describe("Create a ticket", tag=TAG, takes=shapes.TicketWriteSerializer, gives=shapes.TicketSerializer, status=201)
    def post(self, request: Request) -> Response:
        """Only `title` is required. A requester asks for themselves; support staff may name the requester."""
        ticket = create_ticket(by=self.user, via=self.via, fields=self.body)
        answer = self.answer(ticket, 201)
        answer["Location"] = f"{request.path}/{ticket.pk}"
        return answer

    def filtered(self) -> Any:
        params = dict(self.request.query_params.lists())
        return filter_tickets(Ticket.objects.visible_to(self.user), params, self.user)


class TicketExportView(TicketsView):
    http_method_names = ["get", "head", "options"]

    @describe("Export tickets as CSV", tag=TAG, gives=bytes, parameters=FILTERS, media="text/csv")
    def get(self, request: Request) -> StreamingHttpResponse:  # type: ignore[override]
        """The same filters as the list, every row, newest first. Cells that a spreadsheet would run are made text."""
        pages.refuse_unknown(request, [*NAMES, *filter(is_filter, request.query_params)])
        return csv_answer(request._request, self.filtered(), self.user)


class TicketView(TicketDoor):
    @describe("Read a ticket", tag=TAG, gives=shapes.TicketSerializer)
    def get(self, request: Request, reference: str) -> Response:
        """By `1001` or `T-1001`. The `ETag` is the version."""
        shape = shapes.ticket_detail(Ticket.objects.visible_to(self.user).by_reference(reference), self.user)
        if shape is None:
            raise NoSuchTicket
        return Response(shape, headers=etag(shape["version"]))

    @describe(
        "Change a ticket",
        tag=TAG,
        takes=shapes.TicketChangeSerializer,
        gives=shapes.TicketSerializer,
        parameters=[IF_MATCH],
    )
    def patch(self, request: Request, reference: str) -> Response:
        """Only what is given changes. With `version`, fields that somebody else changed since are refused with both values; with
        `If-Match`, any newer version is.
        """
        return self.change(reference, self.body)

    @describe(
        "Replace a ticket",
        tag=TAG,
        takes=shapes.TicketChangeSerializer,
        gives=shapes.TicketSerializer,
        parameters=[IF_MATCH],
    )
    def put(self, request: Request, reference: str) -> Response:
        """Send back what you read, with your changes. What you leave out is emptied; what cannot be set is not looked at."""
        if not self.body.get("title"):
            raise Invalid({"title": ["This field is required."]})
        given = {name: value for name, value in self.body.items() if name not in shapes.READ_ONLY or name == "version"}
        emptied: dict[str, Any] = {"description": ""}
        if isinstance(given.get("custom_fields", {}), dict):
            given["custom_fields"] = self.custom_changes(reference, given.get("custom_fields", {}))
        if self.user.is_support_staff:
            emptied |= {"tags": [], **dict.fromkeys(("category", "assignee", "team", "due_at"))}
        return self.change(reference, {**emptied, **given})

    @describe("Archive a ticket", tag=TAG, status=204)
    def delete(self, request: Request, reference: str) -> Response:
        """It leaves every list, stays readable, and can be restored. Managers and admins."""
        archive_ticket(ticket=self.ticket(reference), by=self.user, via=self.via)
        return Response(status=204)

    def change(self, reference: str, body: Mapping[str, Any]) -> Response:
        changes = dict(body)
        exact = if_match(self.request)
        base = changes.pop("version", None)
        if base is not None:
            base = whole_number(base, "version")
        ticket = change_ticket(
            ticket=self.ticket(reference),
            by=self.user,
            via=self.via,
            changes=changes,
            base_version=base if exact is None else exact,
            exact=exact is not None,
        )
        return self.answer(ticket)

    def custom_changes(self, reference: str, wish: dict[str, Any]) -> dict[str, Any]:
        """Return what differs from the ticket; keys that are left out are emptied."""
        present = self.ticket(reference).custom_fields
        known = shapes.portal_fields(self.user)
        emptied = {key: None for key in present if key in known and key not in wish}
        return emptied | {key: value for key, value in wish.items() if key not in present or present[key] != value}


class TicketRestoreView(TicketDoor):
    @describe("Restore an archived ticket", tag=TAG, gives=shapes.TicketSerializer)
    def post(self, request: Request, reference: str) -> Response:
        return self.answer(restore_ticket(ticket=self.ticket(reference), by=self.user, via=self.via))


class TicketBulkView(ApiView):
    @describe("Change many tickets", tag=TAG, takes=shapes.BulkSerializer, gives=shapes.BulkResultSerializer)
    def post(self, request: Request) -> Response:
        """The same change to up to 1,000 tickets, each for itself: one that is refused does not stop the others."""
        body = only(self.body, "ids", "changes")
        ids, changes = body.get("ids"), body.get("changes")
        if not isinstance(ids, list) or len(ids) > 1000:
            raise Invalid({"ids": ["Give a list of 1 to 1,000 ticket ids."]})
        if not isinstance(changes, dict):
            raise Invalid({"changes": ["Give an object of fields and values."]})
        numbers = [whole_number(str(pk).upper().removeprefix("T-"), "ids") for pk in ids]
        result = bulk_change(ticket_ids=numbers, by=self.user, via=self.via, changes=changes)
        return Response(shapes.bulk_shape(result))


class TicketMergeView(TicketDoor):
    @describe("Merge a ticket into another", tag=TAG, takes=shapes.MergeSerializer, gives=shapes.TicketSerializer)
    def post(self, request: Request, reference: str) -> Response:
        """Closes this ticket and answers the one that goes on; it can be undone."""
        source = self.ticket(reference)
        into = only(self.body, "into").get("into")
        if not isinstance(into, int | str) or isinstance(into, bool):
            raise Invalid({"into": ["Give the id of the ticket that goes on."]})
        target = merge_tickets(source=source, target=self.ticket(str(into)), by=self.user, via=self.via)
        return self.answer(target)


class TicketUnmergeView(TicketDoor):
    @describe("Undo a merge", tag=TAG, gives=shapes.TicketSerializer)
    def post(self, request: Request, reference: str) -> Response:
        return self.answer(unmerge_ticket(ticket=self.ticket(reference), by=self.user, via=self.via))


class TicketRatingView(TicketDoor):
    @describe("Rate the answer", tag=TAG, takes=shapes.RatingSerializer, gives=shapes.TicketSerializer)
    def post(self, request: Request, reference: str) -> Response:
        """The requester's 1 (bad) to 5 (good), once the ticket is resolved; a later answer replaces it."""
        body = only(self.body, "rating", "comment")
        ticket = rate_ticket(
            ticket=self.ticket(reference),
            by=self.user,
            via=self.via,
            rating=body.get("rating"),  # type: ignore[arg-type]  # the action checks
            comment=body.get("comment", ""),
        )
        return self.answer(ticket)
