"""Managing people: who is here, with which role, and who is invited. For managers and admins."""

from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from tickets.actions.access import change_role, deactivate_user, reactivate_user
from tickets.actions.invitations import invite_user, revoke_invitation
from tickets.choices import Role
from tickets.errors import DomainError
from tickets.models import Invitation, Organization, User
from tickets.pages.doors import PageRequest, done, page, staff_only
from tickets.pages.forms import refuse
from tickets.permissions import can, require

SHOWN_AT_MOST = 100


class InviteForm(forms.Form):
    email = forms.CharField(label="E-mail", max_length=254, widget=forms.EmailInput({"autocomplete": "off"}))
    role = forms.ChoiceField()  # with the roles that the one who invites may hand out
    organization = forms.ModelChoiceField(
        Organization.objects.filter(is_active=True), required=False, empty_label="None"
    )

    def __init__(self, by: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"] = forms.ChoiceField(choices=roles_of(by))


def roles_of(user: User) -> list[tuple[str, str]]:
    """Return the roles that `user` may hand out, the least first."""
    return [(role.value, role.label) for role in reversed(Role) if can(user, "people.manage", role)]


@staff_only
def people(request: PageRequest) -> HttpResponse:
    """`q` and `role` narrow the list. POST invites somebody."""
    require(request.user, "people.manage")
    form = InviteForm(request.user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            sent = invite_user(by=request.user, **form.cleaned_data)
            return done(request, reverse("people"), f"The invitation is on its way to {sent.email}.")
        except DomainError as error:
            refuse(form, error)
    given = {name: request.GET.get(name, "").strip() for name in ("q", "role")}
    found = list(narrowed(given)[: SHOWN_AT_MOST + 1])
    context = {
        "form": form,
        "given": given,
        "rows": [(person, can(request.user, "people.manage", person)) for person in found[:SHOWN_AT_MOST]],
        "shown": SHOWN_AT_MOST,
        "has_more": len(found) > SHOWN_AT_MOST,
        "all_roles": Role.choices,
        "roles": roles_of(request.user),
        "invitations": [
            (row, can(request.user, "people.manage", Role(row.role)))
            for row in Invitation.objects.filter(accepted_at=None, expires_at__gt=timezone.now()).select_related(
                "organization"
            )[:SHOWN_AT_MOST]
        ],
    }
    return page(request, "tickets/people.html", context, fragment="results", status=400 if form.errors else 200)


def narrowed(given: dict[str, str]) -> QuerySet[User]:
    rows: QuerySet[User] = User.objects.select_related("organization").order_by("-is_active", "name", "email")
    words = given["q"].replace("\x00", "")
    if words:
        rows = rows.filter(Q(name__icontains=words) | Q(email__icontains=words) | Q(username__icontains=words))
    return rows.filter(role=given["role"]) if given["role"] in Role.values else rows


@require_POST
@staff_only
def role(request: PageRequest, pk: int) -> HttpResponse:
    person = change_role(user=_person(pk), by=request.user, role=request.POST.get("role", ""))
    text = f"{person.display_name} is now {person.get_role_display().lower()}."
    return done(request, reverse("people"), text)


@require_POST
@staff_only
def active(request: PageRequest, pk: int) -> HttpResponse:
    """Deactivate or reactivate somebody, as `active` says."""
    person = _person(pk)
    if request.POST.get("active") == "yes":
        reactivate_user(user=person, by=request.user)
        return done(request, reverse("people"), f"{person.display_name} can sign in again.")
    left = deactivate_user(user=person, by=request.user).open_tickets
    rest = f" {left} unresolved tickets are still assigned to them." if left else ""
    return done(request, reverse("people"), f"{person.display_name} is signed out and cannot sign in.{rest}")


@require_POST
@staff_only
def revoke(request: PageRequest, pk: int) -> HttpResponse:
    require(request.user, "people.manage")
    invitation = revoke_invitation(invitation=get_object_or_404(Invitation, pk=pk), by=request.user)
    return done(request, reverse("people"), f"The invitation of {invitation.email} has ended.")


def _person(pk: int) -> User:
    return get_object_or_404(User, pk=pk)
