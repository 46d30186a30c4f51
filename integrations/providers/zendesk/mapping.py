"""Zendesk's tickets as records, and our values as Zendesk takes them."""

from typing import Any

from integrations.provider import Defaults, FieldDefault, RemoteComment, RemoteFile, RemoteRecord, RemoteRef, Values
from integrations.providers.zendesk.models import Comment, Said, Ticket, ZendeskSettings

DEFAULTS = Defaults(
    fields=(
        FieldDefault("title", "subject"),
        FieldDefault("description", "description", "out", "ours"),  # there it is the first comment, and stays as it was
        FieldDefault("status", "status"),
        FieldDefault("priority", "priority"),
        FieldDefault("tags", "tags"),
    ),
    values={
        "status": (
            ("open", "open"),
            ("open", "new"),
            ("in_progress", "open"),
            ("pending", "pending"),
            ("on_hold", "hold"),
            ("resolved", "solved"),
            ("closed", "closed"),
        ),
        "priority": (("critical", "urgent"), ("high", "high"), ("medium", "normal"), ("low", "low")),
    },
)


def encoded(values: Values) -> dict[str, Any]:
    """Return field values as Zendesk takes them; what a ticket began with cannot be changed."""
    return {name: value for name, value in values.items() if name != "description"}


def reference(ticket: Ticket, settings: ZendeskSettings) -> RemoteRef:
    return RemoteRef(ticket.id, f"#{ticket.id}", f"{settings.base_url}/agent/tickets/{ticket.id}")


def record(
    ticket: Ticket, settings: ZendeskSettings, comments: tuple[RemoteComment, ...] = (), *, is_gone: bool = False
) -> RemoteRecord:
    values: Values = {
        "subject": ticket.subject,
        "description": ticket.description,
        "status": ticket.status.lower(),
        "priority": ticket.priority.lower(),
        "tags": sorted(ticket.tags),
    }
    return RemoteRecord(
        ref=reference(ticket, settings),
        fields=values,
        updated_at=ticket.updated_at,
        created_at=ticket.created_at,
        comments=comments,
        marker=ticket.external_id,
        is_gone=is_gone,
    )


def comment(said: Comment, author: str) -> RemoteComment:
    files = tuple(RemoteFile(file.id, file.file_name, file.content_url) for file in said.attachments)
    return RemoteComment(said.id, said.body, author or "Somebody", said.created_at, said.public, files=files)


def comment_told(said: Said, ticket: Ticket) -> RemoteComment:
    """Return the comment of a webhook's call, which has no time of its own."""
    return RemoteComment(said.id, said.body, said.author.name or "Somebody", ticket.updated_at, said.is_public)
