"""Addresses of the desk: the queue, a ticket, and what finds things."""

from django.urls import path, register_converter

from tickets.pages import bulk, changing, dialogs, filters, palette, queue, ticket, undo, writing
from tickets.pages import new_ticket as new
from tickets.pages.converters import TicketNumber

register_converter(TicketNumber, "ticket")

urlpatterns = [
    path("undo", undo.undo, name="undo"),
    path("find", palette.find, name="find"),
    path("suggest/<slug:what>", palette.suggest, name="suggest"),
    # The queue
    path("tickets", queue.queue, name="queue"),
    path("tickets/bulk", bulk.bulk, name="queue_bulk"),
    path("tickets/filters/<slug:name>", filters.menu, name="queue_filter"),
    path("tickets/counts", queue.counts, name="view_counts"),
    # A ticket
    path("tickets/new", new.new_ticket, name="ticket_new"),
    path("tickets/<ticket:pk>", ticket.ticket, name="ticket"),
    path("tickets/<ticket:pk>/answer", changing.answer, name="ticket_answer"),
    path("tickets/<ticket:pk>/preview", writing.preview, name="ticket_preview"),
    path("tickets/<ticket:pk>/mentions", writing.mentions, name="ticket_mentions"),
    path("tickets/<ticket:pk>/macros", writing.macros, name="ticket_macros"),
    path("tickets/<ticket:pk>/fields", changing.fields, name="ticket_fields"),
    path("tickets/<ticket:pk>/fields/<str:name>", changing.field, name="ticket_field"),
    path("tickets/<ticket:pk>/watch", changing.watch, name="ticket_watch"),
    path("tickets/<ticket:pk>/archive", changing.archive, name="ticket_archive"),
    path("tickets/<ticket:pk>/edit", dialogs.edit, name="ticket_edit"),
    path("tickets/<ticket:pk>/merge", dialogs.merge, name="ticket_merge"),
    path("tickets/<ticket:pk>/unmerge", dialogs.unmerge, name="ticket_unmerge"),
    path("tickets/<ticket:pk>/links/new", dialogs.link, name="ticket_link"),
    path("tickets/<ticket:pk>/links/<int:link_pk>/remove", dialogs.unlink, name="ticket_unlink"),
    path("tickets/<ticket:pk>/time", dialogs.spend, name="ticket_time"),
    path("tickets/<ticket:pk>/comments/<int:comment_pk>/edit", dialogs.comment, name="comment_edit"),
    path("tickets/<ticket:pk>/comments/<int:comment_pk>/redact", dialogs.redact, name="comment_redact"),
    path("tickets/<ticket:pk>/files/<int:file_pk>/remove", dialogs.remove_file, name="file_remove"),
]
