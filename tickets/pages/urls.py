"""Addresses of the pages. Each room of pages adds its own lines."""

from django.urls import include, path

from tickets.pages import home, queue

urlpatterns = [
    path("", home.home, name="home"),
    path("tickets", queue.queue, name="queue"),
    path("portal", include("tickets.pages.portal.urls")),
]
