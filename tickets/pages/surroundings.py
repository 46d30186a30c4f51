"""What belongs to a ticket besides its fields: linked and merged tickets, files, watchers, time. Each is fetched once for a page.

Most tickets have little of it, and a query by the ORM costs more than it finds; so one question says what there is to ask for.
"""

from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import Q, Sum, Window

from tickets.choices import LinkKind
from tickets.models import Attachment, CustomField, Ticket, TicketLink, TimeEntry, User

TIMES_SHOWN = 5
WORDS = {  # what the other ticket is to this one, by kind and whether the link starts here
    (LinkKind.PARENT, True): "Child",
    (LinkKind.PARENT, False): "Parent",
    (LinkKind.RELATED, True): "Related",
    (LinkKind.RELATED, False): "Related",
    (LinkKind.DUPLICATE, True): "Duplicate of",
    (LinkKind.DUPLICATE, False): "Duplicate",
}


class Linked(NamedTuple):
    """A link: its id, the ticket at its other end, and what that one is to ours."""

    pk: int
    other: Ticket
    word: str


@dataclass
class Surroundings:
    """What the user may see of it. `merged` are the tickets merged into this one, by id; `files` are theirs too."""

    links: list[Linked]
    merged: dict[int, Ticket]
    files: list[Attachment]
    own_files: list[Attachment]
    watchers: list[User]
    times: list[TimeEntry]
    minutes: int
    custom: list[CustomField]  # the desk's own fields, whether or not the ticket fills them in

    @classmethod
    def of(cls, ticket: Ticket, user: User) -> "Surroundings":
        has = _present(ticket.pk)
        links, merged = _neighbours(ticket, user) if has["link"] or has["merged"] else ([], {})
        files = _files([ticket.pk, *merged], user) if has["file"] or merged else []
        times = _times(ticket) if has["time"] else []
        return cls(
            links=links,
            merged=merged,
            files=files,
            own_files=[file for file in files if file.ticket_id == ticket.pk and file.removed_at is None],
            watchers=list(ticket.watchers.all()) if has["watcher"] else [],
            times=times,
            minutes=times[0].total if times else 0,
            custom=list(CustomField.objects.filter(is_active=True)) if has["custom"] else [],
        )


PLACES = {
    "link": f"{TicketLink._meta.db_table} WHERE source_id = %(pk)s OR target_id = %(pk)s",
    "merged": f"{Ticket._meta.db_table} WHERE merged_into_id = %(pk)s",
    "file": f"{Attachment._meta.db_table} WHERE ticket_id = %(pk)s",
    "time": f"{TimeEntry._meta.db_table} WHERE ticket_id = %(pk)s",
    "watcher": f"{Ticket.watchers.through._meta.db_table} WHERE ticket_id = %(pk)s",
    "custom": f"{CustomField._meta.db_table} WHERE is_active",
}
QUESTION = "SELECT " + ", ".join(f"EXISTS (SELECT 1 FROM {place})" for place in PLACES.values())  # noqa: S608 - our own words


def _present(pk: int) -> dict[str, bool]:
    with connection.cursor() as cursor:
        cursor.execute(QUESTION, {"pk": pk})
        return dict(zip(PLACES, cursor.fetchone(), strict=True))


def _files(tickets: list[int], user: User) -> list[Attachment]:
    return list(Attachment.objects.visible_to(user).filter(ticket__in=tickets).order_by("pk"))


def _times(ticket: Ticket) -> list[Any]:
    """Return the latest entries, each with the `total` of all."""
    return list(ticket.time_entries.select_related("user").annotate(total=Window(Sum("minutes")))[:TIMES_SHOWN])


def _neighbours(ticket: Ticket, user: User) -> tuple[list[Linked], dict[int, Ticket]]:
    """Return the linked tickets and the merged ones that the user may see."""
    links = list(TicketLink.objects.filter(Q(source=ticket) | Q(target=ticket)).order_by("pk"))
    ends = {pk for link in links for pk in (link.source_id, link.target_id)} - {ticket.pk}
    rows = Ticket.objects.visible_to(user).filter(Q(pk__in=ends) | Q(merged_into=ticket))
    near = {other.pk: other for other in rows.only("title", "status", "merged_into")}
    linked = []
    for link in links:
        outward = link.source_id == ticket.pk
        other = near.get(link.target_id if outward else link.source_id)
        if other is not None:
            linked.append(Linked(link.pk, other, WORDS[LinkKind(link.kind), outward]))
    return linked, {pk: other for pk, other in near.items() if other.merged_into_id == ticket.pk}
