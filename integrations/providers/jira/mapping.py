"""Jira's issues as records, and our values as Jira takes them."""

from datetime import UTC, datetime
from typing import Any

from integrations.provider import (
    Defaults,
    FieldDefault,
    OutgoingComment,
    RemoteComment,
    RemoteFile,
    RemoteRecord,
    RemoteRef,
    Values,
)
from integrations.providers.jira.documents import document, markdown
from integrations.providers.jira.models import PROPERTY, Comment, Issue, JiraSettings

LONGEST_SUMMARY = 255
DEFAULTS = Defaults(
    fields=(
        FieldDefault("title", "summary"),
        FieldDefault(
            "description", "description", "out", "ours"
        ),  # wiki text and documents do not survive the way back
        FieldDefault("status", "status"),
        FieldDefault("priority", "priority"),
        FieldDefault("tags", "labels"),
    ),
    values={
        "status": (
            ("open", "To Do"),
            ("in_progress", "In Progress"),
            ("pending", "Waiting for customer"),
            ("resolved", "Done"),
            ("closed", "Closed"),
        ),
        "priority": (
            ("critical", "Highest"),
            ("high", "High"),
            ("medium", "Medium"),
            ("low", "Low"),
            ("low", "Lowest"),
        ),
    },
)


def encoded(values: Values) -> dict[str, Any]:
    """Return field values as Jira takes them; the status, which is no field there, is left out."""
    fields: dict[str, Any] = {}
    for name, value in values.items():
        if name == "status":
            continue
        if name in ("description", "environment"):
            fields[name] = document(str(value or ""))
        elif name == "priority":
            fields[name] = {"name": value} if value else None
        elif name == "summary":
            fields[name] = str(value)[:LONGEST_SUMMARY]
        elif name == "labels":
            fields[name] = list(value or [])
        else:
            fields[name] = value
    return fields


def address_of(key: str, settings: JiraSettings) -> str:
    return f"{settings.base_url}/browse/{key}"


def record(
    issue: Issue, settings: JiraSettings, comments: tuple[RemoteComment, ...] = (), *, is_gone: bool = False
) -> RemoteRecord:
    """Return an issue as a record; fields that the answer lacks are left out."""
    given = issue.fields
    present = given.model_fields_set
    values: Values = {}
    if "summary" in present:
        values["summary"] = given.summary
    if "description" in present:
        values["description"] = markdown(given.description)
    for name in ("status", "priority"):
        if name in present:
            values[name] = getattr(given, name)
    if given.labels is not None:
        values["labels"] = sorted(given.labels)
    return RemoteRecord(
        ref=RemoteRef(issue.id, issue.key, address_of(issue.key, settings)),
        fields=values,
        updated_at=given.updated or datetime.now(UTC),
        created_at=given.created,
        comments=comments,
        requester_email=given.reporter.emailAddress if given.reporter else "",
        marker=marker_of(issue.properties.get(PROPERTY)),
        files=tuple(
            RemoteFile(str(file.id), file.filename, f"{settings.base_url}/rest/api/3/attachment/content/{file.id}")
            for file in given.attachment or []
        ),
        is_gone=is_gone,
        in_scope=given.project.key in ("", settings.project_key),
    )


def marker_of(value: Any) -> str:
    return str(value.get("marker", "")) if isinstance(value, dict) else ""


def said(comment: OutgoingComment) -> dict[str, Any]:
    """Return a comment of ours as Jira takes it."""
    return {
        "body": document(f"{comment.author}:\n\n{comment.body}"),
        "properties": [{"key": PROPERTY, "value": {"marker": comment.marker}}],
    }


def comment(said: Comment, *, is_gone: bool = False) -> RemoteComment:
    """Return a comment. Calls tell its text as wiki text and answers as a document: the time of its change says whether it changed."""
    marks = [marker_of(entry.value) for entry in said.properties if entry.key == PROPERTY]
    return RemoteComment(
        id=said.id,
        body=markdown(said.body),
        author=said.author.displayName or "Somebody",
        created_at=said.created,
        is_public=said.jsdPublic and said.visibility is None,
        marker=marks[0] if marks else "",
        edition=(said.updated or said.created).astimezone(UTC).isoformat(),
        is_gone=is_gone,
    )
