"""The Celery worker and the scheduler as threads beside the web server, for the one-process installation."""

import fcntl
import logging
import os
import threading
from pathlib import Path
from typing import IO, Any

from celery import signals
from celery.beat import EmbeddedService
from celery.worker import WorkController

from ticketsite.celery import app

logger = logging.getLogger(__name__)
WORKER_THREADS = 2  # more of them slow the pages down: they share one interpreter
TAKE_OVER_EVERY = 5.0  # seconds between two looks whether another process's scheduler has gone


class WorkerThread(threading.Thread):
    """Runs tasks until `stop`, without the signal handlers and child processes of Celery's own command."""

    def __init__(self) -> None:
        super().__init__(name="worker", daemon=True)
        # Django's checks ran with the command; a second round would cost half a second of the start.
        os.environ.setdefault("CELERY_SKIP_CHECKS", "1")
        quiet: dict[str, Any] = {"without_heartbeat": True, "without_mingle": True, "without_gossip": True}
        self.worker = WorkController(app=app, pool_cls="threads", concurrency=WORKER_THREADS, **quiet)
        # As Celery's command does: it has the Django fix-up close each task's database connection.
        signals.worker_init.send(sender=self.worker)

    def run(self) -> None:
        app.set_current()
        self.worker.start()

    def stop(self, within: float) -> None:
        self.worker.stop(exitcode=0)
        self.join(within)


def taken(file: IO[str]) -> bool:
    """Take the lock on an open file, if nobody has it; the system frees it when the process ends, however it ends."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


class BeatThread(threading.Thread):
    """Runs the scheduler while no other process on this data folder does; takes over when that one has gone."""

    def __init__(self, lock_file: Path) -> None:
        super().__init__(name="beat", daemon=True)
        self.lock_file = lock_file
        self._stopping = threading.Event()
        self._service: Any = None

    def run(self) -> None:
        self.lock_file.parent.mkdir(parents=True, exist_ok=True)
        with self.lock_file.open("a") as file:
            if not taken(file):
                logger.info("another process on this data folder schedules; waiting to take over")
                while not self._stopping.wait(TAKE_OVER_EVERY) and not taken(file):
                    pass
            if not self._stopping.is_set():
                logger.info("scheduling")
                self._service = EmbeddedService(app, thread=True, scheduler_cls=app.conf.beat_scheduler)
                self._service.run()

    def stop(self, within: float) -> None:
        self._stopping.set()
        if self._service is not None:
            self._service.service.stop(wait=False)
        self.join(within)
