"""Salesforce's cases as records, and our values as Salesforce takes them."""

from typing import Any

from integrations.provider import Defaults, FieldDefault, RemoteComment, RemoteRecord, RemoteRef, Values
from integrations.providers.salesforce.models import Case, CaseComment, SalesforceSettings

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


def record(case: Case, settings: SalesforceSettings, comments: tuple[RemoteComment, ...] = ()) -> RemoteRecord:
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
    )


def comment(said: CaseComment) -> RemoteComment:
    author = said.CreatedBy.Name if said.CreatedBy else ""
    return RemoteComment(said.Id, said.CommentBody, author or "Somebody", said.CreatedDate, said.IsPublished)
