"""Customers and the mail domains that belong to them."""

from typing import Any

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest

from tickets.admin.base import ConfiguredAdmin, Rows, display
from tickets.models import Organization, OrganizationDomain


class DomainRows(Rows):
    model = OrganizationDomain
    verbose_name = "mail domain"
    fields = ["domain"]


@admin.register(Organization)
class OrganizationAdmin(ConfiguredAdmin):
    list_display = ["name", "tier", "time_zone", "people_count", "is_active"]
    list_filter = ["tier", "is_active"]
    search_fields = ["name", "domains__domain"]
    inlines = [DomainRows]
    fieldsets = [
        (None, {"fields": [("name", "tier"), ("time_zone", "is_active"), "notes"]}),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).annotate(people_count=Count("people"))  # type: ignore[no-any-return]

    @display(description="People", ordering="people_count")
    def people_count(self, organization: Any) -> int:
        return int(organization.people_count)
