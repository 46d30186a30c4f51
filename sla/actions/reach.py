"""Whom an edit of a policy or calendar is for: new tickets, open ones too, or those created from a date on."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Max
from django.utils import timezone

from sla.choices import Scope
from sla.models import Application
from sla.permissions import Actor
from tickets import work
from tickets.errors import Invalid
from tickets.fields import choice, moment
from tickets.models import Ticket


@dataclass(frozen=True)
class Reach:
    """Which tickets an edit is for."""

    scope: Scope = Scope.NEW
    since: datetime | None = None

    @classmethod
    def read(cls, scope: Any, since: Any, by: Actor) -> "Reach":
        """Read what a form or a program gave. Raises Invalid."""
        try:
            read = Scope(choice(scope or Scope.NEW, Scope))
        except ValueError as error:
            raise Invalid({"scope": [str(error)]}) from None
        try:
            day = moment(since, by)
        except ValueError as error:
            raise Invalid({"since": [str(error)]}) from None
        if read == Scope.SINCE and day is None:
            raise Invalid({"since": ["Say from when on."]})
        return cls(read, day if read == Scope.SINCE else None)

    @property
    def touches_open_tickets(self) -> bool:
        return self.scope == Scope.OPEN or (self.since is not None and self.since <= timezone.now())

    def validity(self) -> dict[str, Any]:
        """Return the columns of a version that is made now."""
        newest = Ticket.objects.aggregate(newest=Max("pk"))["newest"] if self.scope == Scope.NEW else 0
        return {"after_ticket": newest or 0, "created_since": self.since}


def apply_to_open_tickets(reason: str, created_since: datetime | None = None) -> Application:
    """Let workers bring open tickets under what holds for them now. Needs a surrounding transaction."""
    return work.enqueue(Application(reason=reason[:200], created_since=created_since))
