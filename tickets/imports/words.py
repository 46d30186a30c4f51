"""The names of columns and the words in them that other systems use. Pure tables: whoever reads a file without Django reads them too."""

from collections.abc import Iterable, Mapping

EMPTY = frozenset({"", "?", "--", "-", "n/a", "none", "null", "nan", "(empty)", "unassigned"})
# Our field → the column names that usually hold it, best first, compared without case, blanks and punctuation.
COLUMNS: dict[str, tuple[str, ...]] = {
    "external_id": (
        *("issuekey", "number", "ticketid", "issueid", "bugid", "caseid", "casenumber", "incidentid", "key"),
        *("reference", "id"),
    ),
    "title": ("title", "subject", "summary", "shortdescription", "name"),
    "description": ("description", "body", "details", "text", "longdescription"),
    "status": ("status", "incidentstate", "state"),
    "priority": ("priority", "severity"),
    "urgency": ("urgency",),
    "impact": ("impact",),
    "category": ("category", "component", "components", "product", "issuetype", "type", "tickettype"),
    "subcategory": ("subcategory",),
    "team": ("assignmentgroup", "team", "group", "queue"),
    "assignee": ("assignedto", "assignee", "owner", "agent"),
    "requester": ("callerid", "caller", "requester", "reporter", "requestername", "customer", "createdby"),
    "requester_email": ("requesteremail", "calleremail", "email", "customeremail", "reporteremail"),
    "organization": ("organization", "organisation", "company", "account"),
    "tags": ("tags", "labels", "keywords"),
    "created_at": ("openedat", "createdat", "created", "opened", "syscreatedat", "createddate", "createdon", "date"),
    "updated_at": ("sysupdatedat", "updatedat", "updated", "changed", "lastmodified"),
    "resolved_at": ("resolvedat", "resolved", "resolutiondate", "resolveddate"),
    "closed_at": ("closedat", "closed", "closeddate"),
    "due_at": ("dueat", "duedate", "due"),
    "resolution": ("resolution", "closenotes", "closedcode", "closecode"),
    "opened_by": ("openedby", "syscreatedby", "creator"),
    "changed_by": ("sysupdatedby", "updatedby"),
}  # fmt: skip
STATUS = {
    "open": ("open", "new", "unconfirmed", "reopened", "to do", "todo", "backlog", "submitted", "registered"),
    "in_progress": ("in progress", "in_progress", "active", "assigned", "work in progress", "in review", "patch available"),
    "pending": ("pending", "awaiting user info", "waiting for customer", "awaiting customer", "waiting on customer", "needinfo"),
    "on_hold": (
        *("on hold", "on_hold", "hold", "awaiting problem", "awaiting vendor", "awaiting evidence", "awaiting change"),
        "blocked",
    ),
    "resolved": ("resolved", "solved", "done", "fixed", "completed"),
    "closed": ("closed", "verified", "cancelled", "canceled", "rejected"),
}  # fmt: skip
LEVEL = {
    "critical": ("critical", "1 - critical", "sev_1", "sev1", "p1", "1", "blocker", "urgent", "highest", "very high"),
    "high": ("high", "1 - high", "2 - high", "sev_2", "sev2", "p2", "2", "major"),
    "medium": ("medium", "2 - medium", "3 - moderate", "moderate", "normal", "sev_3", "sev3", "p3", "3", "default"),
    "low": (
        *("low", "3 - low", "4 - low", "5 - planning", "sev_4", "sev4", "sev_5", "sev5", "p4", "p5", "4", "5"),
        *("minor", "trivial", "lowest"),
    ),
}  # fmt: skip


def _by_word(table: Mapping[str, Iterable[str]]) -> dict[str, str]:
    return {word: value for value, words in table.items() for word in words}


VALUES: dict[str, dict[str, str]] = {"status": _by_word(STATUS)} | {
    name: _by_word(LEVEL) for name in ("priority", "urgency", "impact")
}
DEFAULTS = {"status": "open", "priority": "medium", "urgency": "medium", "impact": "medium"}


def plain(name: str) -> str:
    """Return a column's name without case, blanks and punctuation."""
    return "".join(filter(str.isalnum, name.lower()))


def is_empty(value: str | None) -> bool:
    return value is None or value.strip().lower() in EMPTY
