"""The ServiceNow audit log UCI 498 as pasts of tickets. Its outcomes are told from `closed_at` on."""

import csv
import gzip
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ai.risk.course import Step
from ai.risk.features import Schema
from ai.risk.replay import Past

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
DONE = ("Resolved", "Closed")
KEYS = {
    "category": "category",
    "subcategory": "subcategory",
    "symptom": "u_symptom",
    "caller": "caller_id",
    "location": "location",
    "team": "assignment_group",
    "assignee": "assigned_to",
    "opener": "opened_by",
    "priority_of": "priority",
    "contact": "contact_type",
}
COUNTS = {"reassigned": "reassignment_count", "reopened_by": "reopen_count", "modified": "sys_mod_count"}
FILLED = {"has_item": "cmdb_ci", "has_problem": "problem_id", "has_vendor": "vendor", "has_change": "rfc"}
FLAGS = {"knowledge": "true", "u_priority_confirmation": "true", "notify": "Send Email"}
SCHEMA = Schema(
    keys=tuple(KEYS),
    loads=("team", "assignee", "category", "caller"),
    extras=(*COUNTS, *FILLED, *FLAGS, "own", "state"),
)
STATES = {"New": 0.0, "Active": 1.0, "Resolved": 2.0, "Closed": 2.0}


def hours(text: str) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() / 3600


def read(path: Path) -> Iterable[dict[str, str]]:
    with gzip.open(path, "rt", newline="") as file:
        yield from csv.DictReader(file)


def pasts(events: Iterable[dict[str, str]], outcomes: Iterable[dict[str, str]]) -> list[Past]:
    """Return one past for each incident, in the order of their opening."""
    steps: dict[str, list[tuple[float, int, Step]]] = {}
    opened: dict[str, float] = {}
    for row in events:
        at = hours(row["sys_updated_at"])
        opened.setdefault(row["number"], hours(row["opened_at"]))
        steps.setdefault(row["number"], []).append(
            (at, int(row["event_seq"]), Step(at, values(row), by=row["sys_updated_by"]))
        )
    known = {row["number"]: (row["sla_breached"] == "1", hours(row["closed_at"])) for row in outcomes}
    found = []
    for number in sorted(steps, key=lambda number: (opened[number], number)):
        is_late, known_at = known.get(number, (None, float("inf")))
        ordered = tuple(step for _, _, step in sorted(steps[number], key=lambda item: item[:2]))
        found.append(Past(opened[number], ordered, is_late, known_at))
    return found


def values(row: dict[str, str]) -> dict[str, Any]:
    state = row["incident_state"]
    found: dict[str, Any] = {key: row[column] for key, column in KEYS.items()}
    found |= {name: float(row[column] or 0) for name, column in COUNTS.items()}
    found |= {name: float(row[column] != "") for name, column in FILLED.items()}
    found |= {name: float(row[name] == yes) for name, yes in FLAGS.items()}
    levels = {name: 5 - int(row[name]) if row[name] else None for name in ("priority", "urgency", "impact")}
    return (
        found
        | levels
        | {
            "own": float(row["caller_id"] == row["opened_by"]),
            "state": STATES.get(state, 3.0),
            "done": state in DONE,
            "resting": state.startswith("Awaiting"),
        }
    )
