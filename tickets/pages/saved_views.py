"""Saved views of the queue: see, make, change and remove them."""

from functools import partial
from typing import Any

from django import forms
from django.http import HttpResponse
from django.views.decorators.http import require_POST

from tickets.actions.views import delete_view, save_view
from tickets.models import SavedView
from tickets.pages import shared
from tickets.pages.doors import PageRequest, page, staff_only
from tickets.pages.told import filters_told
from tickets.permissions import can

LIST = "saved_views"


class ViewForm(shared.SharingForm):
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
    return page(request, "tickets/saved_views.html", {"rows": rows})


@staff_only
def new_view(request: PageRequest) -> HttpResponse:
    return _edit(request, None, {"query": request.GET.get("query", "").removeprefix("?")})


@staff_only
def edit_view(request: PageRequest, pk: int) -> HttpResponse:
    view = shared.find(SavedView, request.user, pk)
    return _edit(request, view, {"name": view.name, "sharing": view.sharing, "team": view.team_id, "query": view.query})


def _edit(request: PageRequest, view: SavedView | None, initial: dict[str, Any]) -> HttpResponse:
    form = ViewForm(request.POST if request.method == "POST" else None, initial=initial)

    def save() -> SavedView:
        return save_view(by=request.user, view=view, **form.cleaned_data)

    return shared.edit(request, form, save, template="tickets/saved_view_form.html", listed=LIST, view=view)


@staff_only
@require_POST
def remove_view(request: PageRequest, pk: int) -> HttpResponse:
    view = shared.find(SavedView, request.user, pk)
    return shared.remove(request, view, partial(delete_view, view=view), listed=LIST)
