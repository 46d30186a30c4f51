"""Every address below /api/v1 that belongs to this room."""

from django.urls import path

from analytics.api import answers, reports

urlpatterns = [
    path("analytics/dashboard", answers.DashboardView.as_view()),
    path("analytics/forecast", answers.ForecastView.as_view()),
    path("analytics/performance", answers.PerformanceView.as_view()),
    path("analytics/trends", answers.TrendsView.as_view()),
    path("analytics/reports", reports.ReportsView.as_view()),
    path("analytics/reports/<int:pk>", reports.ReportView.as_view()),
    path("analytics/reports/<int:pk>/runs", reports.ReportRunsView.as_view()),
    path("analytics/reports/<int:pk>/runs/<int:run_pk>", reports.ReportRunView.as_view()),
    path("analytics/reports/<int:pk>/runs/<int:run_pk>/files/<slug:form>", reports.ReportFileView.as_view()),
]
