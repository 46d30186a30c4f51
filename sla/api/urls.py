"""Every address below /api/v1/sla."""

from django.urls import path

from sla.api import breaches, calendars, performance, policies, reports, rules
from tickets.api import converters  # noqa: F401 - `id`

urlpatterns = [
    path("breaches", breaches.BreachesView.as_view()),
    path("breaches/<id:pk>", breaches.BreachView.as_view()),
    path("breaches/<id:pk>/acknowledge", breaches.AcknowledgeView.as_view()),
    path("waivers", breaches.WaiversView.as_view()),
    path("waivers/<id:pk>", breaches.WaiverView.as_view()),
    path("waivers/<id:pk>/revoke", breaches.WaiverRevokeView.as_view()),
    path("calendars", calendars.CalendarsView.as_view()),
    path("calendars/<id:pk>", calendars.CalendarView.as_view()),
    path("calendars/<id:pk>/preview", calendars.CalendarEditPreviewView.as_view()),
    path("calendars/<id:pk>/holidays", calendars.CalendarHolidaysView.as_view()),
    path("calendars/<id:pk>/versions", calendars.CalendarVersionsView.as_view()),
    path("policies", policies.PoliciesView.as_view()),
    path("policies/preview", policies.PolicyPreviewView.as_view()),
    path("policies/<id:pk>", policies.PolicyView.as_view()),
    path("policies/<id:pk>/preview", policies.PolicyEditPreviewView.as_view()),
    path("policies/<id:pk>/versions", policies.PolicyVersionsView.as_view()),
    path("escalation-rules", rules.RulesView.as_view()),
    path("escalation-rules/<id:pk>", rules.RuleView.as_view()),
    path("reports", reports.ReportsView.as_view()),
    path("reports/export", reports.ReportExportView.as_view()),
    path("technicians/<id:pk>/performance", performance.PerformanceView.as_view()),
]
