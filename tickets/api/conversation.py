"""What is said and done on one ticket: timeline, comments, links, watchers, time."""

from functools import partial

from rest_framework.request import Request
from rest_framework.response import Response

from tickets.actions.conversation import add_comment, edit_comment, log_time, redact_comment
from tickets.actions.merging import link_tickets, unlink_tickets
from tickets.actions.tickets import set_watching
from tickets.api import pages
from tickets.api.schema import describe, page_of, paged, parameter
from tickets.api.serializers import conversation as shapes
from tickets.api.serializers import tickets as ticket_shapes
from tickets.api.serializers.common import ReferenceSerializer
from tickets.api.views import ApiView, find, flag, only, reference, wanted
from tickets.errors import Invalid
from tickets.fields import day
from tickets.models import Comment, Ticket, TicketEvent, TicketLink, TimeEntry, User
from tickets.permissions import can, require

BY_VERSION = {"version": "version"}
BY_CREATED = {"created_at": "created_at"}
TAG = "Conversation"


class TimelineView(ApiView):
    @describe(
        "Read a ticket's timeline",
        tag=TAG,
        gives=page_of(ticket_shapes.EventSerializer),
        parameters=[*paged(BY_VERSION), parameter("after", "Only what came after this version.", int)],
    )
    def get(self, request: Request, reference: str) -> Response:
        """Everything that happened, oldest first. A requester sees what is public."""
        rows = TicketEvent.objects.visible_to(self.user).filter(ticket=self.ticket(reference))
        after = request.query_params.get("after")
        if after is not None:
            if not (after.isascii() and after.isdigit() and len(after) < 10):
                raise Invalid({"after": ["Give a version."]})
            rows = rows.filter(version__gt=int(after))
        shape = partial(ticket_shapes.event_shape, viewer=self.user, hidden=ticket_shapes.hidden_changes(self.user))
        return pages.page(request, rows, shape, orderings=BY_VERSION, default="version", filters=["after"])


class CommentsView(ApiView):
    @describe("List comments", tag=TAG, gives=page_of(shapes.CommentSerializer), parameters=paged(BY_CREATED))
    def get(self, request: Request, reference: str) -> Response:
        """Oldest first; internal notes for support staff only."""
        rows = Comment.objects.visible_to(self.user).filter(ticket=self.ticket(reference)).select_related("author")
        return pages.page(request, rows, shapes.comment_shape, orderings=BY_CREATED, default="created_at")

    @describe("Add a comment", tag=TAG, takes=shapes.CommentWriteSerializer, gives=shapes.CommentSerializer, status=201)
    def post(self, request: Request, reference: str) -> Response:
        """A public reply, or an internal note. The requester's reply reopens a pending or finished ticket."""
        body = only(self.body, "body", "internal")
        comment = add_comment(
            ticket=self.ticket(reference),
            by=self.user,
            via=self.via,
            body=body.get("body"),
            internal=flag(body, "internal"),
        )
        return Response(shapes.comment_shape(comment), status=201)


class CommentView(ApiView):
    def comment(self, reference: str, pk: int) -> Comment:
        rows = (
            Comment.objects.visible_to(self.user)
            .filter(ticket=self.ticket(reference))
            .select_related("author", "ticket")
        )
        found: Comment = find(rows, "comment", pk=pk)
        return found

    @describe("Read a comment", tag=TAG, gives=shapes.CommentSerializer)
    def get(self, request: Request, reference: str, pk: int) -> Response:
        return Response(shapes.comment_shape(self.comment(reference, pk)))

    @describe("Edit a comment", tag=TAG, takes=shapes.CommentEditSerializer, gives=shapes.CommentSerializer)
    def patch(self, request: Request, reference: str, pk: int) -> Response:
        """Your own, or as a manager anybody's."""
        body = only(self.body, "body")
        edited = edit_comment(comment=self.comment(reference, pk), by=self.user, via=self.via, body=body.get("body"))
        return Response(shapes.comment_shape(edited))

    @describe("Redact a comment", tag=TAG, status=204)
    def delete(self, request: Request, reference: str, pk: int) -> Response:
        """Takes its words away for good and leaves its place."""
        redact_comment(comment=self.comment(reference, pk), by=self.user, via=self.via)
        return Response(status=204)


class LinksView(ApiView):
    @describe("List links", tag=TAG, gives=ticket_shapes.LinkSerializer(many=True))
    def get(self, request: Request, reference: str) -> Response:
        """Links to tickets that you may see too."""
        ticket = self.ticket(reference)
        seen = Ticket.objects.visible_to(self.user)
        rows = TicketLink.objects.select_related("source", "target").order_by("pk")
        links = rows.filter(source=ticket, target__in=seen) | rows.filter(target=ticket, source__in=seen)
        return Response([ticket_shapes.link_shape(link) for link in links])

    @describe(
        "Link two tickets",
        tag=TAG,
        takes=ticket_shapes.LinkWriteSerializer,
        gives=ticket_shapes.LinkSerializer,
        status=201,
    )
    def post(self, request: Request, reference: str) -> Response:
        body = only(self.body, "target", "kind")
        source = self.ticket(reference)
        target = wanted(body, Ticket.objects.visible_to(self.user), "target", "ticket")
        link = link_tickets(source=source, target=target, kind=str(body.get("kind")), by=self.user, via=self.via)
        return Response(ticket_shapes.link_shape(link), status=201)


class LinkView(ApiView):
    @describe("Remove a link", tag=TAG, status=204)
    def delete(self, request: Request, reference: str, pk: int) -> Response:
        ticket = self.ticket(reference)
        rows = TicketLink.objects.select_related("source", "target")
        link = find(rows.filter(source=ticket) | rows.filter(target=ticket), "link", pk=pk)
        unlink_tickets(link=link, by=self.user, via=self.via)
        return Response(status=204)


class WatchersView(ApiView):
    @describe("List watchers", tag=TAG, gives=ReferenceSerializer(many=True))
    def get(self, request: Request, reference: str) -> Response:
        return self.answer(self.ticket(reference))

    @describe(
        "Add a watcher", tag=TAG, takes=ticket_shapes.WatcherWriteSerializer, gives=ReferenceSerializer(many=True)
    )
    def post(self, request: Request, reference: str) -> Response:
        """Yourself; support staff may add others."""
        ticket = self.ticket(reference)
        body = only(self.body, "user")
        people = User.objects.visible_to(self.user).filter(is_active=True)
        watcher = wanted(body, people, "user", "user") if "user" in body else self.user
        set_watching(ticket=ticket, watcher=watcher, watching=True, by=self.user, via=self.via)
        return self.answer(ticket)

    def answer(self, ticket: Ticket) -> Response:
        people = ticket.watchers.all() if self.user.is_support_staff else ticket.watchers.filter(pk=self.user.pk)
        return Response([reference(person) for person in people])


class WatcherView(ApiView):
    @describe("Remove a watcher", tag=TAG, status=204)
    def delete(self, request: Request, reference: str, pk: int) -> Response:
        ticket = self.ticket(reference)
        # Whether somebody else watches is the desk's own knowledge: a requester gets the same answer either way.
        known = ticket.watchers.all() if can(self.user, "ticket.work", ticket) else User.objects.none()
        watcher = self.user if pk == self.user.pk else find(known, "watcher", pk=pk)
        set_watching(ticket=ticket, watcher=watcher, watching=False, by=self.user, via=self.via)
        return Response(status=204)


class TimeEntriesView(ApiView):
    @describe("List time entries", tag=TAG, gives=shapes.TimeEntrySerializer(many=True))
    def get(self, request: Request, reference: str) -> Response:
        """For support staff."""
        ticket = self.ticket(reference)
        require(self.user, "ticket.work", ticket)
        entries = TimeEntry.objects.filter(ticket=ticket).select_related("user")
        return Response([shapes.time_entry_shape(entry) for entry in entries])

    @describe("Log time", tag=TAG, takes=shapes.TimeEntryWriteSerializer, gives=shapes.TimeEntrySerializer, status=201)
    def post(self, request: Request, reference: str) -> Response:
        body = only(self.body, "minutes", "note", "billable", "worked_on")
        try:
            worked_on = None if body.get("worked_on") is None else day(body["worked_on"])
        except ValueError as error:
            raise Invalid({"worked_on": [str(error)]}) from None
        entry = log_time(
            ticket=self.ticket(reference),
            by=self.user,
            via=self.via,
            minutes=body.get("minutes"),
            note=body.get("note", ""),
            billable=flag(body, "billable", default=True),
            worked_on=worked_on,
        )
        return Response(shapes.time_entry_shape(entry), status=201)
