"""Intercom's tickets and conversations as records, and our values as Intercom takes them. What people write there is HTML."""

import re
from urllib.parse import urlsplit

from integrations.hypertext import markdown
from integrations.provider import (
    Defaults,
    Draft,
    FieldDefault,
    OutgoingComment,
    RemoteComment,
    RemoteFile,
    RemoteRecord,
    RemoteRef,
    Values,
)
from integrations.providers.intercom.models import Conversation, IntercomSettings, Part, Ticket
from integrations.shapes import readable
from tickets.text import render

TICKETS, CONVERSATIONS = "tickets", "conversations"
TITLE, DESCRIPTION = "_default_title_", "_default_description_"
MARKER = re.compile(r"\bTicketsite ([0-9a-f]{8,40})\b")
NOTES = frozenset({"note", "note_and_reopen"})
CLOSED = "closed"  # a conversation is open, snoozed or closed
DEFAULTS = Defaults(
    fields=(
        FieldDefault("title", TITLE),
        FieldDefault("description", DESCRIPTION, "out", "ours"),
        FieldDefault("status", "state"),
    ),
    values={
        "status": (
            ("open", "Submitted"),
            ("in_progress", "In progress"),
            ("pending", "Waiting on customer"),
            ("on_hold", "In progress"),
            ("resolved", "Resolved"),
            ("closed", "Resolved"),
            *((ours, "open") for ours in ("open", "in_progress", "pending", "on_hold")),
            ("pending", "snoozed"),
            ("on_hold", "snoozed"),
            ("resolved", CLOSED),
            ("closed", CLOSED),
        )
    },
)


def attributes(values: Values) -> dict[str, str]:
    """Return field values as a ticket's attributes; its state goes by itself."""
    return {name: str(value or "") for name, value in values.items() if name != "state"}


def description_of(draft: Draft) -> str:
    """Return the text with the way back and the marker, by which the ticket is found again."""
    return f"{draft.fields.get(DESCRIPTION) or draft.title}\n\n{draft.url}\n\nTicketsite {draft.marker}"


def marker_of(description: str) -> str:
    found = MARKER.findall(description)
    return found[-1] if found else ""


def content_of(comment: OutgoingComment) -> str:
    return render(f"{comment.author}:\n\n{comment.body}")


def squeezed(html: str) -> str:
    """Return the words of HTML, to compare what we sent with what was made of it."""
    return "".join(markdown(html).split())


def page_of(settings: IntercomSettings, pk: str) -> str:
    """Return the page of a ticket or a conversation, in the region of the API."""
    host = (
        (urlsplit(settings.base_url).hostname or "").replace("api.", "app.", 1).replace(".intercom.io", ".intercom.com")
    )
    return f"https://{host}/a/inbox/{settings.workspace_id}/inbox/conversation/{pk}"


def ticket_ref(ticket: Ticket, settings: IntercomSettings) -> RemoteRef:
    return RemoteRef(f"{TICKETS}/{ticket.id}", f"#{ticket.ticket_id or ticket.id}", page_of(settings, ticket.id))


def ticket_record(ticket: Ticket, settings: IntercomSettings, requester_email: str = "") -> RemoteRecord:
    description = str(ticket.ticket_attributes.get(DESCRIPTION) or "")
    values: Values = {TITLE: str(ticket.ticket_attributes.get(TITLE) or ""), DESCRIPTION: description}
    if ticket.ticket_state:
        values["state"] = ticket.ticket_state.internal_label
    return RemoteRecord(
        ref=ticket_ref(ticket, settings),
        fields=values,
        updated_at=ticket.updated_at,
        created_at=ticket.created_at,
        comments=comments(ticket.ticket_parts.ticket_parts if ticket.ticket_parts else []),
        requester_email=requester_email,
        marker=marker_of(description),
    )


def conversation_record(said: Conversation, settings: IntercomSettings, requester_email: str = "") -> RemoteRecord:
    """Return a conversation, with what it began with as its description."""
    began = markdown(said.source.body) if said.source else ""
    subject = markdown(said.source.subject) if said.source else ""
    values: Values = {
        TITLE: said.title or subject or began.partition("\n")[0] or f"Conversation {said.id}",
        DESCRIPTION: began,
        "state": said.state,
    }
    return RemoteRecord(
        ref=RemoteRef(f"{CONVERSATIONS}/{said.id}", said.id, page_of(settings, said.id)),
        fields=values,
        updated_at=said.updated_at,
        created_at=said.created_at,
        comments=comments(said.conversation_parts.conversation_parts if said.conversation_parts else []),
        requester_email=requester_email,
    )


def comments(parts: list[dict[str, object]]) -> tuple[RemoteComment, ...]:
    """Return the parts in which somebody says something, or said until it was redacted; the others tell of changes."""
    said = [part for part in readable(Part, parts) if part.body or part.attachments or part.redacted]
    return tuple(comment(part) for part in said)


def comment(part: Part) -> RemoteComment:
    author = part.author.name or "Somebody"
    public = part.part_type not in NOTES
    files = enumerate(part.attachments or [])  # which have no ids of their own
    return RemoteComment(
        part.id,
        markdown(part.body),
        author,
        part.created_at,
        is_public=public,
        files=tuple(RemoteFile(f"{part.id}/{place}", file.name, file.url) for place, file in files),
        is_gone=part.redacted,
    )


def naming(filename: str) -> str:
    """Return the note that bears a file, or says that there is one."""
    return render(filename)
