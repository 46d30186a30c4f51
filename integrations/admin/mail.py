"""E-mail: what was held back, which mails belong to which ticket, and addresses that take none."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from integrations.actions.bounces import clear_address
from integrations.actions.letters import release_letter
from integrations.models import DeadAddress, HeldLetter, MailMessage
from tickets.admin.base import ReadOnlyAdmin, actor, display, page_link
from tickets.models.ticket import reference_of


@admin.register(HeldLetter)
class HeldLetterAdmin(ReadOnlyAdmin):
    list_display = ["pk", "reason", "detail", "sender", "subject", "mailbox", "created_at", "released_at"]
    list_filter = ["reason", ("released_at", admin.EmptyFieldListFilter), "event__connection"]
    search_fields = ["sender", "subject"]
    list_select_related = ["event__connection"]
    readonly_fields = ["text"]
    actions = ["release"]

    @display(description="Mailbox")
    def mailbox(self, row: HeldLetter) -> str:
        return row.event.connection.name

    @display(description="The mail as it came")
    def text(self, row: HeldLetter) -> str:
        return bytes(row.event.body).decode("utf-8", "replace")[:100_000]

    @admin.action(description="Release: take it as somebody's words", permissions=["view"])
    def release(self, request: HttpRequest, rows: QuerySet[Any]) -> None:
        self.each(request, rows, lambda row: release_letter(held=row, by=actor(request)), "released")


@admin.register(MailMessage)
class MailMessageAdmin(ReadOnlyAdmin):
    list_display = [
        "pk",
        "direction",
        "address",
        "ticket_link",
        "connection",
        "created_at",
        "delivered_at",
        "bounced_at",
        "bounce",
    ]
    list_filter = [
        "direction",
        ("delivered_at", admin.EmptyFieldListFilter),
        ("bounced_at", admin.EmptyFieldListFilter),
        "connection",
    ]
    search_fields = ["=address", "=message_id", "=ticket__id"]
    list_select_related = ["connection"]

    @display(description="Ticket")
    def ticket_link(self, row: MailMessage) -> str:
        reference = reference_of(row.ticket_id)
        return page_link("ticket", reference, reference)


@admin.register(DeadAddress)
class DeadAddressAdmin(ReadOnlyAdmin):
    list_display = ["address", "detail", "since"]
    search_fields = ["address"]
    actions = ["clear"]

    @admin.action(description="Send mail there again", permissions=["view"])
    def clear(self, request: HttpRequest, rows: QuerySet[Any]) -> None:
        self.each(request, rows, lambda row: clear_address(address=row, by=actor(request)), "cleared")
