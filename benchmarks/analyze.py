"""`ticket-analyzer analyze` on a generated export, as whole processes, beside a plain pandas script of the same figures."""

import csv
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks.figures import Figure

COUNTS = [int(count) for count in os.environ.get("BENCH_ANALYZE", "100000,1000000").split(",")]
TARGETS = {100_000: 2.0, 1_000_000: 8.0}  # seconds
BEGIN = datetime(2024, 1, 1, tzinfo=UTC)
HEADER = ("id", "title", "description", "status", "priority", "created", "resolved", "assignee", "team", "category")
COMMAND = [
    sys.executable,
    "-c",
    "from analytics.cli.main import main; main()",
    "analyze",
    "--format",
    "json",
    "--input",
]
PANDAS = """
import sys, pandas as pd
columns = ["status", "priority", "created", "resolved", "team"]
tickets = pd.read_csv(sys.argv[1], usecols=columns)
for name in ("created", "resolved"):
    tickets[name] = pd.to_datetime(tickets[name], utc=True, format="ISO8601")
hours = (tickets.resolved - tickets.created).dt.total_seconds() / 3600
print(len(tickets), tickets.resolved.isna().sum(), hours.describe([0.5, 0.9, 0.95, 0.99]), tickets.status.value_counts())
age = (tickets.resolved.max() - tickets.created[tickets.resolved.isna()]).dt.days
print(age.describe([0.5, 0.9]), tickets.created.dt.date.value_counts(), tickets.resolved.dt.date.value_counts())
print(hours.groupby(tickets.resolved.dt.date).describe([0.5, 0.9, 0.95, 0.99]))
"""


def measure(embedded: bool) -> list[Figure]:
    """Seconds of each size beside pandas, and the memory of the largest."""
    found = []
    with tempfile.TemporaryDirectory() as folder:
        for count in COUNTS:
            path = Path(folder) / f"{count}.csv"
            generate(path, count)
            ours, beside = seconds([*COMMAND, str(path)]), seconds([sys.executable, "-c", PANDAS, str(path)])
            found.append(
                Figure(f"analyze a CSV of {count:,} tickets", ours, "s", TARGETS.get(count, 8.0), baseline=beside)
            )
            path.unlink()
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    found.append(Figure("memory of the largest process, pandas included", peak, "MB", 1_024))
    found.append(Figure("ticket-analyzer --help", seconds([*COMMAND[:3], "--help"]), "s", 0.3))
    return found


def seconds(command: list[str]) -> float:
    """Return how long a process takes, the better of two runs. Raises where it fails."""
    took = []
    for _ in range(2):
        began = time.perf_counter()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        took.append(time.perf_counter() - began)
    return min(took)


def generate(path: Path, count: int) -> None:
    """Write tickets of two years with 40 words each, two of three resolved."""
    rng = random.Random(11)
    words = [
        " ".join(rng.choices(["printer", "fails", "after", "update", "on", "floor", "please", "help"], k=40))
        for _ in range(500)
    ]
    with path.open("w", newline="") as file:
        table = csv.writer(file)
        table.writerow(HEADER)
        for number in range(count):
            created = BEGIN + timedelta(seconds=number * 60_000_000 // count)
            resolved = rng.random() < 0.66
            text = words[number % 500]
            table.writerow(
                (
                    f"B-{number}",
                    text[:40],
                    f"{text}.\n\nThanks",
                    "Resolved" if resolved else "In Progress",
                    f"P{number % 4 + 1}",
                    created.isoformat(),
                    (created + timedelta(minutes=rng.randint(10, 6_000))).isoformat() if resolved else "",
                    f"Technician {number % 60}",
                    f"Group {number % 12}",
                    f"Category {number % 40}",
                )
            )
