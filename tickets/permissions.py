"""The one answer to "may they?". Reads start at `Model.objects.visible_to(user)`; writes ask `require(user, verb, object)`.

A verb has a least role and, where the object matters, a check. A requester's reach is narrower than a role can say, so those verbs
name a check for requesters too.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from tickets.choices import Role
from tickets.errors import NoSuchTicket, NotAllowed
from tickets.models import Article, Attachment, Comment, Macro, SavedView, Ticket, User

RANK = {Role.REQUESTER: 0, Role.TECHNICIAN: 1, Role.MANAGER: 2, Role.ADMIN: 3}


@dataclass(frozen=True)
class System:
    """The product itself acting: a schedule, a reaction, an import. It may do what it was built for."""

    name: str = "System"


Actor = User | System
Check = Callable[[User, Any], bool]


@dataclass(frozen=True)
class Rule:
    least: Role
    check: Check | None = None
    beyond: Role | None = None  # whose word the check always takes; named when the check fails


def _sees(user: User, ticket: Ticket) -> bool:
    return user.sees_all_tickets or Ticket.objects.visible_to(user).filter(pk=ticket.pk).exists()


def _asked(user: User, ticket: Ticket) -> bool:
    return ticket.requester_id == user.pk


def _sees_and_owns_if_requester(user: User, ticket: Ticket) -> bool:
    return _sees(user, ticket) if user.is_support_staff else _asked(user, ticket)


def _wrote_or_manages(user: User, comment: Comment) -> bool:
    return comment.author_id == user.pk or RANK[Role(user.role)] >= RANK[Role.MANAGER]


def _uploaded_or_manages(user: User, attachment: Attachment) -> bool:
    return attachment.uploaded_by_id == user.pk or RANK[Role(user.role)] >= RANK[Role.MANAGER]


def _outranks(user: User, other: User | Role) -> bool:
    """An admin stands above everybody; a manager above technicians and requesters, be it a person or a role to hand out."""
    role = Role(other.role if isinstance(other, User) else other)
    return user.role == Role.ADMIN or RANK[role] < RANK[Role(user.role)]


def _is_self_or_outranks(user: User, other: User) -> bool:
    return user.pk == other.pk or (RANK[Role(user.role)] >= RANK[Role.MANAGER] and _outranks(user, other))


def _owns_or_manages(user: User, shared: SavedView | Macro) -> bool:
    return shared.owner_id == user.pk or RANK[Role(user.role)] >= RANK[Role.MANAGER]


def _reads(user: User, article: Article) -> bool:
    return Article.objects.visible_to(user).filter(pk=article.pk).exists()


RULES: dict[str, Rule] = {
    "ticket.create": Rule(Role.REQUESTER),
    "ticket.view": Rule(Role.REQUESTER, _sees),
    "ticket.change": Rule(Role.REQUESTER, _sees_and_owns_if_requester),
    "ticket.work": Rule(Role.TECHNICIAN, _sees),  # fields, links, time and notes that are the desk's own
    "ticket.comment": Rule(Role.REQUESTER, _sees),
    "ticket.attach": Rule(Role.REQUESTER, _sees),
    "ticket.watch": Rule(Role.REQUESTER, _sees),
    "ticket.rate": Rule(Role.REQUESTER, _asked),
    "ticket.merge": Rule(Role.TECHNICIAN, _sees),
    "ticket.archive": Rule(Role.MANAGER, _sees),
    "comment.edit": Rule(Role.REQUESTER, _wrote_or_manages, Role.MANAGER),
    "comment.redact": Rule(Role.TECHNICIAN, _wrote_or_manages, Role.MANAGER),
    "attachment.remove": Rule(Role.REQUESTER, _uploaded_or_manages, Role.MANAGER),
    "article.read": Rule(Role.REQUESTER, _reads),
    "article.rate": Rule(Role.REQUESTER, _reads),
    "article.write": Rule(Role.TECHNICIAN),
    "article.publish": Rule(Role.TECHNICIAN),
    "article.archive": Rule(Role.MANAGER),
    "view.save": Rule(Role.TECHNICIAN),
    "view.change": Rule(Role.TECHNICIAN, _owns_or_manages, Role.MANAGER),
    "macro.save": Rule(Role.TECHNICIAN),
    "macro.change": Rule(Role.TECHNICIAN, _owns_or_manages, Role.MANAGER),
    "people.view": Rule(Role.TECHNICIAN),
    "people.profile": Rule(Role.REQUESTER, _is_self_or_outranks, Role.ADMIN),
    "people.manage": Rule(Role.MANAGER, _outranks, Role.ADMIN),  # the object: a person, or the role to hand out
    "people.administer": Rule(Role.ADMIN),
    "classification.manage": Rule(Role.MANAGER),
    "import.run": Rule(Role.ADMIN),
}


def declare(rules: Mapping[str, Rule]) -> None:
    """Add the verbs of a room further right. Raises ValueError for one that has a rule already."""
    if again := RULES.keys() & rules.keys():
        raise ValueError(f"Declared twice: {', '.join(sorted(again))}")
    RULES.update(rules)


def can(actor: Actor, verb: str, obj: Any = None) -> bool:
    """Return whether `actor` may do `verb` (to `obj`, where the verb has one). Raises KeyError for a verb that has no rule."""
    rule = RULES[verb]
    if isinstance(actor, System):
        return True
    if not actor.is_active or RANK[Role(actor.role)] < RANK[rule.least]:
        return False
    return rule.check is None or obj is None or rule.check(actor, obj)


def require(actor: Actor, verb: str, obj: Any = None) -> None:
    """Pass, or raise: NotFound for a ticket the user may not even know of, NotAllowed naming the role that is needed."""
    if can(actor, verb, obj):
        return
    if isinstance(obj, Ticket) and isinstance(actor, User) and not _sees(actor, obj):
        raise NoSuchTicket
    rule = RULES[verb]
    enough = isinstance(actor, User) and RANK[Role(actor.role)] >= RANK[rule.least]
    least = rule.beyond if enough and rule.beyond else rule.least
    raise NotAllowed(
        f"This needs the role {least.label.lower()} or above. Ask somebody who has it.", required_role=least.value
    )
