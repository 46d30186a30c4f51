"""A fresh `manage.py up --demo` on an empty folder: how long to the first page, and how much memory when nothing happens."""

import os
import shutil
import sys
import tempfile
import time

from benchmarks.figures import Figure
from benchmarks.servers import free_port, memory_of, running

QUIET_AFTER = float(os.environ.get("BENCH_IDLE_SECONDS", "20"))


def measure(embedded: bool) -> list[Figure]:
    """Always the embedded default, whatever stack the rest is measured on."""
    folder, port = tempfile.mkdtemp(prefix="ticketsite-bench-"), free_port()
    command = [sys.executable, "manage.py", "up", "--demo", "--port", str(port), "--mcp-port", str(free_port())]
    began = time.perf_counter()
    try:
        with running(
            command, probe="/accounts/login/", port=port, DATA_DIR=folder, DATABASE_URL="", REDIS_URL=""
        ) as process:
            seconds = time.perf_counter() - began
            time.sleep(QUIET_AFTER)
            return [
                Figure("first page of a fresh run", seconds, "s", 5),
                Figure("idle memory of the one process", memory_of(process), "MB", 250),
            ]
    finally:
        shutil.rmtree(folder, ignore_errors=True)
