"""Macros and canned replies: see, make, change and remove them."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from tickets import placeholders
from tickets.actions.views import delete_macro, save_macro
from tickets.choices import Level, Status
from tickets.errors import DomainError, Invalid, NotFound
from tickets.fields import TEXT_LENGTH
from tickets.models import Category, Macro, Team, User
from tickets.pages.doors import PageRequest, back, page, staff_only
from tickets.pages.forms import refuse
from tickets.pages.saved_views import SharingForm
from tickets.permissions import can

SAME = ("", "Leave as it is")
CHANGED = ("status", "priority", "urgency", "impact", "category", "team", "assignee", "tags", "resolution")


class MacroForm(SharingForm):
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
    assignee = forms.ModelChoiceField(
        label="Assign to", queryset=User.objects.none(), required=False, empty_label=SAME[1]
    )
    tags = forms.CharField(required=False, max_length=2_000, help_text="Replaces the tags; separate them with spaces.")
    resolution = forms.CharField(required=False, max_length=TEXT_LENGTH, help_text="For the status Resolved.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = User.objects.support_staff()
        self.fields["category"].queryset = Category.objects.filter(is_active=True)  # type: ignore[attr-defined]
        self.fields["to_team"].queryset = Team.objects.filter(is_active=True)  # type: ignore[attr-defined]
        self.fields["assignee"].queryset = people  # type: ignore[attr-defined]

    def changes(self) -> dict[str, Any]:
        """Return the chosen changes as the API takes them: plain values, references by id."""
        chosen = {name: self.cleaned_data["to_team" if name == "team" else name] for name in CHANGED}
        found = {name: value for name, value in chosen.items() if value not in ("", None)}
        for name in ("category", "team", "assignee"):
            if name in found:
                found[name] = found[name].pk
        if "tags" in found:
            found["tags"] = found["tags"].replace(",", " ").split()
        return found


@staff_only
def macros(request: PageRequest) -> HttpResponse:
    rows = Macro.objects.visible_to(request.user).select_related("owner", "team")
    context = {"rows": [(macro, sorted(macro.changes), can(request.user, "macro.change", macro)) for macro in rows]}
    return page(request, "tickets/macros.html", context)


def find(user: User, pk: int) -> Macro:
    macro: Macro | None = Macro.objects.visible_to(user).filter(pk=pk).first()
    if macro is None:
        raise NotFound("There is no such macro, or it is not shared with you.")
    return macro


@staff_only
def new_macro(request: PageRequest) -> HttpResponse:
    return _edit(request, None, {})


@staff_only
def edit_macro(request: PageRequest, pk: int) -> HttpResponse:
    macro = find(request.user, pk)
    initial = {name: getattr(macro, name) for name in ("name", "sharing", "text", "is_internal")}
    changes = dict(macro.changes)
    changes["to_team"] = changes.pop("team", None)
    changes["tags"] = " ".join(changes.get("tags", []))
    return _edit(request, macro, initial | {"team": macro.team_id} | changes)


def _edit(request: PageRequest, macro: Macro | None, initial: dict[str, Any]) -> HttpResponse:
    form, status = MacroForm(initial=initial), 200
    if request.method == "POST":
        form, status = MacroForm(request.POST), 400
        if form.is_valid():
            try:
                saved = _save(request.user, macro, form)
            except DomainError as error:
                refuse(form, error)
                status = error.status
            else:
                messages.success(request, f"“{saved.name}” is saved.")
                return back(request, reverse("macros"))
    context = {"form": form, "macro": macro, "placeholders": placeholders.NAMES}
    return page(request, "tickets/macro_form.html", context, status=status)


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
    macro = find(request.user, pk)
    delete_macro(macro=macro, by=request.user)
    messages.success(request, f"“{macro.name}” was removed.")
    return back(request, reverse("macros"))
