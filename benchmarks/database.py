"""The database that is measured: of its own, named by its size, filled once and kept for the next run."""

import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg

ROOT = Path(__file__).resolve().parent.parent
FILL = "import django; django.setup(); from benchmarks.data import fill; fill({count})"
COUNT = "import django; django.setup(); from tickets.models import Ticket; print(Ticket.objects.count())"


def prepare(tickets: int, embedded: bool) -> None:
    """Point the environment at the bench database, and make it anew unless it holds as many tickets already."""
    os.environ["DATA_DIR"] = str(ROOT / "var" / "bench" / str(tickets))
    Path(os.environ["DATA_DIR"]).mkdir(parents=True, exist_ok=True)
    os.environ["BASELINE_DATABASE_URL"] = f"sqlite:///{os.environ['DATA_DIR']}/baseline.sqlite3"
    if not embedded:
        server = urlsplit(os.environ["DATABASE_URL"])
        os.environ["DATABASE_URL"] = urlunsplit(server._replace(path=f"/ticketsite_bench_{tickets}"))
        os.environ["BASELINE_DATABASE_URL"] = os.environ["DATABASE_URL"]
    if present(embedded) < tickets:
        print(f"Filling a database with {tickets:,} tickets and {5 * tickets:,} events", flush=True)
        recreate(embedded)
        python("-m", "django", "migrate", "--verbosity", "0")
        python("-c", FILL.format(count=tickets))
    else:
        python("-m", "django", "migrate", "--verbosity", "0")


def present(embedded: bool) -> int:
    """How many tickets the bench database holds; 0 where it is missing or unfinished."""
    if embedded and not (Path(os.environ["DATA_DIR"]) / "filled").exists():
        return 0
    done = subprocess.run([sys.executable, "-c", COUNT], cwd=ROOT, capture_output=True, text=True)
    return int(done.stdout.split()[-1]) if done.returncode == 0 else 0


def recreate(embedded: bool) -> None:
    if embedded:
        for path in Path(os.environ["DATA_DIR"]).glob("ticketsite.sqlite3*"):
            path.unlink()
        (Path(os.environ["DATA_DIR"]) / "filled").touch()
        return
    target = urlsplit(os.environ["DATABASE_URL"])
    name = target.path.removeprefix("/")
    with psycopg.connect(urlunsplit(target._replace(path="/postgres")), autocommit=True) as server:
        server.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        server.execute(f'CREATE DATABASE "{name}"')


def python(*arguments: str) -> None:
    subprocess.run([sys.executable, *arguments], cwd=ROOT, check=True)
