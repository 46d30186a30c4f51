"""Addresses of the requester's portal."""

from django.urls import path

from tickets.pages.portal import asking, help, lists, tickets

urlpatterns = [
    path("", lists.my_tickets, name="portal"),
    path("/new", asking.new_ticket, name="portal_new"),
    path("/new/suggestions", asking.suggested, name="portal_suggestions"),
    path("/tickets/<int:pk>", tickets.ticket, name="portal_ticket"),
    path("/tickets/<int:pk>/reply", tickets.reply, name="portal_reply"),
    path("/tickets/<int:pk>/status", tickets.set_status, name="portal_status"),
    path("/tickets/<int:pk>/rate", tickets.rate, name="portal_rate"),
    path("/help", help.articles, name="portal_help"),
    path("/help/<slug:slug>", help.article, name="portal_article"),
    path("/help/<slug:slug>/rate", help.rate, name="portal_article_rate"),
]
