"""Addresses of this room's pages."""

from django.urls import path

from sla.pages import why
from tickets.pages import desk_urls  # noqa: F401 - the converter `ticket`

urlpatterns = [
    path("tickets/<ticket:pk>/sla", why.why, name="sla_why"),
]
