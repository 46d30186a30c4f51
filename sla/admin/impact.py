"""Edits that say what they would do to open tickets before they are saved: the same for policies and calendars."""

import hashlib
import json
from collections.abc import Callable
from typing import Any, cast

from django import forms
from django.http import QueryDict
from unfold.widgets import UnfoldAdminRadioSelectWidget, UnfoldAdminSingleDateWidget

from sla.choices import Scope
from sla.impact import Impact
from tickets.admin.base import ModelForm
from tickets.permissions import System

FORMER = System("Admin")  # checks a form; who saves is asked again
FIELDS = (("scope", "since"), "seen")


class ScopeField(forms.ChoiceField):
    """Whose deadlines a change may move."""

    def __init__(self, choices: Any = Scope.choices) -> None:
        super().__init__(
            label="Holds for",
            choices=choices,
            initial=Scope.NEW,
            required=False,
            widget=UnfoldAdminRadioSelectWidget(),
            help_text="Deadlines of open tickets move only where you say so here.",
        )


class EditForm(ModelForm):
    """A form that asks whom an edit is for, and is saved the second time where it touches open tickets."""

    scope = ScopeField()
    since = forms.DateField(label="Created since", required=False, widget=UnfoldAdminSingleDateWidget())
    seen = forms.CharField(required=False, widget=forms.HiddenInput())

    def reach(self) -> dict[str, Any]:
        """Return for whom the edit is, as the actions take it."""
        since = self.cleaned_data.get("since")
        return {"scope": self.cleaned_data.get("scope") or Scope.NEW, "since": f"{since}T00:00:00Z" if since else None}

    def ask_once(self, edit: Any, preview: Callable[[], Impact]) -> None:
        """Refuse an edit of open tickets the first time, saying what it would do. Raises what `preview` raises."""
        impact = preview()
        digest = hashlib.sha256(json.dumps([edit, self.reach()], default=str).encode()).hexdigest()
        if impact.affected and self.cleaned_data.get("seen") != digest:
            self.data = cast(QueryDict, self.data).copy()  # shown again, with what was said
            self.data["seen"] = digest
            self.add_error(None, f"{in_sentence(impact)} Save once more to do it.")


def in_sentence(impact: Impact) -> str:
    return (
        f"This touches {impact.affected:,} of {impact.looked_at:,} open tickets and moves {impact.moved:,} deadlines "
        f"({impact.earlier:,} earlier, {impact.later:,} later, {impact.started:,} new, {impact.ended:,} gone); "
        f"{impact.breaches_created:,} breaches come of it, {impact.breaches_removed:,} are undone."
    )
