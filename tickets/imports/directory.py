"""Who and what imported tickets speak of: found where they exist, made where they do not, once for each name.

People made here are inactive and have no usable password. Where the source names no e-mail address they get one under
`import.invalid`, a domain that can never exist.
"""

import hashlib
from collections.abc import Iterable, Sequence
from typing import Any

from django.contrib.auth.hashers import make_password
from django.utils.text import slugify

from tickets.choices import Role
from tickets.imports.records import ImportedTicket, Person
from tickets.models import Category, Organization, Team, User
from tickets.models.classification import MAX_CATEGORY_DEPTH

NO_MAIL = "import.invalid"
DESK = (Role.TECHNICIAN, Role.MANAGER, Role.ADMIN)


class Directory:
    """Resolves the names of one source. Call `prepare` with a batch before asking for its people; it needs a transaction."""

    def __init__(self, source: str, organization: Organization | None) -> None:
        self.source, self.organization = source, organization
        self.nobody = Person(f"Unknown requester ({source})")
        self._people: dict[str, User] = {}
        self._teams: dict[str, Team] = {}
        self._organizations: dict[str, Organization] = {}
        self._categories: dict[tuple[str, ...], Category] = {}
        self._desk: dict[str, User | None] | None = None

    def prepare(self, tickets: Sequence[ImportedTicket]) -> None:
        """Find or make everybody and everything the tickets name."""
        values = [step.values for ticket in tickets for step in ticket.steps]
        self._prepare_organizations({v["organization"] for v in values if v.get("organization")})
        self._prepare_teams({v["team"] for v in values if v.get("team")})
        for path in sorted({tuple(v["category"]) for v in values if v.get("category")}):
            self._prepare_category(path)
        asking = {v["requester"]: False for v in values if v.get("requester")} | {self.nobody: False}
        working = {v["assignee"]: True for v in values if v.get("assignee")}
        speaking = {
            step.author: step.internal
            for ticket in tickets
            for step in ticket.steps
            if step.comment and isinstance(step.author, Person)
        }
        self._prepare_people(speaking | asking | working)

    def person(self, person: Person) -> User:
        return self._people[person.key]

    def known(self, author: Person | str) -> User | None:
        return self._people.get(author.key) if isinstance(author, Person) else None

    def resolve(self, field: str, value: Any) -> Any:
        """Return the row for a value that names one, the value itself for others."""
        match field:
            case "requester":
                return self.person(value or self.nobody)
            case "assignee":
                return self.person(value) if value else None
            case "team":
                return self._teams[value.lower()] if value else None
            case "organization":
                return self._organizations[value.lower()] if value else None
            case "category":
                return self._categories[tuple(value)] if value else None
        return value

    def _prepare_organizations(self, names: Iterable[str]) -> None:
        for name in sorted(set(names) - self._organizations.keys()):
            if name.lower() not in self._organizations:
                found = Organization.objects.filter(name__iexact=name).first()
                self._organizations[name.lower()] = found or Organization.objects.create(name=name)

    def _prepare_teams(self, names: Iterable[str]) -> None:
        for name in sorted(names):
            if name.lower() not in self._teams:
                found = Team.objects.filter(name__iexact=name).first()
                self._teams[name.lower()] = found or Team.objects.create(name=name, description=f"From {self.source}.")

    def _prepare_category(self, path: tuple[str, ...]) -> None:
        parent: Category | None = None
        for depth in range(1, min(len(path), MAX_CATEGORY_DEPTH) + 1):
            part = path[:depth]
            if part not in self._categories:
                found = Category.objects.filter(parent=parent, name__iexact=part[-1]).first()
                self._categories[part] = found or Category.objects.create(parent=parent, name=part[-1])
            parent = self._categories[part]

    def _prepare_people(self, people: dict[Person, bool]) -> None:
        """Find or make the people; true marks those who work at the desk."""
        missing = {person.key: (person, staff) for person, staff in people.items() if person.key not in self._people}
        for key, (person, staff) in missing.items():
            colleague = self._colleague(person) if staff else None
            if colleague:
                self._people[key] = colleague
        missing = {key: pair for key, pair in missing.items() if key not in self._people}
        addresses = {self._address(person): key for key, (person, _) in missing.items()}
        for user in User.objects.filter(email__in=addresses.keys()):
            self._people[addresses[user.email]] = user
        new = [self._make(person, staff) for key, (person, staff) in missing.items() if key not in self._people]
        for user in User.objects.bulk_create(new):
            self._people[addresses[user.email]] = user
        self._promote([self._people[person.key] for person, staff in people.items() if staff])

    def _colleague(self, person: Person) -> User | None:
        """Return the one active colleague of this name, None where there is none or more than one."""
        if self._desk is None:
            self._desk = {}
            for user in User.objects.support_staff().exclude(name=""):
                name = user.name.lower()
                self._desk[name] = None if name in self._desk else user
        return None if person.email else self._desk.get(person.name.lower())

    def _promote(self, users: Iterable[User]) -> None:
        """Make technicians of imported requesters who turn out to work on tickets; nobody else's role changes."""
        wrong = {user.pk: user for user in users if not user.is_support_staff and not user.is_active}
        for user in wrong.values():
            user.role = Role.TECHNICIAN
        User.objects.filter(pk__in=wrong).update(role=Role.TECHNICIAN)

    def _address(self, person: Person) -> str:
        if person.email:
            return person.email
        return f"{slugify(person.name)[:40] or 'person'}.{self._digest(person)}@{NO_MAIL}"

    def _digest(self, person: Person) -> str:
        return hashlib.sha256(f"{self.source}\n{person.key}".encode()).hexdigest()[:12]

    def _make(self, person: Person, staff: bool) -> User:
        address = self._address(person)
        organization = self._organizations.get(person.organization.lower()) or self.organization
        return User(
            email=address,
            username=f"{slugify(address.partition('@')[0])[:100]}-{self._digest(person)}",
            name=person.name[:150],
            role=Role.TECHNICIAN if staff else Role.REQUESTER,
            organization=None if staff else organization,
            is_active=False,
            password=make_password(None),
        )
