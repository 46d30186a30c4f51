"""Every address of the product."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("admin/", admin.site.urls),
    path("", include("tickets.accounts.urls")),
    path("", include("tickets.pages.urls")),
]
