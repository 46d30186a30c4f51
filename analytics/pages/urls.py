"""Addresses of this room's pages."""

from django.urls import path

from analytics.pages import arranging, dashboard, filters, forecast, metric, organizations, side_by_side, subjects

urlpatterns = [
    path("analytics", dashboard.dashboard, name="analytics"),
    path("analytics/filters/<slug:name>", filters.menu, name="analytics_filter"),
    path("analytics/arrange", arranging.arrange, name="analytics_arrange"),
    path("analytics/arrange/reset", arranging.reset, name="analytics_reset"),
    path("analytics/forecast", forecast.forecast, name="analytics_forecast"),
    path("analytics/forecast/filters/<slug:name>", filters.menu, name="analytics_forecast_filter"),
    path("analytics/metrics/<slug:name>", metric.metric, name="analytics_metric"),
    path("analytics/metrics/<slug:metric>/filters/<slug:name>", filters.menu, name="analytics_metric_filter"),
    path("analytics/technicians/<int:pk>", subjects.technician, name="analytics_technician"),
    path("analytics/teams/<int:pk>", subjects.team, name="analytics_team"),
    path("analytics/organizations/<int:pk>", organizations.organization, name="analytics_organization"),
    *(
        path(f"analytics/{kind}s", side_by_side.side_by_side, {"kind": kind}, name=route)
        for kind, (_, route) in side_by_side.KINDS.items()
    ),
]
