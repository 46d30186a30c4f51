"""Keeps the migrated embedded database as a file that the next run copies: migrating takes longer than most test files.

The file's name stands for the migrations and the libraries, so that a change of either migrates anew.
"""

import hashlib
import os
import shutil
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection

ROOT = Path(__file__).resolve().parent.parent


def made() -> Path:
    """Return where the migrated database of these very migrations is kept."""
    told = hashlib.sha256((ROOT / "requirements.txt").read_bytes())
    for path in sorted(ROOT.glob("*/migrations/*.py")):
        told.update(str(path.relative_to(ROOT)).encode() + path.read_bytes())
    return Path(settings.DATA_DIR) / f"test-made-{told.hexdigest()[:16]}.sqlite3"


def copy_to(file: Path) -> None:
    """Write what the embedded test database holds now, as far as it is committed, to a new file."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM INTO %s", [str(file)])


def put_into(folder: Path) -> None:
    """Put the migrated database into a data folder. Where none was made yet, whoever starts there migrates."""
    if made().exists():
        shutil.copyfile(made(), folder / "ticketsite.sqlite3")


@pytest.fixture(scope="session")
def django_db_keepdb(django_db_keepdb: bool, django_db_createdb: bool, django_db_modify_db_settings: None) -> bool:
    if not settings.EMBEDDED_DATABASE or django_db_keepdb or django_db_createdb or not made().exists():
        return django_db_keepdb
    name = Path(connection.creation._get_test_db_name())
    for left in (name, *(name.with_name(name.name + end) for end in ("-wal", "-shm"))):
        left.unlink(missing_ok=True)
    shutil.copyfile(made(), name)
    return True


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    kept = made()
    if settings.EMBEDDED_DATABASE and not kept.exists():
        for old in kept.parent.glob("test-made-*.sqlite3"):
            old.unlink(missing_ok=True)
        fresh = kept.with_suffix(f".{os.getpid()}")
        with django_db_blocker.unblock():
            copy_to(fresh)
        fresh.replace(kept)
