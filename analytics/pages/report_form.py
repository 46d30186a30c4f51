"""The builder of reports: a form whose fields become a question as the API takes it, and back."""

from typing import Any

from django import forms
from django.http import QueryDict

from analytics.answers import GROUPS_AT_MOST, NONE, WORDS
from analytics.choices import Rhythm
from analytics.facts.asked import FIELDS
from analytics.metrics.columns import DIMENSIONS
from analytics.metrics.periods import Step
from analytics.metrics.registry import METRICS
from analytics.models import Report
from analytics.presets import DEFAULT, PRESETS
from analytics.reports.formats import FORMATS
from tickets.models import User
from tickets.pages.choices import Choices
from tickets.pages.shared import SharingForm

RECORDS = {"team": "teams", "category": "categories", "organization": "organizations", "technician": "staff"}
PLAIN = ("name", "sharing", "team", "formats", "is_anonymous", "has_forecast", "rhythm", "time_zone", "is_enabled")
ONE = ("period", "from", "to", "step")
MANY = ("metric", "group_by")
BOXES = forms.CheckboxSelectMultiple
DAY = {"type": "date"}


def _only(name: str) -> str:
    return f"only_{name}"  # a report has a team of its own


class ReportForm(SharingForm):
    """Its fields are judged by the action; `query` is the question that they make."""

    metric = forms.MultipleChoiceField(
        label="Metrics",
        choices=[(metric.name, metric.title) for metric in METRICS.values()],
        required=False,
        widget=BOXES,
        help_text="None: all of them.",
    )
    group_by = forms.MultipleChoiceField(
        choices=[(name, name.capitalize()) for name in DIMENSIONS],
        required=False,
        widget=BOXES,
        help_text=f"Up to {GROUPS_AT_MOST}.",
    )
    period = forms.ChoiceField(
        choices=[(name, preset.label) for name, preset in PRESETS.items()], initial=DEFAULT, required=False
    )
    to = forms.CharField(label="Last day", required=False, widget=forms.DateInput(DAY))
    step = forms.ChoiceField(
        label="Lines by", choices=[("", "What fits"), *((s.value, s.value.capitalize()) for s in Step)], required=False
    )
    compared = forms.BooleanField(label="Compare with the period before", required=False, initial=True)
    formats = forms.MultipleChoiceField(
        choices=[(form.name, form.title) for form in FORMATS.values()], widget=BOXES, initial=["html"], required=False
    )
    is_anonymous = forms.BooleanField(label="Hide the names of people and organizations", required=False)
    has_forecast = forms.BooleanField(
        label="Add what to expect",
        required=False,
        help_text="A forecast for the tickets of the filters, where it is any good, and the unusual days of the period.",
    )
    rhythm = forms.ChoiceField(label="Send", choices=Rhythm.choices, initial=Rhythm.NEVER)
    hour = forms.TypedChoiceField(
        label="At", choices=[(hour, f"{hour:02}:00") for hour in range(24)], coerce=int, initial=7
    )
    time_zone = forms.CharField(max_length=64, help_text="Whose days and hours count, like Europe/Berlin.")
    recipients = forms.CharField(
        label="Send to", required=False, widget=forms.Textarea({"rows": 2}), help_text="Addresses, one a line."
    )
    is_enabled = forms.BooleanField(label="The schedule is on", required=False, initial=True)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["from"] = forms.CharField(
            label="First day",
            required=False,
            widget=forms.DateInput(DAY),
            help_text="Counts instead of the period.",
        )
        offered = Choices(user)
        for name in FIELDS:
            options = WORDS[name].choices if name in WORDS else [(NONE, "None"), *getattr(offered, RECORDS[name])]
            self.fields[_only(name)] = forms.MultipleChoiceField(
                label=name.capitalize(), choices=options, required=False, widget=forms.SelectMultiple({"size": 4})
            )

    @property
    def filters(self) -> list[forms.BoundField]:
        return [self[_only(name)] for name in FIELDS]

    @property
    def is_narrowed(self) -> bool:
        return any(field.value() for field in self.filters)

    @property
    def query(self) -> str:
        """The question of a valid form."""
        asked, data = QueryDict(mutable=True), self.cleaned_data
        for name in ONE:
            if data.get(name) and not (name == "period" and data.get("from")):
                asked[name] = data[name]
        for name in MANY:
            asked.setlist(name, data[name])
        for name in FIELDS:
            asked.setlist(name, data[_only(name)])
        if not data["compared"]:
            asked["compare"] = "false"
        return asked.urlencode()

    @property
    def values(self) -> dict[str, Any]:
        """What `save_report` takes, of a valid form."""
        data = self.cleaned_data
        recipients = data["recipients"].replace(",", " ").split()
        plain = {name: data[name] for name in PLAIN}
        return {**plain, "hour": data["hour"], "query": self.query, "recipients": recipients}


def initial_of(report: Report) -> dict[str, Any]:
    """Return what the form of a saved report begins with."""
    asked = QueryDict(report.query)
    found: dict[str, Any] = {name: getattr(report, name) for name in (*PLAIN, "hour")}
    found |= {"team": report.team_id, "recipients": "\n".join(report.recipients)}
    found |= {name: asked.get(name, "") for name in ONE if name in asked}
    found |= {name: asked.getlist(name) for name in MANY}
    found |= {_only(name): asked.getlist(name) for name in FIELDS}
    return found | {"compared": asked.get("compare") != "false"}
