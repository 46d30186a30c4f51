"""Keeps the migrated database for the next run to copy: migrating takes longer than most test files.

The embedded one is kept as a file, one on a server as a template there. The name stands for the migrations and the libraries, so that a change of either migrates anew.
"""

import hashlib
import os
import shutil
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import TransactionTestCase

from tests.committed import Made
from tests.made_on_server import keep_template, use_template

ROOT = Path(__file__).resolve().parent.parent


@cache
def mark() -> str:
    """Return what stands for these very migrations and libraries."""
    told = hashlib.sha256((ROOT / "requirements.txt").read_bytes())
    for path in sorted(ROOT.glob("*/migrations/*.py")):
        told.update(str(path.relative_to(ROOT)).encode() + path.read_bytes())
    return told.hexdigest()[:16]


def made() -> Path:
    """Return where the migrated embedded database is kept."""
    return Path(settings.DATA_DIR) / f"test-made-{mark()}.sqlite3"


def copy_to(file: Path) -> None:
    """Write what the embedded test database holds now, as far as it is committed, to a new file."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM INTO %s", [str(file)])


def put_into(folder: Path) -> None:
    """Put the migrated database into a data folder. Where none was made yet, whoever starts there migrates."""
    if made().exists():
        shutil.copyfile(made(), folder / "ticketsite.sqlite3")


@pytest.fixture(scope="session")
def django_db_keepdb(
    django_db_keepdb: bool, django_db_createdb: bool, django_db_modify_db_settings: None, django_db_blocker: Any
) -> bool:
    if django_db_keepdb or django_db_createdb:
        return django_db_keepdb
    if not settings.EMBEDDED_DATABASE:
        with django_db_blocker.unblock():
            use_template(mark())
        return False
    if not made().exists():
        return False
    name = Path(connection.creation._get_test_db_name())
    for left in (name, *(name.with_name(name.name + end) for end in ("-wal", "-shm"))):
        left.unlink(missing_ok=True)
    shutil.copyfile(made(), name)
    return True


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    with django_db_blocker.unblock():
        keep()
        whole = Made()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", whole.put_back)
        yield


def keep() -> None:
    kept = made()
    if not settings.EMBEDDED_DATABASE:
        keep_template(mark())
    elif not kept.exists():
        for old in kept.parent.glob("test-made-*.sqlite3"):
            old.unlink(missing_ok=True)
        fresh = kept.with_suffix(f".{os.getpid()}")
        copy_to(fresh)
        fresh.replace(kept)
