"""Addresses of saved reports."""

from django.urls import path

from analytics.pages import reports

urlpatterns = [
    path("analytics/reports", reports.listed, name="reports"),
    path("analytics/reports/new", reports.new, name="report_new"),
    path("analytics/reports/<int:pk>", reports.report, name="report"),
    path("analytics/reports/<int:pk>/edit", reports.edit, name="report_edit"),
    path("analytics/reports/<int:pk>/run", reports.run, name="report_run"),
    path("analytics/reports/<int:pk>/remove", reports.remove, name="report_remove"),
    path("analytics/reports/<int:pk>/runs/<int:run_pk>/<slug:form>", reports.file, name="report_file"),
]
