"""GitHub's issues as records, and our values as GitHub takes them. Markers are HTML comments, which nobody is shown."""

import re
from typing import Any

from integrations.provider import (
    Defaults,
    FieldDefault,
    OutgoingComment,
    RemoteComment,
    RemoteRecord,
    RemoteRef,
    Values,
)
from integrations.providers.github.models import Comment, Issue

MARKER = re.compile(r"\n*<!-- ticketsite:([0-9a-f]{8,40}) -->\s*$")
LONGEST_BODY = 65_000
DEFAULTS = Defaults(
    fields=(
        FieldDefault("title", "title"),
        FieldDefault("description", "body", "out", "ours"),
        FieldDefault("status", "state"),
        FieldDefault("tags", "labels"),
    ),
    values={
        "status": (
            ("open", "open"),
            ("in_progress", "open"),
            ("pending", "open"),
            ("on_hold", "open"),
            ("resolved", "closed"),
            ("closed", "closed"),
        )
    },
)


def marked(text: str, marker: str) -> str:
    return f"{text[:LONGEST_BODY]}\n\n<!-- ticketsite:{marker} -->"


def marker_of(text: str) -> str:
    match = MARKER.search(text)
    return match[1] if match else ""


def encoded(values: Values, marker: str = "") -> dict[str, Any]:
    """Return field values as GitHub takes them; the body keeps the marker."""
    fields: dict[str, Any] = dict(values)
    if "body" in fields or marker:
        body = str(fields.get("body") or "")
        fields["body"] = marked(body, marker) if marker else body[:LONGEST_BODY]
    if "title" in fields:
        fields["title"] = str(fields["title"])[:256]
    if fields.get("state") == "closed":
        fields["state_reason"] = "completed"
    return fields


def reference(issue: Issue) -> RemoteRef:
    """The number is what the API goes by and never changes within a repository."""
    return RemoteRef(str(issue.number), f"#{issue.number}", issue.html_url)


def record(issue: Issue, comments: tuple[RemoteComment, ...] = (), *, is_gone: bool = False) -> RemoteRecord:
    values: Values = {
        "title": issue.title,
        "body": MARKER.sub("", issue.body),
        "state": issue.state,
        "labels": sorted(label.name for label in issue.labels),
    }
    return RemoteRecord(
        ref=reference(issue),
        fields=values,
        updated_at=issue.updated_at,
        created_at=issue.created_at,
        comments=comments,
        marker=marker_of(issue.body),
        is_gone=is_gone,
        in_scope=issue.pull_request is None,
    )


def said(comment: OutgoingComment) -> dict[str, str]:
    """Return a comment of ours as GitHub takes it."""
    return {"body": marked(f"**{comment.author}:**\n\n{comment.body}", comment.marker)}


def comment(said: Comment, *, is_gone: bool = False) -> RemoteComment:
    return RemoteComment(
        id=str(said.id),
        body=MARKER.sub("", said.body),
        author=said.user.login if said.user else "ghost",
        created_at=said.created_at,
        marker=marker_of(said.body),
        is_gone=is_gone,
    )
