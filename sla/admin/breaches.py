"""Breaches and waivers: read, acknowledged, forgiven, and the forgiving taken back."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from unfold.paginator import InfinitePaginator
from unfold.widgets import UnfoldAdminSelect2Widget, UnfoldAdminSplitDateTimeWidget, UnfoldAdminTextInputWidget

from sla.actions.acknowledge import acknowledge_breach
from sla.actions.waive import revoke_waiver, waive_breaches
from sla.choices import BreachState
from sla.models import Breach, Policy, Waiver
from tickets.admin.base import DeskAdmin, ModelForm, ReadOnlyAdmin, action, actor, display, page_link
from tickets.choices import Channel
from tickets.models import Organization


class StateFilter(admin.SimpleListFilter):
    title = "state"
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        return BreachState.choices

    def queryset(self, request: HttpRequest, queryset: Any) -> QuerySet[Any] | None:
        return queryset.in_state(self.value()) if self.value() in BreachState.values else queryset  # type: ignore[no-any-return]


@admin.register(Breach)
class BreachAdmin(ReadOnlyAdmin):
    list_display = ["reached_at", "page", "metric", "severity", "organization", "technician", "state_label", "is_late"]
    list_filter = [StateFilter, "metric", "kind", "severity", "is_late"]
    search_fields = ["=ticket__id"]
    search_help_text = "Number of the ticket without T-."
    list_select_related = ["organization", "technician"]
    paginator = InfinitePaginator
    ordering = ["-pk"]
    exclude = ["ticket", "clock"]
    readonly_fields = ["page"]
    actions = ["acknowledge", "waive"]

    @display(description="Ticket", ordering="ticket")
    def page(self, breach: Breach) -> Any:
        return page_link("ticket", breach.ticket_id, f"T-{breach.ticket_id}")

    @display(description="State")
    def state_label(self, breach: Breach) -> str:
        return str(breach.state.label)

    @action(description="Acknowledge")
    def acknowledge(self, request: HttpRequest, queryset: Any) -> None:
        by = actor(request)
        rows = queryset.with_names()
        self.each(request, rows, lambda row: acknowledge_breach(breach=row, by=by, via=Channel.WEB), "acknowledged")

    @action(description="Forgive, with a reason…")
    def waive(self, request: HttpRequest, queryset: Any) -> HttpResponse:
        ids = ",".join(str(pk) for pk in queryset.values_list("pk", flat=True))
        return HttpResponseRedirect(f"{reverse('admin:sla_waiver_add')}?breaches={ids}")


class WaiverForm(ModelForm):
    reason = forms.CharField(max_length=500, widget=UnfoldAdminTextInputWidget())
    breaches = forms.CharField(
        required=False, help_text="Ids between commas; or a period below.", widget=UnfoldAdminTextInputWidget()
    )
    organization = forms.ModelChoiceField(Organization.objects.all(), required=False, widget=UnfoldAdminSelect2Widget())
    policy = forms.ModelChoiceField(Policy.objects.all(), required=False, widget=UnfoldAdminSelect2Widget())
    since = forms.SplitDateTimeField(required=False, widget=UnfoldAdminSplitDateTimeWidget())
    until = forms.SplitDateTimeField(required=False, widget=UnfoldAdminSplitDateTimeWidget())

    class Meta:
        model = Waiver
        fields = ["reason"]

    def clean_breaches(self) -> list[str] | None:
        return [part.strip() for part in self.cleaned_data["breaches"].split(",") if part.strip()] or None


@admin.register(Waiver)
class WaiverAdmin(DeskAdmin):
    form = WaiverForm
    list_display = ["reason", "breach_count", "made_by", "made_at", "revoked_by", "revoked_at"]
    list_select_related = ["made_by", "revoked_by"]
    search_fields = ["reason"]
    actions = ["revoke"]
    fields = ["reason", "breaches", ("organization", "policy"), ("since", "until")]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        read = ["reason", "terms", "breach_count", ("made_by", "made_at"), ("revoked_by", "revoked_at")]
        return read if obj else self.fields

    def save_model(self, request: HttpRequest, obj: Waiver, form: Any, change: bool) -> None:
        given = {name: value for name, value in form.cleaned_data.items() if value not in (None, "")}
        obj.pk = waive_breaches(by=actor(request), via=Channel.WEB, fields=given).pk

    @action(description="Take back", permissions=["view"])
    def revoke(self, request: HttpRequest, queryset: Any) -> None:
        by = actor(request)
        self.each(request, queryset, lambda row: revoke_waiver(waiver=row, by=by, via=Channel.WEB), "taken back")
