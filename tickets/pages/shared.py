"""What saved views and macros have in common: staff keep them for themselves, a team or everybody, and change them by the same pages."""

from collections.abc import Callable
from typing import Any, TypeVar

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse

from tickets.choices import Sharing
from tickets.errors import DomainError, NotFound
from tickets.models import Macro, SavedView, Team, User
from tickets.pages.doors import PageRequest, back, page
from tickets.pages.forms import refuse

S = TypeVar("S", SavedView, Macro)
Kept = SavedView | Macro


class SharingForm(forms.Form):
    """What it is called and who uses it."""

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


def find(kind: type[S], user: User, pk: int) -> S:
    """Return what the user may use. Raises NotFound."""
    found: S | None = kind.objects.visible_to(user).filter(pk=pk).first()
    if found is None:
        raise NotFound(f"There is no such {kind._meta.verbose_name}, or it is not shared with you.")
    return found


def edit(
    request: PageRequest, form: forms.Form, save: Callable[[], Kept], *, template: str, listed: str, **context: Any
) -> HttpResponse:
    """Show the form; once it holds something valid, `save` it and go back to the list."""
    status = 400 if form.is_bound else 200
    if form.is_bound and form.is_valid():
        try:
            saved = save()
        except DomainError as error:
            refuse(form, error)
            status = error.status
        else:
            return _listed(request, listed, f"“{saved.name}” is saved.")
    return page(request, template, {"form": form, **context}, status=status)


def remove(request: PageRequest, row: S, delete: Callable[..., None], *, listed: str) -> HttpResponse:
    delete(by=request.user)
    return _listed(request, listed, f"“{row.name}” was removed.")


def _listed(request: PageRequest, route: str, told: str) -> HttpResponse:
    messages.success(request, told)
    return back(request, reverse(route))
