"""Macros and canned replies: see, make, change and remove them."""

from functools import partial
from typing import Any

from django import forms
from django.http import HttpResponse
from django.views.decorators.http import require_POST

from tickets import placeholders
from tickets.actions.views import delete_macro, save_macro
from tickets.choices import Level, Status
from tickets.errors import Invalid
from tickets.fields import ME, TEXT_LENGTH
from tickets.models import Category, Macro, Team, User
from tickets.pages import shared
from tickets.pages.choices import Choices
from tickets.pages.doors import PageRequest, page, staff_only
from tickets.permissions import can

LIST = "macros"
SAME = ("", "Leave as it is")
CHANGED = ("status", "priority", "urgency", "impact", "category", "team", "assignee", "tags", "resolution")


class MacroForm(shared.SharingForm):
    text = forms.CharField(required=False, max_length=TEXT_LENGTH, widget=forms.Textarea({"rows": 8}))
    is_internal = forms.BooleanField(label="The text is an internal note", required=False)
    status = forms.ChoiceField(choices=[SAME, *Status.choices], required=False)
    priority = forms.ChoiceField(choices=[SAME, *Level.choices], required=False)
    urgency = forms.ChoiceField(choices=[SAME, *Level.choices], required=False)
    impact = forms.ChoiceField(choices=[SAME, *Level.choices], required=False)
    category = forms.ModelChoiceField(queryset=Category.objects.none(), required=False, empty_label=SAME[1])
    to_team = forms.ModelChoiceField(
        label="Give to team", queryset=Team.objects.none(), required=False, empty_label=SAME[1]
    )
    assignee = forms.ChoiceField(required=False)
    tags = forms.CharField(required=False, max_length=2_000, help_text="Replaces the tags; separate them with spaces.")
    resolution = forms.CharField(required=False, max_length=TEXT_LENGTH, help_text="For the status Resolved.")

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["category"].queryset = Category.objects.filter(is_active=True)  # type: ignore[attr-defined]
        self.fields["to_team"].queryset = Team.objects.filter(is_active=True)  # type: ignore[attr-defined]
        people = [SAME, (ME, "Whoever uses the macro"), *Choices(user).staff]
        self.fields["assignee"] = forms.ChoiceField(label="Assign to", choices=people, required=False)

    def changes(self) -> dict[str, Any]:
        """Return the chosen changes as the API takes them: plain values, references by id."""
        chosen = {name: self.cleaned_data["to_team" if name == "team" else name] for name in CHANGED}
        found = {name: value for name, value in chosen.items() if value not in ("", None)}
        for name in found.keys() & {"category", "team"}:
            found[name] = found[name].pk
        if found.get("assignee", ME) != ME:
            found["assignee"] = int(found["assignee"])
        if "tags" in found:
            found["tags"] = found["tags"].replace(",", " ").split()
        return found


@staff_only
def macros(request: PageRequest) -> HttpResponse:
    rows = Macro.objects.visible_to(request.user).select_related("owner", "team")
    context = {"rows": [(macro, sorted(macro.changes), can(request.user, "macro.change", macro)) for macro in rows]}
    return page(request, "tickets/macros.html", context)


@staff_only
def new_macro(request: PageRequest) -> HttpResponse:
    return _edit(request, None, {})


@staff_only
def edit_macro(request: PageRequest, pk: int) -> HttpResponse:
    macro = shared.find(Macro, request.user, pk)
    initial = {name: getattr(macro, name) for name in ("name", "sharing", "text", "is_internal")}
    changes = dict(macro.changes)
    changes["to_team"] = changes.pop("team", None)
    changes["tags"] = " ".join(changes.get("tags", []))
    return _edit(request, macro, initial | {"team": macro.team_id} | changes)


def _edit(request: PageRequest, macro: Macro | None, initial: dict[str, Any]) -> HttpResponse:
    form = MacroForm(request.user, request.POST if request.method == "POST" else None, initial=initial)
    save = partial(_save, request.user, macro, form)
    context = {"macro": macro, "placeholders": placeholders.NAMES}
    return shared.edit(request, form, save, template="tickets/macro_form.html", listed=LIST, **context)


def _save(user: User, macro: Macro | None, form: MacroForm) -> Macro:
    given = form.cleaned_data
    if given["status"] == Status.RESOLVED and not given["resolution"].strip():
        raise Invalid({"resolution": ["Say how such tickets are resolved."]})
    return save_macro(
        by=user,
        macro=macro,
        name=given["name"],
        text_template=given["text"],
        changes=form.changes(),
        internal=given["is_internal"],
        sharing=given["sharing"],
        team=given["team"],
    )


@staff_only
@require_POST
def remove_macro(request: PageRequest, pk: int) -> HttpResponse:
    macro = shared.find(Macro, request.user, pk)
    return shared.remove(request, macro, partial(delete_macro, macro=macro), listed=LIST)
