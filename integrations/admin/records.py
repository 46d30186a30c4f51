"""What went over connections: to read, and to run again."""

from typing import Any

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString

from integrations.actions.put_aside import read_put_aside
from integrations.models import Delivery, ExternalLink, InboundEvent, InboundFile, PutAside, SyncRun
from tickets.admin.base import ReadOnlyAdmin, actor, display, page_link, readable
from tickets.admin.work import WorkAdmin
from tickets.models.ticket import reference_of


@admin.register(Delivery)
class DeliveryAdmin(WorkAdmin):
    list_display = ["pk", "connection", "ticket_link", "verb", "state_label", "attempts", "due", "last_error"]
    list_filter = ["state", "verb", "connection"]
    search_fields = ["=ticket__id", "last_error"]
    list_select_related = ["connection"]

    @display(description="Ticket")
    def ticket_link(self, row: Delivery) -> str:
        reference = reference_of(row.ticket_id)
        return page_link("ticket", reference, reference)


@admin.register(InboundEvent)
class InboundEventAdmin(WorkAdmin):
    list_display = ["pk", "connection", "kind", "record", "state_label", "attempts", "created_at", "last_error"]
    list_filter = ["state", "connection", "kind"]
    search_fields = ["=record", "=delivery_id"]
    list_select_related = ["connection"]
    exclude = ["lease", "woken_at", "body"]
    readonly_fields = ["text"]

    @display(description="Body")
    def text(self, row: InboundEvent) -> str:
        return bytes(row.body).decode("utf-8", "replace")


@admin.register(InboundFile)
class InboundFileAdmin(WorkAdmin):
    list_display = ["pk", "link", "filename", "state_label", "attempts", "created_at", "last_error"]
    list_filter = ["state", "link__connection"]
    list_select_related = ["link__connection"]
    exclude = ["lease", "woken_at", "url"]


@admin.register(SyncRun)
class SyncRunAdmin(WorkAdmin):
    list_display = ["pk", "connection", "kind", "state_label", "pages", "seen", "changed", "refused", "last_error"]
    list_filter = ["state", "kind", "connection"]
    list_select_related = ["connection"]
    exclude = ["lease", "woken_at", "report"]
    readonly_fields = ["differences"]

    @display(description="Differences")
    def differences(self, row: SyncRun) -> SafeString | str:
        return readable(row.report) if row.report else "None found."


@admin.register(PutAside)
class PutAsideAdmin(ReadOnlyAdmin):
    list_display = ["pk", "connection", "kind", "remote_id", "record", "why", "times", "created_at", "last_at"]
    list_filter = ["connection", "kind"]
    search_fields = ["=remote_id", "=record", "why"]
    list_select_related = ["connection"]
    exclude = ["raw", "digest"]
    readonly_fields = ["created_at", "as_it_came"]
    actions = ["read_again"]

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Return True: a row without an id cannot be read again, only let go of."""
        return bool(self.has_view_permission(request, obj))

    @display(description="As it came")
    def as_it_came(self, row: PutAside) -> SafeString:
        return format_html('<pre class="whitespace-pre-wrap">{}</pre>', row.raw)

    @admin.action(description="Read again", permissions=["view"])
    def read_again(self, request: HttpRequest, rows: QuerySet[Any]) -> None:
        self.each(request, rows, lambda row: read_put_aside(by=actor(request), row=row), "read")


@admin.register(ExternalLink)
class ExternalLinkAdmin(ReadOnlyAdmin):
    list_display = ["remote_key", "connection", "ticket_link", "created_at"]
    list_filter = ["connection"]
    search_fields = ["=ticket__id", "=remote_key"]
    list_select_related = ["connection"]

    @display(description="Ticket")
    def ticket_link(self, row: ExternalLink) -> str:
        reference = reference_of(row.ticket_id)
        return page_link("ticket", reference, reference)
