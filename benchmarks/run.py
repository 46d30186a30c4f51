"""`make bench`: fill a database, start the product and bare Django on it, measure, print one table.

BENCH_TICKETS   how many tickets (1,000,000 on PostgreSQL, 100,000 embedded)
BENCH_SECONDS   how long each figure is measured (10)
ARGS=ai         only the advice, on real tickets
DATABASE_URL    a PostgreSQL server: a database `ticketsite_bench_<N>` is made there and kept; without it SQLite in var/bench
"""

import os
import platform
import sys
import time
from importlib import import_module
from pathlib import Path

import django

from benchmarks import figures
from benchmarks.database import prepare

ROOT = Path(__file__).resolve().parent.parent
SUBJECTS = [
    "calendars",
    "sla_clocks",
    "serving",
    "dashboards",
    "starting",
    "import_speed",
    "push_latency",
    "webhooks_in",
    "deliveries",
    "mails",
    "watching",
    "analyze",
]
AI = ["ai.triage", "ai.similar", "ai.risk", "ai.dispatch", "ai.llm"]  # `make bench ARGS=ai`


def main() -> None:
    embedded = not os.environ.get("DATABASE_URL")
    tickets = int(os.environ.get("BENCH_TICKETS", "100000" if embedded else "1000000"))
    os.environ["DJANGO_SETTINGS_MODULE"] = "ticketsite.settings"
    prepare(tickets, embedded)
    django.setup()
    wanted = [name for given in sys.argv[1:] or SUBJECTS for name in (AI if given == "ai" else [given])]
    found: list[figures.Figure] = []
    for name in wanted:
        began = time.monotonic()
        figured = import_module(f"benchmarks.{name}").measure(embedded)
        print(f"{name} took {time.monotonic() - began:.0f} s\n{figures.table(figured)}", flush=True)
        found += figured
    stack = "SQLite, one process" if embedded else "PostgreSQL, two web processes"
    load = os.getloadavg()[0]
    print(
        f"\n{tickets:,} tickets, {stack}, {os.cpu_count()} cores, Python {platform.python_version()}, load {load:.1f}\n"
    )
    print(figures.table(found))


if __name__ == "__main__":
    main()
