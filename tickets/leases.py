"""Keeping the lease of a row of work while this process is at it, so that a lease can be short.

A worker that dies stops renewing, and its rows are free again after `lease_seconds`. A handler that never ends is renewed for
`longest_run_seconds` and no longer.
"""

import contextlib
import logging
import os
import threading
import time
from collections.abc import Iterator
from datetime import timedelta

from django.db import close_old_connections
from django.utils import timezone

from tickets.choices import WorkState
from tickets.models import Work

logger = logging.getLogger(__name__)
RENEW_EVERY = 10.0  # seconds; a third of a lease


class Keeper:
    """One thread per process that renews what is held; made anew after a fork."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._held: dict[str, tuple[Work, float]] = {}
        self._owner = 0

    @contextlib.contextmanager
    def holding(self, row: Work) -> Iterator[None]:
        """Renew the lease of a claimed row while the block runs."""
        with self._lock:
            if self._owner != os.getpid():
                self._owner, self._held = os.getpid(), {}
                threading.Thread(target=self._keep, name="leases", daemon=True).start()
            self._held[row.lease] = (row, time.monotonic() + row.longest_run_seconds)
        try:
            yield
        finally:
            with self._lock:
                self._held.pop(row.lease, None)

    def _keep(self) -> None:
        while True:
            time.sleep(RENEW_EVERY)
            if not self._held:
                continue
            try:
                close_old_connections()
                self.renew()
            except Exception as error:  # noqa: BLE001 - the next round may go well; meanwhile the lease still holds
                logger.warning("renewing leases failed", extra={"error": type(error).__name__})

    def renew(self) -> None:
        """Give every row that is held a full lease again, except where its time is up."""
        with self._lock:
            held = [row for row, end in self._held.values() if time.monotonic() < end]
        for row in held:
            until = timezone.now() + timedelta(seconds=row.lease_seconds)
            rows = type(row)._default_manager.filter(pk=row.pk, lease=row.lease, state=WorkState.RUNNING)
            rows.update(leased_until=until)


keeper = Keeper()
