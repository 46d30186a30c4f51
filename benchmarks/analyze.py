"""`ticket-analyzer analyze` and `report` on a generated export, as whole processes, beside a pandas script of the same figures."""

import csv
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks.figures import Figure

COUNTS = [int(count) for count in os.environ.get("BENCH_ANALYZE", "100000,1000000").split(",")]
TARGETS = {100_000: 2.0, 1_000_000: 8.0}  # seconds
REPORTED = COUNTS[0]  # tickets of the HTML report
RUNS = 3
OURS = {"P1": "critical", "P2": "high", "P3": "medium", "P4": "low"}
BEGIN = datetime(2024, 1, 1, tzinfo=UTC)
HEADER = ("id", "title", "description", "status", "priority", "created", "resolved", "assignee", "team", "category")
COMMAND = [sys.executable, "-c", "from analytics.cli.main import main; main()"]
ANALYZE = [*COMMAND, "analyze", "--format", "json", "--group-by", "team", "--group-by", "priority", "--input"]
PANDAS = [sys.executable, str(Path(__file__).with_name("plain_pandas.py"))]


def measure(embedded: bool) -> list[Figure]:
    """Seconds of each size beside pandas, the memory of the largest, and the report."""
    found, peak = [], 0.0
    with tempfile.TemporaryDirectory() as folder:
        for count in COUNTS:
            path = Path(folder) / f"{count}.csv"
            generate(path, count)
            compare(said([*ANALYZE, str(path)]), said([*PANDAS, str(path)]))
            ours, peak = run([*ANALYZE, str(path)])
            beside, _ = run([*PANDAS, str(path)])
            name = f"analyze a CSV of {count:,} tickets, beside pandas"
            found.append(Figure(name, ours, "s", TARGETS.get(count, 8.0), baseline=beside))
            if count == REPORTED:
                found += report(path, count)
            path.unlink()
    found.append(Figure("memory of the largest", peak, "MB", 1_024))
    found.append(Figure("ticket-analyzer --help", run([*COMMAND, "--help"])[0], "s", 0.3))
    return found


def report(path: Path, count: int) -> list[Figure]:
    """Seconds and size of the HTML report."""
    page = path.with_suffix(".html")
    took, _ = run([*COMMAND, "report", "--input", str(path), "--output", str(page)])
    size = page.stat().st_size / 1e6
    return [Figure(f"HTML report of {count:,} tickets", took, "s", 5.0), Figure("its size", size, "MB", 2.0)]


def run(command: list[str]) -> tuple[float, float]:
    """Return the seconds that a process takes, the best of some runs, and its memory in MB. Raises where it fails."""
    took, peak = [], 0.0
    for _ in range(RUNS):
        began = time.perf_counter()
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        _, status, used = os.wait4(process.pid, 0)
        took.append(time.perf_counter() - began)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            raise subprocess.CalledProcessError(process.returncode, command)
        peak = max(peak, used.ru_maxrss / 1024)
    return min(took), peak


def said(command: list[str]) -> dict:
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    return json.loads(done.stdout)


def compare(ours: dict, theirs: dict) -> None:
    """Raise AssertionError where the two scripts differ: then one of them does not do the work."""
    metrics, lines = ours["metrics"], ours["trends"]["points"]
    alike({name: metric["figures"] for name, metric in metrics.items()}, theirs["whole"], "whole")
    for place, (week, wanted) in enumerate(theirs["weeks"].items()):
        assert place == 0 or lines["volume"][place]["day"] == week
        alike({name: points[place] for name, points in lines.items()}, wanted, week)
    for dimension, groups in theirs["groups"].items():
        for name, wanted in groups.items():
            figures = {key: named(metric["groups"][dimension], OURS.get(name, name)) for key, metric in metrics.items()}
            alike(figures, wanted, name)


def named(groups: list[dict], name: str) -> dict:
    return next(group["figures"] for group in groups if group["name"] == name)


def alike(figures: dict, wanted: dict, where: str) -> None:
    volume, backlog, ageing = figures["volume"], figures["backlog"], figures["ageing"]
    pairs = [(volume[name], wanted[name]) for name in ("created", "resolved")]
    pairs += [(backlog["end"], wanted["backlog"]), (backlog["unassigned"], wanted["unassigned"])]
    pairs += [(figures["resolution_time"][name], value) for name, value in wanted["resolution"].items()]
    pairs += [(ageing[name], value) for name, value in wanted["ageing"].items()]
    pairs += [(figures["workload"][name], value) for name, value in wanted["workload"].items()]
    pairs += list(zip(list(ageing.values())[-5:], wanted["ages"], strict=True))
    different = [pair for pair in pairs if abs((pair[0] or 0) - pair[1]) > 0.051]
    assert not different, f"{where}: {different}"


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
