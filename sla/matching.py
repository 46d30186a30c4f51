"""Which policy holds for a ticket: ordered rules, the first that fits, the default last. Plain Python."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, NamedTuple

from sla.choices import PolicyKind

Versions = Mapping[PolicyKind, tuple[int, int] | None]  # of the policy and of the calendar that hold
CONDITIONS = ("organizations", "tiers", "categories", "teams", "tags", "channels")


class Attributes(NamedTuple):
    """What policies look at in a ticket."""

    number: int
    created_at: datetime
    organization: int | None = None
    tier: str | None = None
    category: int | None = None
    team: int | None = None
    channel: str = ""
    tags: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Validity:
    """Which tickets a version of a policy or calendar may hold for; an earlier version holds for the others."""

    after_ticket: int = 0  # numbers up to this one existed when the version was made "for new tickets only"
    created_since: datetime | None = None

    def covers(self, number: int, created_at: datetime) -> bool:
        return number > self.after_ticket and (self.created_since is None or created_at >= self.created_since)


@dataclass(frozen=True)
class CalendarRule:
    """A version of a calendar, as the book knows it."""

    version: int
    validity: Validity


@dataclass(frozen=True)
class PolicyRule:
    """A version of a policy, as the book knows it. `conditions` maps a name of CONDITIONS to the values it accepts."""

    policy: int
    version: int
    kind: PolicyKind
    position: int
    is_default: bool
    is_active: bool
    validity: Validity
    calendar: int
    uses_customers_calendar: bool = False
    conditions: Mapping[str, frozenset[Any]] = field(default_factory=dict)

    def fits(self, ticket: Attributes) -> bool:
        """Whether every condition accepts the ticket; a policy without conditions fits all."""
        given = {
            "organizations": ticket.organization,
            "tiers": ticket.tier,
            "categories": ticket.category,
            "teams": ticket.team,
            "channels": ticket.channel,
        }
        return all(
            not ticket.tags.isdisjoint(accepted) if name == "tags" else given[name] in accepted
            for name, accepted in self.conditions.items()
        )


@dataclass(frozen=True)
class Book:
    """All versions of policies and calendars that may still hold, and the customers' own calendars."""

    policies: tuple[PolicyRule, ...] = ()
    calendars: Mapping[int, tuple[CalendarRule, ...]] = field(default_factory=dict)  # by calendar, newest version first
    own_calendars: Mapping[int, int] = field(default_factory=dict)  # organization → calendar

    @cached_property
    def _by_policy(self) -> dict[int, list[PolicyRule]]:
        found: dict[int, list[PolicyRule]] = {}
        for rule in sorted(self.policies, key=lambda rule: -rule.version):
            found.setdefault(rule.policy, []).append(rule)
        return found

    @cached_property
    def uses_tags(self) -> bool:
        return any("tags" in rule.conditions for rule in self.policies)

    def match(self, kind: PolicyKind, ticket: Attributes) -> tuple[int, int] | None:
        """Return the versions of the policy and of the calendar that hold for the ticket, None where no policy fits.

        Nobody promises anything internally on a ticket without a team.
        """
        if kind == PolicyKind.INTERNAL and ticket.team is None:
            return None
        for rule in self._in_order(kind, ticket):
            if rule.fits(ticket):
                calendar = self._calendar(rule, ticket)
                if calendar is not None:
                    return rule.version, calendar
        return None

    def _in_order(self, kind: PolicyKind, ticket: Attributes) -> Iterable[PolicyRule]:
        """Return one version of each active policy, the newest that covers the ticket; defaults last."""
        covering = (
            next((rule for rule in rules if rule.validity.covers(ticket.number, ticket.created_at)), None)
            for rules in self._by_policy.values()
        )
        rules = [rule for rule in covering if rule is not None and rule.is_active and rule.kind == kind]
        return sorted(rules, key=lambda rule: (rule.is_default, rule.position, rule.policy))

    def _calendar(self, rule: PolicyRule, ticket: Attributes) -> int | None:
        own = self.own_calendars.get(ticket.organization or 0) if rule.uses_customers_calendar else None
        versions = self.calendars.get(own or rule.calendar, ())
        return next((v.version for v in versions if v.validity.covers(ticket.number, ticket.created_at)), None)


class Matcher:
    """Matches many tickets, and thinks once about those that look alike to the policies."""

    def __init__(self, book: Book) -> None:
        self._book = book
        self._known: dict[Any, Versions] = {}
        validities = {rule.validity for rule in book.policies}
        validities |= {rule.validity for rules in book.calendars.values() for rule in rules}
        self._numbers = sorted({validity.after_ticket for validity in validities})
        self._moments = sorted({validity.created_since for validity in validities if validity.created_since})
        self._named = {
            name: frozenset(value for rule in book.policies for value in rule.conditions.get(name, ()))
            for name in CONDITIONS
        }
        self._named["organizations"] |= book.own_calendars.keys()

    def match(self, ticket: Attributes) -> Versions:
        """Return the versions that hold for the ticket, of each kind."""
        key = self._seen(ticket)
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = {kind: self._book.match(kind, ticket) for kind in PolicyKind}
        return found

    def _seen(self, ticket: Attributes) -> Any:
        """Return what the policies make out of a ticket: only values that one of them names."""
        named = self._named
        return (
            ticket.organization if ticket.organization in named["organizations"] else None,
            ticket.tier if ticket.tier in named["tiers"] else None,
            ticket.category if ticket.category in named["categories"] else None,
            ticket.team if ticket.team in named["teams"] else None,
            ticket.team is None,
            ticket.tags & named["tags"],
            ticket.channel if ticket.channel in named["channels"] else None,
            bisect_left(self._numbers, ticket.number),
            bisect_right(self._moments, ticket.created_at),
        )
