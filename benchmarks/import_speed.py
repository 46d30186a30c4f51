"""Importing: a generated table of tickets with dates, people and words, through the same door as `manage.py import_tickets`."""

import csv
import os
import random
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.core.files import File
from django.db import connection
from django.db.backends.utils import CursorWrapper
from django.db.models import Max, Model
from django.utils import timezone

from benchmarks.data import Words
from benchmarks.figures import Figure
from tickets import work
from tickets.imports.jobs import claim_new, prepare_import
from tickets.imports.report import report_of
from tickets.imports.runner import Importer
from tickets.models import Category, ImportJob, Team, Ticket, User
from tickets.permissions import System

COUNT = int(os.environ.get("BENCH_IMPORT", "100000"))
SOURCE = "bench-import"
BEGIN = datetime(2024, 1, 1, tzinfo=UTC)
HEADER = (
    *("id", "title", "description", "status", "priority", "created", "resolved", "resolution"),
    *("requester", "assignee", "team", "category"),
)


def measure(embedded: bool) -> list[Figure]:
    """Import once, import the same again, and leave the database as it was."""
    newest = Ticket.objects.aggregate(pk=Max("pk"))["pk"] or 0
    known = {model: model.objects.aggregate(pk=Max("pk"))["pk"] or 0 for model in (User, Team, Category)}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "tickets.csv"
        generate(path, COUNT)
        try:
            first, second = seconds(path), seconds(path)
        finally:
            remove_above(newest)
            for model, last in known.items():
                model.objects.filter(pk__gt=last).delete()
    slack = 2 if embedded else 1
    return [
        Figure(f"import of {COUNT:,} tickets", COUNT / first, "/s", 2_000 / slack, more_is_better=True),
        Figure("the same import again, nothing changed", COUNT / second, "/s", 4_000 / slack, more_is_better=True),
    ]


def run() -> list[dict[str, object]]:
    """The same figures as plain rows."""
    rows = measure(connection.vendor == "sqlite")
    return [{"name": row.name, "value": row.value, "unit": row.unit, "target": row.target} for row in rows]


def seconds(path: Path) -> float:
    """Import the file as the command does; returns how long it took. Raises where the report does not add up."""
    with path.open("rb") as file:
        made = prepare_import(by=System("Benchmark"), file=File(file, name=path.name), format="csv", source=SOURCE)
        job: ImportJob = claim_new(made)
    began = time.perf_counter()
    Importer(job).run()
    took = time.perf_counter() - began
    work.finish(job, timezone.now())
    report = report_of(job)
    if not report.is_clean or report.taken != COUNT:
        raise RuntimeError(f"The import does not add up: {report}")
    job.file.delete(save=False)
    return took


def generate(path: Path, count: int) -> None:
    """Write a table of tickets: 40 words each, 2,000 people who ask, 60 who work, two of three resolved."""
    rng = random.Random(11)
    words = Words(rng)
    with path.open("w", newline="") as file:
        table = csv.writer(file)
        table.writerow(HEADER)
        for number in range(count):
            created = BEGIN + timedelta(seconds=number * 500)
            resolved = rng.random() < 0.66
            table.writerow(
                (
                    f"B-{number}",
                    words.text(7).capitalize(),
                    f"{words.text(20).capitalize()}.\n\n{words.text(20).capitalize()}, please.",
                    "Resolved" if resolved else rng.choice(["New", "In Progress", "Pending"]),
                    rng.choice(["P1", "P2", "P3", "P4"]),
                    created.isoformat(),
                    (created + timedelta(hours=rng.randint(1, 90))).isoformat() if resolved else "",
                    words.text(8).capitalize() if resolved else "",
                    f"Requester {rng.randrange(2_000)}",
                    f"Technician {rng.randrange(60)}" if resolved or rng.random() < 0.5 else "",
                    f"Group {rng.randrange(12)}",
                    f"Category {rng.randrange(40)}",
                )
            )


def remove_above(newest: int) -> None:
    """Take the imported tickets out again."""
    connection.close()  # a session keeps the plans by which it checks foreign keys, made while these tables were empty
    ImportJob.objects.filter(source=SOURCE).delete()
    with connection.cursor() as cursor:
        remove(cursor, Ticket, f"id > {int(newest)}")
        number = "id" if connection.vendor == "postgresql" else "rowid"
        cursor.execute(f"DELETE FROM ticket_search WHERE {number} > %s", [newest])
    settle()


def settle() -> None:
    """Leave tables and statistics as a desk at rest has them."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET statement_timeout = 0")
            cursor.execute("VACUUM (ANALYZE)")
            cursor.execute("RESET statement_timeout")
        else:
            cursor.execute("ANALYZE")


def remove(cursor: CursorWrapper, model: type[Model], where: str) -> None:
    """Delete rows and, first, whatever refers to them."""
    table = model._meta.db_table
    for field in model._meta.get_fields(include_hidden=True):
        other = field.related_model
        if (field.one_to_many or field.one_to_one) and field.auto_created and other not in (model, None):
            column = field.field.column
            remove(cursor, other, f"{column} IN (SELECT id FROM {table} WHERE {where})")
    cursor.execute(f"DELETE FROM {table} WHERE {where}")
