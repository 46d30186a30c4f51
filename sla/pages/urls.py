"""Addresses of this room's pages."""

from django.urls import path

from sla.pages import acknowledge, board, filters, why
from tickets.pages import desk_urls  # noqa: F401 - the converter `ticket`

urlpatterns = [
    path("sla", board.board, name="sla_board"),
    path("sla/filters/<slug:name>", filters.menu, name="sla_filter"),
    path("tickets/<ticket:pk>/sla", why.why, name="sla_why"),
    path("tickets/<ticket:pk>/sla/<int:breach_pk>/acknowledge", acknowledge.acknowledge, name="sla_acknowledge"),
]
