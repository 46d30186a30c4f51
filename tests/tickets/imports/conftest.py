"""Importing from a test as the command does: the job is made, claimed and run in this process."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files import File
from django.utils import timezone

from tickets import work
from tickets.imports.jobs import claim_new, prepare_import
from tickets.imports.runner import Importer
from tickets.models import ImportJob
from tickets.permissions import System

SHARED = Path(__file__).resolve().parents[4] / "shared" / "data"
Run = Callable[..., ImportJob]


@pytest.fixture
def sample() -> Callable[[str], Path]:
    """The path of a real sample, or a skip where the samples are not on this machine."""

    def find(name: str) -> Path:
        path = SHARED / name
        if not path.exists():
            pytest.skip(f"../shared/data/{name} is not on this machine")
        return path

    return find


@pytest.fixture
def begin(db: None) -> Callable[..., ImportJob]:
    def make(path: Path, format: str = "csv", **options: Any) -> ImportJob:
        with path.open("rb") as file:
            return claim_new(
                prepare_import(by=System("Test"), file=File(file, name=path.name), format=format, **options)
            )

    return make


@pytest.fixture
def run(begin: Callable[..., ImportJob]) -> Run:
    """Import a file and return the finished job."""

    def import_file(path: Path, format: str = "csv", **options: Any) -> ImportJob:
        job = begin(path, format, **options)
        Importer(job).run()
        work.finish(job, timezone.now())
        return job

    return import_file


@pytest.fixture
def table(tmp_path: Path) -> Callable[..., Path]:
    """Write a table: text or bytes."""

    def write(content: str | bytes, name: str = "tickets.csv") -> Path:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write
