"""Saved views of the queue: see, make, change and remove them."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from tickets.actions.views import delete_view, save_view
from tickets.choices import Sharing
from tickets.errors import DomainError, NotFound
from tickets.models import SavedView, Team, User
from tickets.pages.doors import PageRequest, back, page, staff_only
from tickets.pages.forms import refuse
from tickets.pages.told import filters_told
from tickets.permissions import can


class SharingForm(forms.Form):
    """The part that views and macros have in common: what it is called and who uses it."""

    name = forms.CharField(max_length=100)
    sharing = forms.ChoiceField(
        label="Who uses it", choices=Sharing.choices, initial=Sharing.PRIVATE, widget=forms.RadioSelect
    )
    team = forms.ModelChoiceField(
        queryset=Team.objects.none(), required=False, empty_label="No team", help_text="For “My team”: which one."
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["team"].queryset = Team.objects.filter(is_active=True)  # type: ignore[attr-defined]


class ViewForm(SharingForm):
    query = forms.CharField(
        label="Filters",
        max_length=2_000,
        required=False,
        help_text="As in the queue's address, like status=open&assignee=me.",
        widget=forms.TextInput({"spellcheck": "false", "autocapitalize": "none"}),
    )


@staff_only
def saved_views(request: PageRequest) -> HttpResponse:
    views = list(SavedView.objects.visible_to(request.user).select_related("owner", "team"))
    told = filters_told(view.query for view in views)
    rows = [(view, words, can(request.user, "view.change", view)) for view, words in zip(views, told, strict=True)]
    context = {"rows": rows}
    return page(request, "tickets/saved_views.html", context)


def find(user: User, pk: int) -> SavedView:
    view: SavedView | None = SavedView.objects.visible_to(user).filter(pk=pk).first()
    if view is None:
        raise NotFound("There is no such view, or it is not shared with you.")
    return view


@staff_only
def new_view(request: PageRequest) -> HttpResponse:
    query = request.GET.get("query", "").removeprefix("?")
    return _edit(request, None, {"query": query})


@staff_only
def edit_view(request: PageRequest, pk: int) -> HttpResponse:
    view = find(request.user, pk)
    initial = {"name": view.name, "sharing": view.sharing, "team": view.team_id, "query": view.query}
    return _edit(request, view, initial)


def _edit(request: PageRequest, view: SavedView | None, initial: dict[str, Any]) -> HttpResponse:
    form, status = ViewForm(initial=initial), 200
    if request.method == "POST":
        form, status = ViewForm(request.POST), 400
        if form.is_valid():
            try:
                saved = save_view(by=request.user, view=view, **form.cleaned_data)
            except DomainError as error:
                refuse(form, error)
                status = error.status
            else:
                messages.success(request, f"“{saved.name}” is saved. It is in the menu beside the queue.")
                return back(request, reverse("saved_views"))
    return page(request, "tickets/saved_view_form.html", {"form": form, "view": view}, status=status)


@staff_only
@require_POST
def remove_view(request: PageRequest, pk: int) -> HttpResponse:
    view = find(request.user, pk)
    delete_view(view=view, by=request.user)
    messages.success(request, f"“{view.name}” was removed.")
    return back(request, reverse("saved_views"))
