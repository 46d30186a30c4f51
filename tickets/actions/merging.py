"""Links between tickets, and merging one into another. A merge moves nothing, so that it can be undone."""

from django.db import IntegrityError, transaction
from django.utils import timezone

from tickets.actions.changing import apply, name_of
from tickets.actions.locking import lock, record
from tickets.choices import Channel, EventKind, LinkKind, Status
from tickets.errors import Conflict, Invalid
from tickets.models import Ticket, TicketLink, User
from tickets.permissions import Actor


def link_tickets(*, source: Ticket, target: Ticket, kind: str, by: Actor, via: Channel) -> TicketLink:
    """Link two tickets: `source` is parent of, related to, or a duplicate of `target`. Raises Invalid, Conflict."""
    if kind not in LinkKind.values:
        raise Invalid({"kind": [f"Choose one of {', '.join(LinkKind.values)}."]})
    if source.pk == target.pk:
        raise Invalid({"target": ["A ticket cannot be linked to itself."]})
    if kind == LinkKind.RELATED and source.pk > target.pk:
        source, target = target, source  # related works both ways: one row, whoever asks
    with transaction.atomic():
        source, target = lock_both(source, target, "ticket.work", by)
        if kind == LinkKind.PARENT and target.pk in _ancestors(source):
            raise Conflict(f"{target.reference} already stands above {source.reference}.", code="circular_link")
        try:
            with transaction.atomic():
                link = TicketLink.objects.create(
                    source=source, target=target, kind=kind, created_by=by if isinstance(by, User) else None
                )
        except IntegrityError:
            raise Conflict(
                "The tickets are already linked like this, or the ticket already has a parent.", code="already_linked"
            ) from None
        _record_both(EventKind.TICKETS_LINKED, link, by, via)
    return link


def unlink_tickets(*, link: TicketLink, by: Actor, via: Channel) -> None:
    """Remove a link."""
    with transaction.atomic():
        link.source, link.target = lock_both(link.source, link.target, "ticket.work", by)
        _record_both(EventKind.TICKETS_UNLINKED, link, by, via)
        link.delete()


def _ancestors(ticket: Ticket) -> set[int]:
    above: set[int] = set()
    pk: int | None = ticket.pk
    while pk is not None and pk not in above:
        above.add(pk)
        pk = TicketLink.objects.filter(target=pk, kind=LinkKind.PARENT).values_list("source", flat=True).first()
    return above


def lock_both(first: Ticket, second: Ticket, verb: str, by: Actor) -> tuple[Ticket, Ticket]:
    """Lock in the order of ids, so that two people linking the same pair cannot wait for each other."""
    locked = {ticket.pk: lock(ticket, verb, by) for ticket in sorted((first, second), key=lambda t: t.pk)}
    return locked[first.pk], locked[second.pk]


def _record_both(kind: EventKind, link: TicketLink, by: Actor, via: Channel) -> None:
    data = {"source": name_of(link.source), "target": name_of(link.target), "kind": link.kind}
    for ticket in (link.source, link.target):
        record(ticket, kind, by=by, via=via, at=timezone.now(), data=data, public=False)


def require_same_customer(source: Ticket, target: Ticket) -> None:
    """Raise Conflict where what was said on one ticket may not be read on the other."""
    strangers = source.organization_id is None and source.requester_id != target.requester_id
    if source.organization_id != target.organization_id or strangers:
        raise Conflict(
            "The tickets belong to different organizations; one customer would read the other's words.",
            code="other_organization",
        )


def merge_tickets(*, source: Ticket, target: Ticket, by: User, via: Channel) -> Ticket:
    """Close `source` into `target`, whose page then shows both conversations; returns the target.

    The source's requester and watchers follow the target from then on. Raises Invalid, Conflict.
    """
    now = timezone.now()
    if source.pk == target.pk:
        raise Invalid({"into": ["A ticket cannot be merged into itself."]})
    with transaction.atomic():
        source, target = lock_both(source, target, "ticket.merge", by)
        if source.merged_into_id or target.merged_into_id:
            raise Conflict("One of the tickets was already merged. Undo that merge first.", code="already_merged")
        require_same_customer(source, target)
        old_status = source.status
        watching = set(target.watchers.values_list("pk", flat=True))
        joining = ({source.requester_id, *source.watchers.values_list("pk", flat=True)} - watching) - {
            target.requester_id
        }
        target.watchers.add(*joining)
        source.merged_into = target
        columns, changes = apply(source, {"status": Status.CLOSED}, at=now)
        data = {"into": name_of(target), "joined": sorted(joining), "old_status": old_status}
        record(
            source,
            EventKind.TICKET_MERGED,
            by=by,
            via=via,
            at=now,
            columns={"merged_into", *columns},
            changes=changes,
            data=data,
        )
        record(target, EventKind.TICKET_MERGED, by=by, via=via, at=now, data={"from": name_of(source)}, public=False)
    return target


def unmerge_ticket(*, ticket: Ticket, by: User, via: Channel) -> Ticket:
    """Undo the merge of `ticket`: it gets its status back, and those who joined the other ticket by the merge leave it."""
    now = timezone.now()
    target = ticket.merged_into
    if target is None:
        raise Conflict("This ticket is not merged into another.", code="not_merged")
    with transaction.atomic():
        ticket, target = lock_both(ticket, target, "ticket.merge", by)
        merged = ticket.events.filter(kind=EventKind.TICKET_MERGED, data__has_key="into").order_by("-version").first()
        if merged is None or ticket.merged_into_id != target.pk:
            raise Conflict("This ticket is not merged into another.", code="not_merged")
        target.watchers.remove(*merged.data["joined"])
        ticket.merged_into = None
        columns, changes = apply(ticket, {"status": merged.data["old_status"]}, at=now, undoing=True)
        record(
            ticket,
            EventKind.TICKET_UNMERGED,
            by=by,
            via=via,
            at=now,
            columns={"merged_into", *columns},
            changes=changes,
        )
        record(target, EventKind.TICKET_UNMERGED, by=by, via=via, at=now, data={"from": name_of(ticket)})
    return ticket
