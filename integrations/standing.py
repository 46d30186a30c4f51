"""How every connection and webhook stands: what waits, since when, what is stuck, and whether it is left alone at the moment."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Min, Q

from integrations.choices import Health
from integrations.models import Connection, Delivery, Hook, HookCall, InboundEvent, PutAside, SyncRun
from tickets.breaker import Breaker
from tickets.choices import WorkState
from tickets.models import Work
from tickets.work import UNFINISHED

STUCK_SHOWN = 50
LAG_AFTER = timedelta(minutes=5)  # what has waited longer is called late
TONES = {Health.WELL: "green", Health.FAILING: "red", Health.REFUSED: "red", Health.UNKNOWN: ""}
OF_CONNECTIONS: tuple[type[Work], ...] = (Delivery, InboundEvent, SyncRun)


@dataclass
class Standing:
    """`resting` is for how many seconds nobody asks, 0 where it may be asked. Counts are of rows of work."""

    row: Connection | Hook
    resting: float = 0.0
    waiting: int = 0
    oldest: datetime | None = None
    stuck: int = 0
    put_aside: int = 0

    @property
    def trouble(self) -> str:
        """Return what was wrong the last time."""
        return self.row.trouble if isinstance(self.row, Hook) else self.row.health_detail

    @property
    def state(self) -> tuple[str, str]:
        """Return the tone and the word for how it is."""
        if not self.row.is_enabled:
            return "", "Switched off"
        if self.resting:
            return "amber", f"Left alone for {self.resting:.0f} s"
        if isinstance(self.row, Hook):
            return ("red", "Fails") if self.row.failing_since else ("green", "Works")
        return TONES[Health(self.row.health)], Health(self.row.health).label


@dataclass(frozen=True)
class Stuck:
    """A row that nobody tries any more: `kind` is its model's label, as the button names it."""

    kind: str
    row: Any
    of: str
    ticket: int | None


@dataclass
class Overview:
    connections: list[Standing]
    hooks: list[Standing]
    stuck: list[Stuck] = field(default_factory=list)
    stuck_count: int = 0
    put_aside: list[PutAside] = field(default_factory=list)
    put_aside_count: int = 0


def overview(now: datetime) -> Overview:
    """Return how everything stands; a fixed number of queries, however many there are."""
    connections = {row.pk: Standing(row) for row in Connection.objects.select_related("owner")}
    hooks = {row.pk: Standing(row) for row in Hook.objects.select_related("owner")}
    for kind in OF_CONNECTIONS:
        _count(kind, "connection", connections, now)
    _count(HookCall, "hook", hooks, now)
    for standings, door in ((connections, "integration:{}"), (hooks, "integration:hook:{}")):
        for pk, standing in standings.items():
            standing.resting = Breaker(door.format(pk)).resting(now.timestamp())
    found = Overview(list(connections.values()), list(hooks.values()))
    found.stuck_count = sum(one.stuck for one in (*found.connections, *found.hooks))
    if found.stuck_count:
        found.stuck = _stuck()
    for pk, count in PutAside.objects.order_by().values_list("connection").annotate(Count("pk")):
        connections[pk].put_aside = count
        found.put_aside_count += count
    if found.put_aside_count:
        found.put_aside = list(PutAside.objects.select_related("connection").defer("raw")[:STUCK_SHOWN])
    return found


def _count(kind: type[Work], of: str, standings: dict[int, Standing], now: datetime) -> None:
    """Add up one kind of work. What is put off on purpose does not count as waiting before its time."""
    left = kind._default_manager.exclude(state=WorkState.DONE).order_by().values_list(of)
    counted = left.annotate(
        waiting=Count("pk", filter=Q(state__in=UNFINISHED)),
        oldest=Min("created_at", filter=Q(state__in=UNFINISHED, due__lte=now)),
        stuck=Count("pk", filter=Q(state=WorkState.QUARANTINED)),
    )
    for pk, waiting, oldest, stuck in counted:
        standing = standings[pk]
        standing.waiting += waiting
        standing.stuck += stuck
        standing.oldest = min(filter(None, (standing.oldest, oldest)), default=None)


def _stuck() -> list[Stuck]:
    """Return the newest rows that are stuck, of all kinds."""
    found: list[Stuck] = []
    for kind in OF_CONNECTIONS:
        found += [
            Stuck(kind._meta.label, row, row.connection.name, getattr(row, "ticket_id", None))
            for row in _newest(kind, "connection")
        ]
    found += [
        Stuck(HookCall._meta.label, row, row.hook.name, row.event.ticket_id if row.event else None)
        for row in _newest(HookCall, "hook", "event")
    ]
    return sorted(found, key=lambda one: one.row.finished_at, reverse=True)[:STUCK_SHOWN]


def _newest(kind: type[Work], *related: str) -> Iterable[Any]:
    rows = kind._default_manager.filter(state=WorkState.QUARANTINED).select_related(*related)
    return rows.order_by("-finished_at")[:STUCK_SHOWN]
