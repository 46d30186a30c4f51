"""People and invitations. Every write goes through the same actions as everywhere else."""

from typing import Any

from allauth.account.forms import ResetPasswordForm
from django import forms
from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from import_export.admin import ImportExportMixin
from import_export.formats.base_formats import CSV
from unfold.contrib.import_export.forms import ExportForm, ImportForm

from tickets.actions.access import (
    change_role,
    deactivate_user,
    end_sessions,
    reactivate_user,
    reset_second_factor,
)
from tickets.actions.invitations import invite_user, revoke_invitation
from tickets.actions.people import MANAGED_FIELDS, add_person, clean_person, update_profile
from tickets.admin.base import ConfiguredAdmin, DeskAdmin, ModelForm, action, actor, back, display, refuse
from tickets.admin.people_file import PeopleFile
from tickets.admin.spreadsheets import Spreadsheet
from tickets.choices import Role
from tickets.models import Invitation, User
from tickets.permissions import require

ROLE_COLOURS = {Role.ADMIN: "danger", Role.MANAGER: "warning", Role.TECHNICIAN: "info", Role.REQUESTER: "success"}


class PersonForm(ModelForm):
    """Checks a person by the rules of the actions before anything is written."""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        given = {field: cleaned[field] for field in MANAGED_FIELDS & cleaned.keys()}
        if not self.instance.pk and not given.get("username"):
            given.pop("username", None)
        values = refuse(self, lambda: clean_person(given, person=self.instance if self.instance.pk else None))
        return cleaned | (values or {})


@admin.register(User)
class PersonAdmin(ImportExportMixin, ConfiguredAdmin):  # type: ignore[misc]
    form = PersonForm
    resource_classes = [PeopleFile]
    import_form_class = ImportForm
    export_form_class = ExportForm
    list_display = ["who", "username", "role_label", "organization", "is_active", "last_login"]
    list_display_links = ["who"]
    list_filter = ["role", "is_active", "ticket_scope", ("organization", admin.RelatedOnlyFieldListFilter)]
    search_fields = ["name", "email", "username"]
    ordering = ["name", "email"]
    list_select_related = ["organization"]
    autocomplete_fields = ["organization"]
    readonly_fields = ["date_joined", "last_login"]
    fieldsets = [
        (None, {"fields": [("name", "email"), ("username", "organization")]}),
        (
            "Access",
            {
                "fields": [("role", "ticket_scope"), "is_active"],
                "description": "A role or scope counts from the next click. One active admin always remains.",
            },
        ),
        ("Preferences", {"fields": [("time_zone", "theme"), "signature"]}),
        ("Dates", {"fields": [("date_joined", "last_login")]}),
    ]
    add_fieldsets = [
        (
            None,
            {
                "fields": [("name", "email"), ("username", "organization"), ("role", "ticket_scope"), "time_zone"],
                "description": "The address counts as confirmed. Afterwards send a link to choose a password. "
                "To have somebody join by themselves, invite them instead.",
            },
        ),
    ]
    actions = ["deactivate", "reactivate", "sign_out_everywhere"]
    actions_detail = ["send_password_link", "sign_out", "forget_second_factor"]

    def get_export_formats(self) -> list[type[CSV] | type[Spreadsheet]]:
        return [CSV, Spreadsheet]

    get_import_formats = get_export_formats

    def get_form(self, request: HttpRequest, obj: User | None = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)
        if obj is None and "username" in form.base_fields:
            form.base_fields["username"].required = False
            form.base_fields["username"].help_text = "Made from the address where it is left empty."
        return form

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return False  # people are deactivated: their tickets and words stay

    def save_model(self, request: HttpRequest, obj: User, form: ModelForm, change: bool) -> None:
        by = actor(request)
        given = {field: form.cleaned_data[field] for field in MANAGED_FIELDS & form.cleaned_data.keys()}
        if not change:
            person = add_person(by=by, role=form.cleaned_data["role"], **given)
            obj.pk, obj.username = person.pk, person.username
            return
        person = User.objects.get(pk=obj.pk)
        update_profile(user=person, by=by, changes=given)
        if "role" in form.changed_data:
            change_role(user=person, by=by, role=obj.role)
        if "is_active" in form.changed_data:
            self._set_active(request, person, obj.is_active)

    def _set_active(self, request: HttpRequest, person: User, active: bool) -> None:
        if active:
            reactivate_user(user=person, by=actor(request))
            return
        left = deactivate_user(user=person, by=actor(request)).open_tickets
        if left:
            text = f"{person} still has {left} unresolved tickets. Assign them to somebody else."
            self.message_user(request, text, "warning")

    @display(description="Person", ordering="name", header=True)
    def who(self, person: User) -> list[str]:
        return [person.display_name, person.email]

    @display(description="Role", ordering="role", label=ROLE_COLOURS)
    def role_label(self, person: User) -> tuple[str, str]:
        return person.role, person.get_role_display()

    @admin.action(description="Deactivate: end sign-in, sessions and tokens")
    def deactivate(self, request: HttpRequest, people: QuerySet[User]) -> None:
        self.each(request, people, lambda person: self._set_active(request, person, False), "deactivated")

    @admin.action(description="Reactivate")
    def reactivate(self, request: HttpRequest, people: QuerySet[User]) -> None:
        self.each(request, people, lambda person: reactivate_user(user=person, by=actor(request)), "reactivated")

    @admin.action(description="Sign out everywhere")
    def sign_out_everywhere(self, request: HttpRequest, people: QuerySet[User]) -> None:
        self.each(request, people, lambda person: _sign_out(request, person), "signed out everywhere")

    @action(
        description="Send a link to choose a password",
        url_path="password-link",
        icon="key",
        dialog={
            "title": "Send a link to choose a password?",
            "description": "The person gets a message; the old password works until they choose a new one.",
            "form_class": None,
            "form_submit_text": "Send it",
        },
    )
    def send_password_link(self, request: HttpRequest, form: forms.Form, object_id: str) -> HttpResponse:
        person = User.objects.get(pk=object_id)
        require(actor(request), "people.manage", person)
        reset = ResetPasswordForm({"email": person.email})
        if person.is_active and reset.is_valid():
            reset.save(request)
            self.message_user(request, f"A link is on its way to {person.email}.")
        else:
            self.message_user(request, "Reactivate the person first.", "error")
        return back(request, "admin:tickets_user_change", object_id)

    @action(
        description="Sign out everywhere",
        url_path="sign-out",
        icon="logout",
        dialog={
            "title": "Sign this person out everywhere?",
            "description": "All browser sessions and tokens end. They can sign in again.",
            "form_class": None,
            "form_submit_text": "Sign out",
        },
    )
    def sign_out(self, request: HttpRequest, form: forms.Form, object_id: str) -> HttpResponse:
        _sign_out(request, User.objects.get(pk=object_id))
        self.message_user(request, "Signed out everywhere.")
        return back(request, "admin:tickets_user_change", object_id)

    @action(
        description="Forget the second factor",
        url_path="forget-second-factor",
        icon="phonelink_erase",
        dialog={
            "title": "Forget the second factor?",
            "description": "For somebody who lost the phone and the recovery codes. Make sure that it is really them.",
            "form_class": None,
            "form_submit_text": "Forget it",
        },
    )
    def forget_second_factor(self, request: HttpRequest, form: forms.Form, object_id: str) -> HttpResponse:
        reset_second_factor(user=User.objects.get(pk=object_id), by=actor(request))
        self.message_user(request, "The password alone signs in now.")
        return back(request, "admin:tickets_user_change", object_id)


class InvitationState(admin.SimpleListFilter):
    title = "state"
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("open", "Open"), ("accepted", "Accepted"), ("ended", "Ended")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Invitation]) -> QuerySet[Invitation]:
        now = timezone.now()
        states = {
            "open": Q(accepted_at=None, expires_at__gt=now),
            "accepted": Q(accepted_at__isnull=False),
            "ended": Q(accepted_at=None, expires_at__lte=now),
        }
        return queryset.filter(states.get(self.value() or "", Q()))


class InvitationForm(ModelForm):
    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        given: dict[str, Any] = {field: cleaned[field] for field in ("email", "organization") if field in cleaned}
        values = refuse(self, lambda: clean_person(given))
        return cleaned | (values or {})


@admin.register(Invitation)
class InvitationAdmin(DeskAdmin):
    form = InvitationForm
    list_display = ["email", "role", "organization", "invited_by", "state", "created_at", "expires_at"]
    list_filter = [InvitationState, "role"]
    search_fields = ["email"]
    autocomplete_fields = ["organization"]
    list_select_related = ["organization", "invited_by"]
    fields = ["email", "role", "organization"]
    actions = ["revoke"]

    def has_change_permission(self, request: HttpRequest, obj: Invitation | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Invitation | None = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Invitation, form: Any, change: bool) -> None:
        sent = invite_user(
            by=actor(request), email=obj.email, role=obj.role, organization=form.cleaned_data.get("organization")
        )
        obj.pk = sent.pk

    @display(description="State", label={"Open": "info", "Accepted": "success"})
    def state(self, invitation: Invitation) -> str:
        return "Accepted" if invitation.accepted_at else "Open" if invitation.is_open else "Ended"

    @admin.action(description="Revoke", permissions=["view"])
    def revoke(self, request: HttpRequest, invitations: QuerySet[Invitation]) -> None:
        by = actor(request)
        self.each(request, invitations, lambda row: revoke_invitation(invitation=row, by=by), "revoked")


def _sign_out(request: HttpRequest, person: User) -> None:
    require(actor(request), "people.manage", person)
    end_sessions(person)
