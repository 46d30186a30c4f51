"""Saved reports and their runs, to be looked at; people change them on their pages."""

from django.contrib import admin

from analytics.models import Report, ReportRun
from tickets.admin.base import ReadOnlyAdmin
from tickets.admin.work import WorkAdmin


@admin.register(Report)
class ReportAdmin(ReadOnlyAdmin):
    list_display = ["name", "owner", "sharing", "rhythm", "is_enabled", "next_at"]
    list_filter = ["rhythm", "is_enabled"]
    search_fields = ["name", "owner__name", "owner__email"]
    list_select_related = ["owner"]


@admin.register(ReportRun)
class ReportRunAdmin(WorkAdmin):
    list_display = ["pk", "report", "state_label", "attempts", "due_at", "finished_at", "last_error"]
    search_fields = ["report__name"]
    list_select_related = ["report"]
