"""Models of the libraries: restyled where an admin needs them, taken out where not."""

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.contrib import admin
from django.contrib.auth.models import Group
from django.http import HttpRequest
from django_celery_beat.admin import ClockedScheduleAdmin as BaseClockedAdmin
from django_celery_beat.admin import CrontabScheduleAdmin as BaseCrontabAdmin
from django_celery_beat.admin import PeriodicTaskAdmin as BaseTaskAdmin
from django_celery_beat.admin import PeriodicTaskForm, TaskSelectWidget
from django_celery_beat.models import (
    ClockedSchedule,
    CrontabSchedule,
    IntervalSchedule,
    PeriodicTask,
    SolarSchedule,
)
from rest_framework_simplejwt.token_blacklist.models import BlacklistedToken, OutstandingToken
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from tickets.admin.base import DeskAdmin, ReadOnlyAdmin

admin.site.unregister(
    [
        AccessAttempt,
        AccessFailureLog,
        AccessLog,
        Authenticator,
        BlacklistedToken,
        ClockedSchedule,
        CrontabSchedule,
        EmailAddress,
        Group,
        IntervalSchedule,
        OutstandingToken,
        PeriodicTask,
        SolarSchedule,
    ]
)


@admin.register(AccessAttempt)
class LockOutAdmin(ReadOnlyAdmin):
    """Wrong passwords of late. Deleting a row lets that name try again from that address."""

    list_display = ["username", "ip_address", "failures_since_start", "attempt_time"]
    search_fields = ["username", "ip_address"]
    fields = ["username", "ip_address", "failures_since_start", "attempt_time", "user_agent"]

    def has_delete_permission(self, request: HttpRequest, obj: AccessAttempt | None = None) -> bool:
        return bool(request.user.is_superuser)


class TaskWidget(UnfoldAdminSelectWidget, TaskSelectWidget):  # type: ignore[misc]
    """The list of known tasks, in the admin's own look."""


class TaskForm(PeriodicTaskForm):  # type: ignore[misc]
    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["regtask"].widget = TaskWidget()
        self.fields["task"].widget = UnfoldAdminTextInputWidget()


@admin.register(PeriodicTask)
class ScheduleAdmin(BaseTaskAdmin, DeskAdmin):  # type: ignore[misc]
    form = TaskForm
    list_display = ["name", "enabled", "scheduler", "last_run_at"]
    list_filter = ["enabled", "one_off"]
    date_hierarchy = None


@admin.register(IntervalSchedule)
class IntervalAdmin(DeskAdmin):
    list_display = ["__str__", "every", "period"]


@admin.register(CrontabSchedule)
class CrontabAdmin(BaseCrontabAdmin, DeskAdmin):  # type: ignore[misc]
    pass


@admin.register(ClockedSchedule)
class ClockedAdmin(BaseClockedAdmin, DeskAdmin):  # type: ignore[misc]
    pass
