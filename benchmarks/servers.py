"""The processes that are measured: the product and the bare baseline, started the same way on the same database."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.request import urlopen

ROOT = Path(__file__).resolve().parent.parent
UVICORN = [sys.executable, "-m", "uvicorn", "--no-access-log", "--log-level", "warning", "--host", "127.0.0.1"]


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


@contextmanager
def running(command: list[str], *, probe: str, port: int, **environment: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run a server until the block ends; enters once `probe` answers."""
    log = (ROOT / "var" / "server.log").open("ab")
    process = subprocess.Popen(command, cwd=ROOT, env=os.environ | environment, stdout=log, stderr=log)
    try:
        wait_for(f"http://127.0.0.1:{port}{probe}", process)
        yield process
    finally:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(20)
        process.kill()
        log.close()


def wait_for(url: str, process: subprocess.Popen[bytes], seconds: float = 60) -> None:
    give_up = time.monotonic() + seconds
    while time.monotonic() < give_up:
        if process.poll() is not None:
            raise SystemExit(f"the server ended; see {ROOT / 'var/server.log'}")
        with suppress(OSError), urlopen(url, timeout=5):
            return
        time.sleep(0.02)
    raise SystemExit(f"{url} did not answer")


@contextmanager
def product(embedded: bool) -> Iterator[int]:
    """The product as it is deployed: two web processes on PostgreSQL, one process with everything inside on SQLite."""
    port = free_port()
    command = (
        [sys.executable, "manage.py", "up", "--no-migrate", "--port", str(port), "--mcp-port", "0"]
        if embedded
        else [*UVICORN, "--workers", "2", "--port", str(port), "ticketsite.asgi:application"]
    )
    with running(command, probe="/health", port=port, API_RATE_STAFF="0", LOG_LEVEL="WARNING"):
        yield port


@contextmanager
def baseline(embedded: bool, rows: int) -> Iterator[int]:
    """Bare Django with as many processes."""
    subprocess.run([sys.executable, "-m", "benchmarks.baseline.project", str(rows)], cwd=ROOT, check=True)
    port, workers = free_port(), "1" if embedded else "2"
    command = [*UVICORN, "--workers", workers, "--lifespan", "off", "--port", str(port)]
    with running([*command, "benchmarks.baseline.project:application"], probe="/rows", port=port):
        yield port


def memory_of(process: subprocess.Popen[bytes]) -> float:
    """MB that the process has in memory."""
    status = Path(f"/proc/{process.pid}/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0]) / 1024
