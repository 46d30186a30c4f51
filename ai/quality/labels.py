"""What people call the labels that drift is told by."""

from collections.abc import Iterable
from typing import Any

from ai.choices import TriageField
from ai.quality.drift import REST
from ai.quality.tally import Advisor, Quality
from tickets.models import Category, Team, User

ROWS: dict[str, Any] = {TriageField.CATEGORY: Category, TriageField.TEAM: Team, TriageField.ASSIGNEE: User}
OTHERS = "All others"


def label_names(qualities: Iterable[Quality]) -> dict[tuple[str, str], str]:
    """Return by subject and label what people call it; one query for each kind of record."""
    found: dict[tuple[str, str], str] = {}
    for one in qualities:
        labels = [moved.label for moved in one.drift.labels] if one.drift else []
        records: dict[str, str] = {}
        if one.key.advisor == Advisor.TRIAGE and one.key.subject in ROWS:
            numbers = [label for label in labels if label.isdecimal()]
            records = {str(row.pk): str(row) for row in ROWS[one.key.subject]._default_manager.filter(pk__in=numbers)}
        for label in labels:
            name = OTHERS if label == REST else records.get(label, label)
            found[one.key.subject, label] = name if label in records else name[:1].upper() + name[1:]
    return found
