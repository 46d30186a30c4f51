"""Addresses of this room's pages."""

from django.urls import path

from integrations.pages import links, mail, muting, notifications, overview, preferences
from tickets.pages import desk_urls  # noqa: F401 - the converter `ticket`

urlpatterns = [
    path("notifications", notifications.notifications, name="notifications"),
    path("notifications/count", notifications.count, name="notification_count"),
    path("notifications/read", notifications.read, name="notifications_read"),
    path("notifications/preferences", preferences.preferences, name="notification_preferences"),
    path("notifications/unsubscribe/<str:token>", preferences.unsubscribe, name="unsubscribe"),
    path("notifications/<int:pk>", notifications.follow, name="notification"),
    path("notifications/<int:pk>/read", notifications.read_one, name="notification_read"),
    path("integrations", overview.integrations, name="integrations"),
    path("integrations/again", overview.again, name="integrations_again"),
    path("integrations/put-aside/<int:pk>", overview.read_one_again, name="integration_read_again"),
    path("integrations/<int:pk>", overview.act_on_connection, name="integration_act"),
    path("integrations/hooks/<int:pk>", overview.act_on_hook, name="hook_act"),
    path("tickets/<ticket:pk>/comments/<int:comment_pk>/move", mail.rethread, name="comment_move"),
    path("tickets/<ticket:pk>/mute", muting.mute, name="ticket_mute"),
    path("portal/tickets/<int:pk>/mute", muting.portal_mute, name="portal_mute"),
    path("tickets/<ticket:pk>/hand-on", links.hand_ticket_on, name="integration_hand_on"),
    path("tickets/<ticket:pk>/unlink/<int:link>", links.unlink, name="integration_unlink"),
    path("tickets/<ticket:pk>/questions/<int:question>", links.settle, name="integration_settle"),
]
