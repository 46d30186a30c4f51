"""The book of policies in memory: read once per edition, shared by the threads of a process."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from functools import cached_property
from typing import TypeVar
from uuid import uuid4

from django.db import connection
from django.db.models import Q, QuerySet

from sla.choices import PolicyKind
from sla.facts import Terms
from sla.matching import Attributes, Book, CalendarRule, PolicyRule, Validity
from sla.models import CalendarVersion, Edition, EscalationRule, OrganizationCalendar, PolicyVersion
from tickets.models import Category, Ticket
from tickets.models.classification import CategoryQuerySet

V = TypeVar("V", PolicyVersion, CalendarVersion)
# Written out, because every ticket that is created asks this. A category that moves takes conditions along.
EDITION = "SELECT token, (SELECT max(history_id) FROM tickets_historicalcategory) FROM sla_edition"
DRAFT = 2**62  # the number of a version that is not saved: newer than all others
NEW_POLICY = -1
KEPT = 4  # editions in memory; requests that began before an edit may still read the one before


class Library:
    """The book of one edition, and the terms that it speaks of."""

    def __init__(self, book: Book, draft: "PolicyVersion | CalendarVersion | None" = None) -> None:
        self.book = book
        self._draft = draft
        self._terms: dict[tuple[int, int], Terms] = {}

    def terms(self, policy_version: int, calendar_version: int) -> Terms:
        """Return the terms of two versions, the same object each time."""
        key = policy_version, calendar_version
        if key not in self._terms:
            policy = self._version(PolicyVersion.objects.select_related("policy"), policy_version)
            calendar = self._version(CalendarVersion.objects.all(), calendar_version)
            self._terms.setdefault(key, replace(terms_of(policy, calendar), steps=steps_of(policy)))
        return self._terms[key]

    def _version(self, saved: "QuerySet[V]", number: int) -> V:
        if isinstance(self._draft, saved.model) and number == DRAFT:
            return self._draft
        return saved.get(pk=number)

    def match(self, ticket: Attributes) -> dict[PolicyKind, Terms | None]:
        """Return the terms that hold for a ticket, of each kind."""
        found = {kind: self.book.match(kind, ticket) for kind in PolicyKind}
        return {kind: self.terms(*versions) if versions else None for kind, versions in found.items()}

    def with_draft(self, version: PolicyVersion | CalendarVersion) -> "Library":
        """Return a library in which an unsaved version of a policy or calendar holds too."""
        version.pk = DRAFT
        if isinstance(version, CalendarVersion):
            rules = CalendarRule(DRAFT, validity_of(version)), *self.book.calendars.get(version.calendar_id, ())
            book = replace(self.book, calendars={**self.book.calendars, version.calendar_id: rules})
        else:
            rule = replace(rule_of(version, Category.objects.all()), policy=version.policy_id or NEW_POLICY)
            book = replace(self.book, policies=(*self.book.policies, rule))
        draft = Library(book, version)
        draft._terms = dict(self._terms)
        return draft

    @cached_property
    def is_empty(self) -> bool:
        return not self.book.policies


_libraries: dict[tuple[str, int | None], Library] = {}


def library() -> Library:
    """Return the library of the current edition; one query where it is in memory."""
    with connection.cursor() as cursor:
        cursor.execute(EDITION)
        edition = cursor.fetchone()
    if edition is None:
        return Library(Book())
    found = _libraries.get(edition)
    if found is None:
        found = Library(read_book())
        while len(_libraries) >= KEPT:
            _libraries.pop(next(iter(_libraries)), None)
        _libraries[edition] = found
    return found


def turn_over() -> None:
    """Begin a new edition. Called by whatever changes a policy, a calendar or who uses which, in the same transaction."""
    Edition.objects.update_or_create(pk=1, defaults={"token": uuid4().hex})


def read_book() -> Book:
    """Read everything that decides which policy and calendar hold for a ticket."""
    tree = Category.objects.all()
    calendars: dict[int, list[CalendarRule]] = {}
    for version in CalendarVersion.objects.order_by("-pk"):
        calendars.setdefault(version.calendar_id, []).append(CalendarRule(version.pk, validity_of(version)))
    return Book(
        policies=tuple(rule_of(version, tree) for version in PolicyVersion.objects.select_related("policy")),
        calendars={pk: tuple(rules) for pk, rules in calendars.items()},
        own_calendars=dict(OrganizationCalendar.objects.values_list("organization", "calendar")),
    )


def rule_of(version: PolicyVersion, tree: CategoryQuerySet) -> PolicyRule:
    """Return a version as the book knows it; a category stands for everything below it too."""
    conditions = {name: frozenset(values) for name, values in version.conditions.items() if values}
    if "categories" in conditions:
        below = (pk for root in conditions["categories"] for pk in tree.subtree_ids(root))
        conditions["categories"] = frozenset(below)
    return PolicyRule(
        policy=version.policy_id,
        version=version.pk,
        kind=PolicyKind(version.policy.kind),
        position=version.position,
        is_default=version.is_default,
        is_active=version.is_active,
        validity=validity_of(version),
        calendar=version.calendar_id,
        uses_customers_calendar=version.uses_customers_calendar,
        conditions=conditions,
    )


def validity_of(version: PolicyVersion | CalendarVersion) -> Validity:
    return Validity(version.after_ticket, version.created_since)


def terms_of(policy: PolicyVersion, calendar: CalendarVersion) -> Terms:
    targets: Mapping[str, Mapping[str, int]] = policy.targets
    return Terms(
        policy=policy.pk,
        calendar=calendar.pk,
        working=calendar.compiled,
        targets={
            (metric, priority): timedelta(minutes=minutes)
            for metric, promised in targets.items()
            for priority, minutes in promised.items()
        },
        pauses={metric: frozenset(statuses) for metric, statuses in policy.pauses.items()},
        warnings=tuple(policy.warnings),
    )


def steps_of(version: PolicyVersion) -> tuple[int, ...]:
    """Return the thresholds of the escalation rules that may look at what a policy promises."""
    rules = EscalationRule.objects.filter(is_active=True, kind__in=("", version.policy.kind))
    found = rules.filter(Q(policy=None) | Q(policy=version.policy_id)).values_list("threshold", flat=True)
    return tuple(sorted(set(found)))


def attributes_of(ticket: Ticket, tags: frozenset[int] = frozenset()) -> Attributes:
    """Return what policies look at in a ticket as it is."""
    return Attributes(
        number=ticket.pk,
        created_at=ticket.created_at,
        organization=ticket.organization_id,
        tier=ticket.organization.tier if ticket.organization else "",
        category=ticket.category_id,
        team=ticket.team_id,
        tags=tags,
        channel=ticket.channel,
    )
