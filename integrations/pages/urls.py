"""Addresses of this room's pages."""

from django.urls import path

from integrations.pages import links
from tickets.pages import desk_urls  # noqa: F401 - the converter `ticket`

urlpatterns = [
    path("tickets/<ticket:pk>/hand-on", links.hand_ticket_on, name="integration_hand_on"),
    path("tickets/<ticket:pk>/questions/<int:question>", links.settle, name="integration_settle"),
]
