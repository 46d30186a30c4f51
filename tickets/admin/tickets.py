"""Tickets and what happened to them, read-only. Changes happen on the ticket's page, through actions."""

from typing import Any

from django.contrib import admin

from tickets.admin.base import ReadOnlyAdmin, display, readable
from tickets.models import Attachment, Comment, Ticket, TicketEvent


@admin.register(Ticket)
class TicketAdmin(ReadOnlyAdmin):
    list_display = ["number", "title", "status", "priority", "organization", "requester", "assignee", "updated_at"]
    list_display_links = ["number", "title"]
    list_filter = ["status", "priority", "channel", "source"]
    search_fields = ["=id", "title", "=external_id"]
    search_help_text = "Number without T-, part of the title, or the id in the other system."
    list_select_related = ["organization", "requester", "assignee"]
    ordering = ["-pk"]
    exclude = ["description_html", "watchers", "tags"]

    @display(description="Ticket", ordering="pk")
    def number(self, ticket: Ticket) -> str:
        return ticket.reference


@admin.register(TicketEvent)
class EventAdmin(ReadOnlyAdmin):
    list_display = ["occurred_at", "ticket_number", "kind", "actor_name", "channel", "is_public"]
    list_filter = ["kind", "channel", "is_public"]
    search_fields = ["=ticket__id"]
    search_help_text = "Number of the ticket without T-."
    ordering = ["-pk"]
    fields = ["ticket", "version", "kind", "actor_name", "channel", "occurred_at", "is_public", "what", "more"]
    readonly_fields = ["what", "more"]

    @display(description="Ticket", ordering="ticket")
    def ticket_number(self, event: TicketEvent) -> str:
        return f"T-{event.ticket_id}"

    @display(description="Changes")
    def what(self, event: TicketEvent) -> Any:
        return readable(event.changes)

    @display(description="Data")
    def more(self, event: TicketEvent) -> Any:
        return readable(event.data)


@admin.register(Comment)
class CommentAdmin(ReadOnlyAdmin):
    list_display = ["created_at", "ticket_number", "author_name", "is_internal", "channel", "beginning"]
    list_filter = ["is_internal", "channel", "is_automatic"]
    search_fields = ["=ticket__id", "author_name"]
    search_help_text = "Number of the ticket without T-, or the author's name."
    ordering = ["-pk"]
    exclude = ["html", "mentions"]

    @display(description="Ticket", ordering="ticket")
    def ticket_number(self, comment: Comment) -> str:
        return f"T-{comment.ticket_id}"

    @display(description="Text")
    def beginning(self, comment: Comment) -> str:
        return comment.body[:80]


@admin.register(Attachment)
class AttachmentAdmin(ReadOnlyAdmin):
    list_display = ["filename", "ticket_number", "file_type", "file_size", "uploaded_by", "created_at", "is_internal"]
    list_filter = ["file_type", "is_internal"]
    search_fields = ["=ticket__id", "filename"]
    list_select_related = ["uploaded_by"]
    ordering = ["-pk"]
    exclude = ["file"]

    @display(description="Ticket", ordering="ticket")
    def ticket_number(self, attachment: Attachment) -> str:
        return f"T-{attachment.ticket_id}"
