"""Salesforce's cases as records, and our values as Salesforce takes them."""

from typing import Any

from integrations.provider import Defaults, FieldDefault, RemoteComment, RemoteFile, RemoteRecord, RemoteRef, Values
from integrations.providers.salesforce.models import Case, CaseComment, Document, SalesforceSettings

LIMITS = {"Subject": 255, "Description": 32_000}
LONGEST_COMMENT = 4_000
DEFAULTS = Defaults(
    fields=(
        FieldDefault("title", "Subject"),
        FieldDefault("description", "Description"),
        FieldDefault("status", "Status"),
        FieldDefault("priority", "Priority"),
    ),
    values={
        "status": (
            ("open", "New"),
            ("in_progress", "Working"),
            ("pending", "Waiting on Customer"),
            ("resolved", "Closed"),
            ("closed", "Closed"),
            ("in_progress", "Escalated"),
        ),
        "priority": (("high", "High"), ("critical", "High"), ("medium", "Medium"), ("low", "Low")),
    },
)


def encoded(values: Values) -> dict[str, Any]:
    """Return field values as Salesforce takes them, cut to its lengths."""
    return {name: str(value or "")[: LIMITS.get(name, 255)] for name, value in values.items()}


def reference(case: Case, settings: SalesforceSettings) -> RemoteRef:
    return RemoteRef(case.Id, case.CaseNumber or case.Id, f"{settings.base_url}/lightning/r/Case/{case.Id}/view")


def record(
    case: Case,
    settings: SalesforceSettings,
    comments: tuple[RemoteComment, ...] = (),
    files: tuple[RemoteFile, ...] = (),
) -> RemoteRecord:
    values: Values = {
        "Subject": case.Subject,
        "Description": case.Description,
        "Status": case.Status,
        "Priority": case.Priority,
    }
    return RemoteRecord(
        ref=reference(case, settings),
        fields=values,
        updated_at=case.LastModifiedDate,
        created_at=case.CreatedDate,
        comments=comments,
        files=files,
    )


def document(said: Document, versions: str) -> RemoteFile:
    """Return a file, whose id is that of its newest version: another version is another file."""
    ending = f".{said.FileExtension}" if said.FileExtension else ""
    title = said.Title or "file"
    name = title if title.lower().endswith(ending.lower()) else f"{title}{ending}"
    version = said.LatestPublishedVersionId
    return RemoteFile(version, name, f"{versions}/{version}/VersionData")


def comment(said: CaseComment) -> RemoteComment:
    author = said.CreatedBy.Name if said.CreatedBy else ""
    return RemoteComment(said.Id, said.CommentBody, author or "Somebody", said.CreatedDate, said.IsPublished)
