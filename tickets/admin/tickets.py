"""Tickets and what happened to them, read-only. Changes happen on the ticket's page, through actions."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from unfold.paginator import InfinitePaginator

from tickets.admin.base import ReadOnlyAdmin, display, page_link, readable
from tickets.models import Attachment, Comment, Ticket, TicketEvent


class OfTicket(ReadOnlyAdmin):
    """Rows that belong to a ticket, with a link to its page."""

    paginator = InfinitePaginator  # counting millions takes longer than anybody pages

    readonly_fields = ["page"]

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["page", *(name for name in super().get_fields(request, obj) if name not in ("page", "ticket"))]

    @display(description="Ticket", ordering="ticket")
    def page(self, row: Any) -> Any:
        return page_link("ticket", row.ticket_id, f"T-{row.ticket_id}")


@admin.register(Ticket)
class TicketAdmin(ReadOnlyAdmin):
    list_display = ["title", "page", "status", "priority", "organization", "requester", "assignee", "updated_at"]
    readonly_fields = ["page"]
    paginator = InfinitePaginator
    list_filter = ["status", "priority", "channel", "source"]
    search_fields = ["=id", "title", "=external_id"]
    search_help_text = "Number without T-, part of the title, or the id in the other system."
    list_select_related = ["organization", "requester", "assignee"]
    ordering = ["-pk"]
    fieldsets = [
        (None, {"fields": ["page", "title", "description", "resolution"]}),
        ("State", {"fields": [("status", "version"), ("priority", "risk"), ("urgency", "impact"), "category"]}),
        ("People", {"fields": [("requester", "organization"), ("assignee", "team")]}),
        ("Moments", {"fields": [("created_at", "updated_at"), ("first_responded_at", "due_at")]}),
        ("", {"fields": [("resolved_at", "closed_at"), "archived_at"]}),
        ("Where it came from", {"fields": ["channel", ("source", "external_id"), "merged_into", "custom_fields"]}),
        ("Rating", {"fields": ["rating", "rating_comment"]}),
    ]

    @display(description="Page", ordering="pk")
    def page(self, ticket: Ticket) -> Any:
        return page_link("ticket", ticket.pk, ticket.reference)


@admin.register(TicketEvent)
class EventAdmin(OfTicket):
    list_display = ["occurred_at", "page", "kind", "actor_name", "channel", "is_public"]
    list_filter = ["kind", "channel", "is_public"]
    search_fields = ["=ticket__id"]
    search_help_text = "Number of the ticket without T-."
    ordering = ["-pk"]
    fields = ["page", "version", "kind", "actor_name", "channel", "occurred_at", "is_public", "what", "more"]
    readonly_fields = ["page", "what", "more"]

    @display(description="Changes")
    def what(self, event: TicketEvent) -> Any:
        return readable(event.changes)

    @display(description="Data")
    def more(self, event: TicketEvent) -> Any:
        return readable(event.data)


@admin.register(Comment)
class CommentAdmin(OfTicket):
    list_display = ["created_at", "page", "author_name", "is_internal", "channel", "beginning"]
    list_filter = ["is_internal", "channel", "is_automatic"]
    search_fields = ["=ticket__id", "author_name"]
    search_help_text = "Number of the ticket without T-, or the author's name."
    ordering = ["-pk"]
    exclude = ["html", "mentions"]

    @display(description="Text")
    def beginning(self, comment: Comment) -> str:
        return comment.body[:80]


@admin.register(Attachment)
class AttachmentAdmin(OfTicket):
    list_display = ["filename", "page", "file_type", "file_size", "uploaded_by", "created_at", "is_internal"]
    list_filter = ["file_type", "is_internal"]
    search_fields = ["=ticket__id", "filename"]
    list_select_related = ["uploaded_by"]
    ordering = ["-pk"]
    exclude = ["file"]
