"""Which columns of a table hold what is analysed."""

from collections.abc import Iterable, Mapping

from analytics.sources import SourceError
from tickets.imports.words import COLUMNS, plain

# What imports do not need, in the manner of `COLUMNS`.
ONLY_HERE: dict[str, tuple[str, ...]] = {
    "first_responded_at": ("firstrespondedat", "firstresponseat", "firstresponse", "firstreplyat"),
    "channel": ("channel", "contacttype", "source", "via"),
    "rating": ("rating", "satisfactionrating", "csat"),
    "reopen_count": ("reopencount", "reopens", "reopened"),
    "reply_count": ("replycount", "replies"),
}
READ = (
    *("external_id", "status", "priority", "category", "subcategory", "team", "assignee", "organization"),
    *("created_at", "updated_at", "resolved_at", "closed_at"),
)
USUAL: dict[str, tuple[str, ...]] = {name: COLUMNS[name] for name in READ} | ONLY_HERE
MOMENTS = ("created_at", "updated_at", "resolved_at", "closed_at", "first_responded_at")
NUMBERS = ("rating", "reopen_count", "reply_count")
NAMES = ("category", "subcategory", "team", "assignee", "organization", "channel")


def found_in(header: Iterable[str], mapped: Mapping[str, str]) -> dict[str, str]:
    """Return field → column: what was said, and the usual names for the rest. Raises SourceError where the mapping does not fit."""
    columns = [name for name in header if name]
    names = {plain(name): name for name in reversed(columns)}
    there = f"The file has: {', '.join(columns)[:2_000]}."
    unknown = [field for field in mapped if field not in USUAL]
    if unknown:
        raise SourceError(f"There is no field {', '.join(unknown)} to map. Fields: {', '.join(USUAL)}.")
    missing = [name for name in mapped.values() if name and plain(name) not in names]
    if missing:
        raise SourceError(f"The mapping names columns that are not there: {', '.join(missing)}. {there}")
    found = {field: next((names[name] for name in usual if name in names), "") for field, usual in USUAL.items()}
    found |= {field: names[plain(name)] if name else "" for field, name in mapped.items()}
    if not found["created_at"]:
        raise SourceError(f"No column holds when a ticket was created. Name it: --map created_at=COLUMN. {there}")
    return {field: name for field, name in found.items() if name}
