"""A world that the tests of a module share: built once, each test in a savepoint within it, all rolled back at the end."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import transaction


@contextmanager
def world(blocker: Any) -> Iterator[None]:
    """Hold the transaction that a fixture of a module builds its world in. `blocker` is the fixture `django_db_blocker`."""
    with blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)
