"""A new ticket, taken down by support staff."""

from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse, reverse_lazy

from tickets.actions.answering import open_ticket
from tickets.choices import Channel, Level
from tickets.errors import DomainError
from tickets.fields import TEXT_LENGTH, TITLE_LENGTH
from tickets.models import User
from tickets.pages.choices import Choices
from tickets.pages.doors import PageRequest, page, staff_only, tell
from tickets.pages.forms import custom_form_fields, custom_values, refuse
from tickets.pages.properties import in_zone
from tickets.pages.told import LEVELS

SUGGESTED = {
    "inputmode": "email",
    "list": "list-requester",
    "autocomplete": "off",
    "hx-get": reverse_lazy("suggest", args=["requester"]),
    "hx-trigger": "focus once, input changed delay:150ms",
    "hx-target": "next datalist",
    "hx-swap": "outerHTML",
    "hx-params": "requester",
}


class TicketForm(forms.Form):
    title = forms.CharField(
        max_length=TITLE_LENGTH,
        widget=forms.TextInput({"autofocus": True, "dir": "auto", "placeholder": "What is wrong, in one line"}),
    )
    description = forms.CharField(
        required=False,
        max_length=TEXT_LENGTH,
        help_text="You can use Markdown.",
        widget=forms.Textarea({"dir": "auto", "rows": 8}),
    )
    requester = forms.CharField(required=False, max_length=TITLE_LENGTH, widget=forms.TextInput(SUGGESTED))
    priority = forms.ChoiceField(choices=LEVELS, initial=Level.MEDIUM)
    assignee = forms.ChoiceField(required=False)
    team = forms.ChoiceField(required=False)
    category = forms.ChoiceField(required=False)
    tags = forms.CharField(
        required=False,
        max_length=2_000,
        widget=forms.TextInput({"placeholder": "Words with spaces between", "autocomplete": "off"}),
    )
    due_at = forms.CharField(label="Due", required=False, widget=forms.DateTimeInput({"type": "datetime-local"}))

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = Choices(user)
        for name, empty, options in (
            ("assignee", "Nobody", offered.staff),
            ("team", "No team", offered.teams),
            ("category", "None", offered.categories),
        ):
            self.fields[name] = forms.ChoiceField(choices=[("", empty), *options], required=False)
        self.fields["requester"].widget.attrs["placeholder"] = user.email
        self.custom = custom_form_fields(user)
        self.fields.update(self.custom)

    @property
    def aside(self) -> list[Any]:
        """The bound fields beside title, description and requester: classification, then the desk's own."""
        return [self[name] for name in ("priority", "assignee", "team", "category", "tags", "due_at", *self.custom)]

    def wishes(self) -> dict[str, Any]:
        """Return what the action takes."""
        plain = {name: value for name, value in self.cleaned_data.items() if name not in self.custom and value}
        if "due_at" in plain:
            plain["due_at"] = in_zone(plain["due_at"])
        return plain | {"custom_fields": custom_values(self.cleaned_data)}


@staff_only
def new_ticket(request: PageRequest) -> HttpResponse:
    """Show the form; on POST open the ticket, or show the form again with everything that was typed."""
    sent = request.method == "POST"
    form = TicketForm(request.user, request.POST if sent else None, initial=request.GET.dict())
    status = 400 if sent else 200
    if sent and form.is_valid():
        try:
            files = request.FILES.getlist("files")
            ticket = open_ticket(by=request.user, via=Channel.WEB, fields=form.wishes(), files=files)
        except DomainError as error:
            refuse(form, error)
            status = error.status
        else:
            tell(request, f"{ticket.reference} opened.")
            return redirect(reverse("ticket", args=[ticket.pk]))
    return page(request, "tickets/new.html", {"form": form, "had_files": bool(request.FILES)}, status=status)
