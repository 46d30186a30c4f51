"""What the channel layer lost: the log knows what happened, the hub what came through, and here the two are compared.

A push may just be on its way, so only what two looks in a row miss is lost.
"""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress

from django.db.models import Max

from tickets.errors import NotFound
from tickets.live.items import Item
from tickets.live.replay import missed
from tickets.models import Ticket, TicketEvent, User

EVENTS_AT_MOST = 1000  # compared in one look; more at once are an import or a long silence: read the list again


class Losses:
    """What came through to one hub, and what did not."""

    def __init__(self) -> None:
        self.settled = 0  # every event up to this one came through, or was told of as lost
        self._heard: set[int] = set()
        self._missing: set[int] = set()
        self._versions: dict[int, int] = {}  # ticket → newest version that came through, of tickets with followers
        self._behind: dict[int, int] = {}  # ticket → newer version that the last look found in the log

    def begin(self, newest_event: int) -> None:
        """Count from this event on: nobody followed before."""
        self.settled = newest_event
        self._heard.clear()
        self._missing.clear()

    def heard(self, item: Item, *, followed: bool) -> None:
        """Note that an item came through; `followed` says whether sockets here follow its ticket."""
        self._heard.add(item.event_id)
        if followed:
            self._versions[item.ticket_id] = max(item.version, self._versions.get(item.ticket_id, 0))

    def told(self, ticket_id: int, version: int) -> None:
        """Note how far a new follower of a ticket has been told."""
        self._versions.setdefault(ticket_id, version)

    def forget(self, ticket_id: int) -> None:
        """Note that nobody follows the ticket any more."""
        self._versions.pop(ticket_id, None)

    def of_tickets(self, versions: Mapping[int, int]) -> dict[int, int]:
        """Return ticket → version after which its followers missed something; from now on they count as told."""
        behind = {pk: version for pk, version in versions.items() if version > self._versions.get(pk, version)}
        lost = {pk: self._versions[pk] for pk, _ in self._behind.items() & behind.items()}
        self._versions |= {pk: versions[pk] for pk in lost}
        self._behind = behind
        return lost

    def of_lists(self, events: Sequence[int]) -> bool:
        """Return whether one of the newest events never came; `events` are those after `settled`, newest first."""
        missing = set(events) - self._heard
        lost = len(events) > EVENTS_AT_MOST or bool(missing & self._missing)
        self._missing = set() if lost else missing
        if events:
            self.settled = min(self._missing) - 1 if self._missing else events[0]
        self._heard = {pk for pk in self._heard if pk > self.settled}
        return lost


def newest_event() -> int:
    """Return the id of the newest event, 0 where nothing ever happened."""
    newest: int | None = TicketEvent.objects.aggregate(newest=Max("pk"))["newest"]
    return newest or 0


def log_since(event_id: int, ticket_ids: Iterable[int]) -> tuple[list[int], dict[int, int]]:
    """Return the events after one, newest first and one more than are compared, and the tickets' versions."""
    events = TicketEvent.objects.filter(pk__gt=event_id).order_by("-pk").values_list("pk", flat=True)
    versions = Ticket.objects.filter(pk__in=ticket_ids).values_list("pk", "version")
    return list(events[: EVENTS_AT_MOST + 1]), dict(versions)


def missed_by(users: Iterable[User], ticket_id: int, since: int) -> dict[User, list[str]]:
    """Return what each of the users missed of a ticket, without those who may not see it any more."""
    found: dict[User, list[str]] = {}
    for user in users:
        with suppress(NotFound):
            found[user] = missed(ticket_id, user, since).texts
    return found
