"""Policies: promises in a table, conditions to choose from, and what an edit would do, said before it is done."""

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Model, QuerySet, TextChoices
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils import timezone
from unfold.widgets import (
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelect2MultipleWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanSwitchWidget,
)

from sla.actions.policies import FRESH, preview_policy_edit, remove_policy, save_policy
from sla.admin import impact
from sla.admin.impact import FORMER, EditForm
from sla.choices import Metric
from sla.impact import Impact
from sla.models import Calendar, Policy, PolicyVersion
from sla.promises import in_words
from tickets.admin.base import DeskAdmin, ReadOnlyRows, actor, display
from tickets.choices import OPEN_STATUSES, Channel, Level, Tier
from tickets.errors import Invalid
from tickets.models import Category, Organization, Tag, Team

LEVELS = [Level.CRITICAL, Level.HIGH, Level.MEDIUM, Level.LOW]
CELLS = {(metric, level): f"{metric}_{level}" for metric in Metric for level in LEVELS}
NOUNS: dict[str, type[Model]] = {"organizations": Organization, "categories": Category, "teams": Team, "tags": Tag}
VALUES: dict[str, type[TextChoices]] = {"tiers": Tier, "channels": Channel}


class TimeField(forms.CharField):
    """A promised time, as people write it."""

    def __init__(self, level: Level) -> None:
        widget = UnfoldAdminTextInputWidget({"placeholder": "nothing", "autocomplete": "off"})
        super().__init__(label=level.label, required=False, max_length=30, widget=widget)


class SeveralField(forms.MultipleChoiceField):
    def __init__(self, label: str, choices: Any = (), help_text: str = "") -> None:
        widget = UnfoldAdminSelect2MultipleWidget()
        super().__init__(label=label, required=False, choices=choices, widget=widget, help_text=help_text)


class PolicyForm(EditForm):
    calendar = forms.ModelChoiceField(Calendar.objects.all(), widget=UnfoldAdminSelectWidget())
    uses_customers_calendar = forms.BooleanField(
        label="Use the customer's calendar where it has one", required=False, widget=UnfoldBooleanSwitchWidget()
    )
    position = forms.IntegerField(
        min_value=0, widget=UnfoldAdminIntegerFieldWidget(), help_text="Tried in this order; the first that fits holds."
    )
    is_active = forms.BooleanField(label="Active", required=False, widget=UnfoldBooleanSwitchWidget())
    is_default = forms.BooleanField(
        label="Default", required=False, widget=UnfoldBooleanSwitchWidget(), help_text="Holds where no other fits."
    )
    warnings = forms.CharField(
        label="Warn at (percent)", required=False, widget=UnfoldAdminTextInputWidget(), help_text="Like 50, 75, 90."
    )

    class Meta:
        model = Policy
        fields = ["name", "kind"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        latest = self.instance.latest if self.instance.pk else PolicyVersion(**FRESH)
        self.fields["kind"].disabled = bool(self.instance.pk)
        for noun, model in NOUNS.items():
            self.fields[noun].choices = [(str(row.pk), str(row)) for row in model._default_manager.all()]  # type: ignore[attr-defined]
        plain = ("position", "is_active", "is_default", "uses_customers_calendar")
        self.initial.update({name: getattr(latest, name) for name in plain})
        self.initial["calendar"] = latest.calendar_id or Calendar.objects.filter(is_default=True).first()
        self.initial["warnings"] = ", ".join(map(str, latest.warnings))
        self.initial.update({f"pauses_{metric}": latest.pauses.get(metric, []) for metric in Metric.values})
        self.initial.update({noun: [str(value) for value in values] for noun, values in latest.conditions.items()})
        for (metric, level), cell in CELLS.items():
            promised = latest.targets.get(metric, {}).get(level)
            self.initial[cell] = in_words(timedelta(minutes=promised)) if promised else ""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if self.errors:
            return cleaned
        try:
            self.ask_once(self.edit(), self._impact)
        except Invalid as error:
            for field, texts in error.errors.items():
                place = _place(field)
                self.add_error(place if place in self.fields else None, texts)
        return cleaned

    def _impact(self) -> Impact:
        return preview_policy_edit(by=FORMER, fields=self.edit(), policy=self.policy, **self.reach())

    @property
    def policy(self) -> Policy | None:
        return Policy.objects.get(pk=self.instance.pk) if self.instance.pk else None

    def edit(self) -> dict[str, Any]:
        """Return the fields of the policy as the action takes them."""
        said = self.cleaned_data
        plain = ("name", "position", "is_active", "is_default", "uses_customers_calendar")
        targets: dict[str, dict[str, str]] = {}
        for (metric, level), cell in CELLS.items():
            if said.get(cell):
                targets.setdefault(metric, {})[level] = said[cell]
        warnings = [part.strip() for part in said.get("warnings", "").split(",") if part.strip()]
        return {name: said[name] for name in plain} | {
            "kind": said["kind"],
            "calendar": said["calendar"].pk,
            "targets": targets,
            "pauses": {metric: said[f"pauses_{metric}"] for metric in Metric.values},
            "conditions": {noun: said[noun] for noun in (*NOUNS, *VALUES)},
            "warnings": [int(part) if part.isdecimal() else part for part in warnings],
        }


for (_, _level), _cell in CELLS.items():
    PolicyForm.base_fields[_cell] = TimeField(_level)
for _metric in Metric:
    PolicyForm.base_fields[f"pauses_{_metric}"] = SeveralField(
        f"{_metric.label} rests while", [(status, status.label) for status in OPEN_STATUSES]
    )
for _noun in NOUNS:
    PolicyForm.base_fields[_noun] = SeveralField(_noun.capitalize())
for _noun, _choices in VALUES.items():
    PolicyForm.base_fields[_noun] = SeveralField(_noun.capitalize(), _choices.choices)
PolicyForm.declared_fields = PolicyForm.base_fields


def _place(field: str) -> str:
    """Return the form's field that shows an error of the action's."""
    first, _, rest = field.partition(".")
    if first == "targets" and rest:
        return rest.replace(".", "_")
    return {"pauses": f"pauses_{rest}", "conditions": rest, "targets": f"{Metric.FIRST_RESPONSE}_critical"}.get(
        first, first
    )


class VersionRows(ReadOnlyRows):
    model = PolicyVersion
    fields = readonly_fields = ["number", "is_active", "targets", "made_by", "made_at", "after_ticket", "created_since"]


@admin.register(Policy)
class PolicyAdmin(DeskAdmin):
    form = PolicyForm
    list_display = ["name", "kind", "position", "calendar", "is_default", "is_active"]
    list_filter = ["kind"]
    search_fields = ["name"]
    readonly_fields = ["sample"]
    inlines = [VersionRows]
    add_fieldsets = [
        (None, {"fields": [("name", "kind"), ("calendar", "uses_customers_calendar")]}),
        *[
            (
                f"{metric.label}: working time",
                {"fields": [tuple(CELLS[metric, level] for level in pair) for pair in (LEVELS[:2], LEVELS[2:])]},
            )
            for metric in Metric
        ],
        ("For which tickets", {"fields": [("is_default", "position"), *[(noun,) for noun in (*VALUES, *NOUNS)]]}),
        ("Time rests", {"fields": [(f"pauses_{metric}",) for metric in Metric]}),
        ("Warnings", {"fields": ["warnings"]}),
        ("This change", {"fields": ["is_active", *impact.FIELDS]}),
    ]
    fieldsets = [*add_fieldsets, ("A ticket created now would be due", {"fields": ["sample"]})]

    def get_fieldsets(self, request: HttpRequest, obj: Policy | None = None) -> Any:
        return self.fieldsets if obj else self.add_fieldsets

    def get_inlines(self, request: HttpRequest, obj: Policy | None = None) -> Any:
        return self.inlines if obj else []

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return Policy.objects.with_latest()

    def save_model(self, request: HttpRequest, obj: Policy, form: PolicyForm, change: bool) -> None:
        saved = save_policy(by=actor(request), fields=form.edit(), policy=form.policy, **form.reach())
        obj.pk, obj._state.adding = saved.pk, False

    def delete_model(self, request: HttpRequest, obj: Policy) -> None:
        remove_policy(by=actor(request), policy=obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Policy]) -> None:
        self.each(request, queryset, lambda row: remove_policy(by=actor(request), policy=row), "deleted")

    @display(description="Position")
    def position(self, policy: Policy) -> int:
        return policy.latest.position

    @display(description="Calendar")
    def calendar(self, policy: Policy) -> str:
        return str(policy.latest.calendar)

    @display(description="Default", boolean=True)
    def is_default(self, policy: Policy) -> bool:
        return policy.latest.is_default

    @display(description="Active", boolean=True)
    def is_active(self, policy: Policy) -> bool:
        return policy.latest.is_active

    @display(description="Deadlines")
    def sample(self, policy: Policy) -> str:
        latest, now = policy.latest, timezone.now()
        working = latest.calendar.latest.compiled
        rows = [
            {
                "metric": Metric(metric).label,
                "priority": Level(level).label,
                "promised": in_words(timedelta(minutes=promised[level])),
                "due": working.deadline(now, timedelta(minutes=promised[level])),
            }
            for metric, promised in latest.targets.items()
            for level in LEVELS
            if level in promised and metric != Metric.NEXT_RESPONSE
        ]
        return render_to_string("admin/sla/policy_sample.html", {"rows": rows, "calendar": latest.calendar})
