"""Every address below /api/v1 that belongs to this room."""

from importlib.util import find_spec

from django.urls import path

from integrations.api import (
    connections,
    hooks,
    links,
    mail_addresses,
    mail_events,
    notifications,
    overview,
    routes,
    templates,
    webhooks,
)
from tickets.api import converters  # noqa: F401 - `id`

HOSTED = [path("mail/events/<str:sender>", mail_events.MailEventsView.as_view())] if find_spec("anymail") else []
urlpatterns = [
    path("notifications", notifications.NotificationsView.as_view()),
    path("notifications/preferences", notifications.PreferencesView.as_view()),
    path("notifications/routes", routes.RoutesView.as_view()),
    path("notifications/routes/<id:pk>", routes.RouteView.as_view()),
    path("notifications/templates", templates.TemplatesView.as_view()),
    path("notifications/templates/<id:pk>", templates.TemplateView.as_view()),
    path("notifications/<id:pk>", notifications.NotificationView.as_view()),
    path("tickets/<str:reference>/mute", notifications.MuteView.as_view()),
    path("integrations", connections.ConnectionsView.as_view()),
    path("integrations/overview", overview.OverviewView.as_view()),
    path("integrations/<id:pk>", connections.ConnectionView.as_view()),
    path("integrations/<id:pk>/test", connections.ConnectionTestView.as_view()),
    path("integrations/<id:pk>/sync", connections.ConnectionSyncView.as_view()),
    path("integrations/<id:pk>/addresses", mail_addresses.AddressesView.as_view()),
    path("integrations/<id:pk>/addresses/<id:address_pk>", mail_addresses.AddressView.as_view()),
    path("integrations/<id:pk>/renew-address", connections.ConnectionAddressView.as_view()),
    path("hooks", hooks.HooksView.as_view()),
    path("hooks/<id:pk>", hooks.HookView.as_view()),
    path("hooks/<id:pk>/secret", hooks.HookSecretView.as_view()),
    path("hooks/<id:pk>/test", hooks.HookTestView.as_view()),
    path("hooks/<id:pk>/calls", hooks.HookCallsView.as_view()),
    path("hooks/<id:pk>/calls/<id:call_pk>/again", hooks.HookCallAgainView.as_view()),
    path("integrations/<str:provider>/webhook", webhooks.WebhookView.as_view()),
    path("integrations/<str:provider>/webhook/<str:token>", webhooks.WebhookPathView.as_view()),
    *HOSTED,
    path("tickets/<str:reference>/external-links", links.TicketExternalLinksView.as_view()),
    path("tickets/<str:reference>/external-links/<id:pk>", links.ExternalLinkView.as_view()),
    path("tickets/<str:reference>/disagreements/<id:pk>", links.SettleView.as_view()),
]
