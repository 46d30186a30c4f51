"""Whom an event concerns: the people of each kind, minus who did it, who may not see it, and who wants to hear nothing of it."""

from collections.abc import Iterable

from integrations.choices import Kind
from integrations.models import Mute, Route
from integrations.notifications.hearing import gave_to, kinds_of
from tickets.models import Comment, Ticket, TicketEvent, User

Audience = dict[User, Kind]


class Occasion:
    """An event with its ticket and, where it added one, its comment."""

    def __init__(self, event: TicketEvent) -> None:
        self.event = event
        self.ticket: Ticket = event.ticket
        number = event.data.get("comment_id")
        self.comment = Comment.objects.select_related("author").filter(pk=number).first() if number else None

    def people(self, kind: Kind) -> Iterable[User | None]:
        """Return who is told by the nature of the kind."""
        ticket: Ticket = self.ticket
        match kind:
            case Kind.RECEIPT:
                return [ticket.requester]
            case Kind.ASSIGNED:
                return [ticket.assignee] if gave_to(self.event, "assignee", ticket.assignee_id) else []
            case Kind.SLA_WARNING | Kind.RATED:
                return [ticket.assignee]
            case Kind.SLA_BREACHED:
                return [ticket.assignee, ticket.team.lead if ticket.team else None]
            case Kind.ESCALATED:
                return list(User.objects.filter(pk__in=[person["id"] for person in self.event.data["told"]]))
            case Kind.TEAM_ASSIGNED | Kind.NEW_TICKET:
                return members(ticket.team_id) if gave_to(self.event, "team", ticket.team_id) else []
            case Kind.MENTION:
                return self._mentioned()
            case Kind.NOTE:
                return [ticket.assignee, *ticket.watchers.all()]
            case Kind.REPLY | Kind.STATUS | Kind.RESOLVED | Kind.MERGED:
                return self._followers()
        return []

    def _mentioned(self) -> list[User]:
        return list(self.comment.mentions.all()) if self.comment else []

    def _followers(self) -> list[User | None]:
        """An automatic answer from outside stays at the desk: two mailboxes that answer by themselves would go on for ever."""
        followers = [self.ticket.requester, self.ticket.assignee, *self.ticket.watchers.all()]
        comment = self.comment
        if comment and comment.is_automatic and not (comment.author and comment.author.is_support_staff):
            return [person for person in followers if person and person.is_support_staff]
        return followers


def members(team: int | None) -> Iterable[User]:
    return User.objects.filter(technician__teams=team, is_active=True) if team else []


def audience_of(occasion: Occasion, routes: Iterable[Route]) -> Audience:
    """Return who is told, each of one kind: the first of `Kind` that concerns them. `routes` are those that fit."""
    kinds = kinds_of(occasion.event)
    found: Audience = {}
    for kind in sorted(kinds, key=list(Kind).index):
        for person in occasion.people(kind):
            if person is not None and (kind == Kind.RECEIPT or person.pk != occasion.event.actor_id):
                found.setdefault(person, kind)
    for route in routes:
        for person in (route.person, *members(route.to_team_id)):
            if person is not None and person.pk != occasion.event.actor_id:
                found.setdefault(person, next(kind for kind in kinds if kind in route.kinds))
    return _allowed(found, occasion)


def _allowed(found: Audience, occasion: Occasion) -> Audience:
    mute = set(Mute.objects.filter(ticket=occasion.ticket, person__in=found).values_list("person", flat=True))
    return {person: kind for person, kind in found.items() if person.pk not in mute and may_know(person, occasion)}


def may_know(person: User, occasion: Occasion) -> bool:
    """Return whether somebody may read of the event: the rule of the log itself."""
    if not person.is_active or not (occasion.event.is_public or person.is_support_staff):
        return False
    return person.sees_all_tickets or Ticket.objects.visible_to(person).filter(pk=occasion.ticket.pk).exists()
