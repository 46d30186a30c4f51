"""A coded process log of a help desk as pasts of tickets: the last activity of a case is its end."""

import csv
import gzip
from itertools import groupby
from pathlib import Path

from ai.risk.course import Step
from ai.risk.features import Schema
from ai.risk.replay import Past
from benchmarks.ai.sla_uci import hours

SCHEMA = Schema(keys=("activity",), loads=("activity",))
AGES = (0.0, 24.0, 72.0, 168.0, 336.0, 504.0, 720.0)


def pasts(path: Path) -> list[Past]:
    """Return one past for each case, in the order of their beginning."""
    with gzip.open(path, "rt", newline="") as file:
        rows = sorted(
            (row["CaseID"], hours(row["CompleteTimestamp"]), row["ActivityID"]) for row in csv.DictReader(file)
        )
    found = []
    for _, case in groupby(rows, key=lambda row: row[0]):
        lines = list(case)
        last = len(lines) - 1
        steps = tuple(Step(at, {"activity": what, "done": n == last}) for n, (_, at, what) in enumerate(lines))
        found.append(Past(lines[0][1], steps))
    return sorted(found, key=lambda past: past.opened)
