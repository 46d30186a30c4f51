"""Addresses of signing in and joining."""

from django.urls import include, path

from tickets.accounts import views

urlpatterns = [
    path("accounts/", include("allauth.urls")),
    path("invitation/<str:token>", views.join, name="invitation"),
]
