"""Every address below /api/v1 that belongs to this room."""

from django.urls import path

from analytics.api import answers

urlpatterns = [
    path("analytics/dashboard", answers.DashboardView.as_view()),
    path("analytics/forecast", answers.ForecastView.as_view()),
    path("analytics/performance", answers.PerformanceView.as_view()),
    path("analytics/trends", answers.TrendsView.as_view()),
]
