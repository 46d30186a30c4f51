"""Every address of the product."""

from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

from sla.api.clocks import TicketSlaView
from tickets.admin.work import overview
from tickets.live.views import websocket_health

handler500 = "tickets.api.problems.server_error"
urlpatterns = [
    path("admin", RedirectView.as_view(pattern_name="admin:index")),
    path("admin/work/", admin.site.admin_view(overview), name="admin_work"),
    path("admin/", admin.site.urls),
    path("api/v1/websocket/health", websocket_health, name="websocket_health"),
    path("api/v1/tickets/<str:reference>/sla", TicketSlaView.as_view()),
    path("api/v1/sla/", include("sla.api.urls")),
    path("api/v1/", include("integrations.api.urls")),
    path("api/v1/", include("analytics.api.urls")),
    path("api/v1/", include("ai.api.urls")),
    path("api/v1/", include("tickets.api.urls")),
    path("", include("tickets.accounts.urls")),
    path("", include("sla.pages.urls")),
    path("", include("integrations.pages.urls")),
    path("", include("analytics.pages.report_urls")),
    path("", include("analytics.pages.urls")),
    path("", include("ai.pages.urls")),
    path("", include("tickets.pages.urls")),
]
