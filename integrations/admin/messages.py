"""What became of each message, and of the news that brought it."""

from django.contrib import admin

from integrations.choices import Outcome
from integrations.models import Message, News
from tickets.admin.base import display, page_link
from tickets.admin.work import WorkAdmin
from tickets.models.ticket import reference_of

OUTCOME_COLOURS = {
    Outcome.SENT: "success",
    Outcome.DELIVERED: "success",
    Outcome.FAILED: "danger",
    Outcome.UNKNOWN: "warning",
}


@admin.register(News)
class NewsAdmin(WorkAdmin):
    list_display = ["pk", "event", "state_label", "attempts", "due", "last_error"]
    list_select_related = ["event"]


@admin.register(Message)
class MessageAdmin(WorkAdmin):
    list_display = [
        "pk",
        "kind",
        "medium",
        "reader",
        "ticket_link",
        "outcome_label",
        "state_label",
        "due",
        "last_error",
    ]
    list_filter = ["medium", "outcome", "state", "kind", "route"]
    search_fields = ["=event__ticket__id", "notification__person__email", "last_error"]
    list_select_related = ["notification__person", "event", "connection"]

    @display(description="To")
    def reader(self, row: Message) -> str:
        return str(row.notification.person) if row.notification else f"{row.connection} {row.channel}".strip()

    @display(description="Ticket")
    def ticket_link(self, row: Message) -> str:
        reference = reference_of(row.event.ticket_id) if row.event else ""
        return page_link("ticket", reference, reference) if reference else ""

    @display(description="Outcome", ordering="outcome", label=OUTCOME_COLOURS)
    def outcome_label(self, row: Message) -> tuple[str, str]:
        return row.outcome, Outcome(row.outcome).label if row.outcome else "Waits"
