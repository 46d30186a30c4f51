"""Addresses of this room's pages."""

from django.urls import path

from sla.pages import board, breaches, filters, periods, why
from tickets.pages import desk_urls  # noqa: F401 - the converter `ticket`

urlpatterns = [
    path("sla", board.board, name="sla_board"),
    path("sla/filters/<slug:name>", filters.menu, name="sla_filter"),
    path("sla/breaches/acknowledge", breaches.acknowledge, name="sla_acknowledge"),
    path("sla/breaches/waive", breaches.waive, name="sla_waive"),
    path("sla/waivers/new", periods.waive_period, name="sla_waive_period"),
    path("sla/waivers/<int:pk>", breaches.waiver, name="sla_waiver"),
    path("tickets/<ticket:pk>/sla", why.why, name="sla_why"),
]
