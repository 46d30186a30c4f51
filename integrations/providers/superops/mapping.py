"""SuperOps' tickets as records, and our values as SuperOps takes them. What people write there is HTML."""

import re
from collections.abc import Sequence
from typing import Any

from integrations.hypertext import markdown
from integrations.provider import (
    Defaults,
    Draft,
    FieldDefault,
    OutgoingComment,
    RemoteComment,
    RemoteRecord,
    RemoteRef,
    Values,
)
from integrations.providers.superops.models import Conversation, Note, SuperOpsSettings, Ticket
from tickets.text import render

MARKER = re.compile(r"\bTicketsite ([0-9a-f]{8,40})\b")
TAKEN = frozenset({"subject", "status", "priority", "impact", "urgency", "category"})
DESCRIPTION = "DESCRIPTION"
REPLIES = frozenset({"REQ_REPLY", "TECH_REPLY"})  # the rest of a conversation is what SuperOps mailed about it
DEFAULTS = Defaults(
    fields=(
        FieldDefault("title", "subject"),
        FieldDefault(
            "description", "description", "out", "ours"
        ),  # there the conversation begins with it, and it stays
        FieldDefault("status", "status"),
        FieldDefault("priority", "priority"),
        FieldDefault("urgency", "urgency"),
        FieldDefault("impact", "impact"),
    ),
    values={
        "status": (
            ("open", "Open"),
            ("open", "New"),
            ("open", "Assigned"),
            ("open", "Reopened"),
            ("in_progress", "In Progress"),
            ("pending", "Pending"),
            ("pending", "Waiting on Customer"),
            ("pending", "Waiting on Client"),
            ("on_hold", "On Hold"),
            ("on_hold", "Waiting on Vendor"),
            ("resolved", "Resolved"),
            ("closed", "Closed"),
            ("closed", "Cancelled"),
        ),
        "priority": (("critical", "Critical"), ("high", "High"), ("medium", "Medium"), ("low", "Low")),
        "urgency": (("high", "High"), ("critical", "High"), ("medium", "Medium"), ("low", "Low")),
        "impact": (("high", "High"), ("critical", "High"), ("medium", "Medium"), ("low", "Low")),
    },
)


def encoded(values: Values) -> dict[str, Any]:
    """Return field values as SuperOps takes them; a description is not changed, linked records go by ids that we do not know."""
    return {name: value for name, value in values.items() if name in TAKEN and value}


def description_of(draft: Draft) -> str:
    """Return what a ticket begins with: the text, the way back, and the marker, by which the ticket is found again."""
    return render(f"{draft.fields.get('description') or draft.title}\n\n{draft.url}\n\nTicketsite {draft.marker}")


def marker_of(description: str) -> str:
    found = MARKER.findall(description)
    return found[-1] if found else ""


def content_of(comment: OutgoingComment) -> str:
    return render(f"{comment.author}:\n\n{comment.body}")


def squeezed(html: str) -> str:
    """Return the words of HTML, to compare what we sent with what was made of it."""
    return "".join(markdown(html).split())


def reference(ticket: Ticket, settings: SuperOpsSettings) -> RemoteRef:
    url = f"https://{settings.subdomain}.superops.ai/#/tickets/{ticket.ticketId}/ticket"
    return RemoteRef(ticket.ticketId, ticket.displayId or ticket.ticketId, url)


def record(
    ticket: Ticket,
    settings: SuperOpsSettings,
    conversations: Sequence[Conversation] = (),
    notes: Sequence[Note] = (),
    requester_email: str = "",
) -> RemoteRecord:
    """Return the ticket. Client, technician and SLA are for reading: an admin may map them to tags."""
    values: Values = {
        "subject": ticket.subject,
        "status": ticket.status,
        "priority": ticket.priority,
        "impact": ticket.impact,
        "urgency": ticket.urgency,
        "category": ticket.category,
        "client": [ticket.client.name] if ticket.client.name else [],
        "technician": [ticket.technician.name] if ticket.technician.name else [],
        "sla": [ticket.sla.name] if ticket.sla.name else [],
    }
    if (began := description_in(conversations)) is not None:
        values["description"] = began
    replies = [reply(said) for said in conversations if said.type in REPLIES]
    return RemoteRecord(
        ref=reference(ticket, settings),
        fields=values,
        updated_at=ticket.changed_at,
        created_at=ticket.createdTime,
        comments=tuple(sorted([*replies, *map(note, notes)], key=lambda said: said.created_at)),
        requester_email=requester_email,
        marker=marker_of(began or ""),
    )


def description_in(conversations: Sequence[Conversation]) -> str | None:
    return next((markdown(said.content) for said in conversations if said.type == DESCRIPTION), None)


def reply(said: Conversation) -> RemoteComment:
    return RemoteComment(f"c{said.conversationId}", markdown(said.content), said.user.name or "Somebody", said.time)


def note(said: Note) -> RemoteComment:
    author = said.addedBy.name or "Somebody"
    return RemoteComment(
        f"n{said.noteId}", markdown(said.content), author, said.addedOn, is_public=said.privacyType == "PUBLIC"
    )


def naming(filename: str) -> str:
    """Return the note that bears a file."""
    return render(filename)
