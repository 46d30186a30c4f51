"""People as a CSV or Excel file, out and in. Rows go through the same actions as a form; passwords never appear."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from import_export.fields import Field
from import_export.resources import ModelResource
from import_export.widgets import ForeignKeyWidget

from tickets.actions.access import change_role, deactivate_user, reactivate_user
from tickets.actions.people import add_person, clean_person, update_profile
from tickets.choices import Role
from tickets.errors import DomainError, Invalid
from tickets.fields import choice
from tickets.models import Organization, User

COLUMNS = ["email", "username", "name", "role", "organization", "ticket_scope", "time_zone", "is_active"]
FORMULA = ("=", "+", "-", "@", "\t", "\r")


class OrganizationCell(ForeignKeyWidget):  # type: ignore[misc]
    """An organization by its name."""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Organization | None:
        name = str(value or "").strip()
        found = Organization.objects.filter(name__iexact=name).first() if name and "\x00" not in name else None
        if name and not found:
            raise ValueError(f"There is no organization called {name!r}.")
        return found


class PeopleFile(ModelResource):  # type: ignore[misc]
    """One person a row, recognised by e-mail; columns that are missing stay as they are."""

    organization = Field("organization", "organization", OrganizationCell(Organization, "name"))

    class Meta:
        model = User
        fields = COLUMNS
        export_order = COLUMNS
        import_id_fields = ["email"]
        skip_unchanged = True
        report_skipped = True
        use_transactions = True
        name = "People"

    def export_field(self, field: Field, instance: User, **kwargs: Any) -> Any:
        """Return a cell that no spreadsheet takes for a formula."""
        cell = super().export_field(field, instance, **kwargs)
        return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA) else cell

    def get_instance(self, instance_loader: Any, row: Mapping[str, Any]) -> User | None:
        address = str(row.get("email") or "").strip()
        found: User | None = User.objects.filter(email__iexact=address).first() if "\x00" not in address else None
        return found

    def before_import_row(self, row: dict[str, Any], **kwargs: Any) -> None:
        for column in ("username", "name", "role", "ticket_scope", "time_zone"):
            if column in row and not str(row[column] or "").strip():
                del row[column]  # an empty cell says nothing
        for column, cell in row.items():
            if isinstance(cell, str) and cell.startswith("'") and cell[1:].startswith(FORMULA):
                row[column] = cell[1:]  # as we had written it

    def validate_instance(self, instance: User, import_validation_errors: Any = None, **kwargs: Any) -> None:
        errors = dict(import_validation_errors or {})
        try:
            clean_person(_values(instance), person=instance if instance.pk else None)
        except Invalid as error:
            errors |= error.errors
        try:
            choice(instance.role, Role)
        except ValueError as error:
            errors["role"] = [str(error)]
        if errors:
            raise ValidationError(errors)

    def save_instance(self, instance: User, is_create: bool, row: Mapping[str, Any], **kwargs: Any) -> None:
        try:
            _write(instance, is_create, kwargs["user"])
        except DomainError as error:
            raise ValidationError(error.detail) from error


def _values(person: User) -> dict[str, Any]:
    values = {"email": person.email, "name": person.name, "organization": person.organization}
    values |= {"ticket_scope": person.ticket_scope, "time_zone": person.time_zone}
    return values | ({"username": person.username} if person.username else {})


def _write(wanted: User, is_create: bool, by: User) -> None:
    if is_create:
        person = add_person(by=by, role=wanted.role, **_values(wanted))
        wanted.pk, wanted.username = person.pk, person.username
    else:
        person = update_profile(user=wanted, by=by, changes=_values(wanted))
        change_role(user=person, by=by, role=wanted.role)
    if person.is_active != wanted.is_active:
        (reactivate_user if wanted.is_active else deactivate_user)(user=person, by=by)
