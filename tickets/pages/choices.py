"""What the selects and menus of the desk offer, as value and label."""

from functools import cached_property
from typing import Any

from django.db.models import QuerySet

from tickets.models import Category, CustomField, Macro, Organization, Team, User

Option = tuple[str, str]
ORGANIZATIONS_OFFERED = 300


class Choices:
    """Each list is fetched when a page asks for it, once."""

    def __init__(self, user: User) -> None:
        self.user = user

    @cached_property
    def staff(self) -> list[Option]:
        """Everybody who may be assigned, the reader first."""
        people = User.objects.support_staff().values_list("pk", "name", "username")
        return [(str(pk), name or username) for pk, name, username in sorted(people, key=self._is_other)]

    def _is_other(self, person: tuple[int, str, str]) -> bool:
        return person[0] != self.user.pk

    @cached_property
    def teams(self) -> list[Option]:
        return _pairs(Team.objects.filter(is_active=True), "name")

    @cached_property
    def categories(self) -> list[Option]:
        return _pairs(Category.objects.filter(is_active=True), "path")

    @cached_property
    def organizations(self) -> list[Option]:
        active = Organization.objects.visible_to(self.user).filter(is_active=True)
        return _pairs(active[:ORGANIZATIONS_OFFERED], "name")

    @cached_property
    def macros(self) -> list[Option]:
        return _pairs(Macro.objects.visible_to(self.user).filter(is_active=True), "name")

    @cached_property
    def custom(self) -> list[CustomField]:
        return list(CustomField.objects.filter(is_active=True))


def _pairs(rows: QuerySet[Any], label: str) -> list[Option]:
    return [(str(pk), words) for pk, words in rows.values_list("pk", label)]
