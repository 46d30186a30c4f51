"""The Celery worker and the scheduler as threads beside the web server, for the one-process installation."""

import fcntl
import logging
import os
import socket
import threading
from pathlib import Path
from typing import IO, Any

import uvicorn
from celery import Celery, signals
from celery.beat import Service
from celery.worker import WorkController

from ai.mcp import McpDoor
from ticketsite.celery import app, made_app

logger = logging.getLogger(__name__)
WORKER_THREADS = 2  # more of them slow the pages down: they share one interpreter
COURIER_THREADS = 6  # they mostly wait for other people's servers
IMPORTING = threading.Lock()
BEGIN_AGAIN_AFTER = 5.0  # seconds
TRY_PORT_AGAIN_AFTER = 60.0  # seconds
TAKE_OVER_EVERY = 5.0  # seconds between two looks whether another process's scheduler has gone


class Background(threading.Thread):
    """A thread whose work is begun again when it ends before it was stopped: without it the product would fall silent."""

    def __init__(self, name: str, celery: Celery = app) -> None:
        super().__init__(name=name, daemon=True)
        self.celery = celery
        self.stopping = threading.Event()

    def run(self) -> None:
        self.celery.set_current()
        while not self.stopping.is_set():
            try:
                self.work()
            except Exception:
                logger.exception("%s failed", self.name)
            if not self.stopping.wait(BEGIN_AGAIN_AFTER):
                logger.error("%s ended by itself and begins again", self.name)

    def stop(self, within: float) -> None:
        self.stopping.set()
        self.end()
        self.join(within)

    def work(self) -> None:
        """Return when `end` was called."""
        raise NotImplementedError

    def end(self) -> None:
        raise NotImplementedError


class WorkerThread(Background):
    """Runs tasks of one queue, without the signal handlers and child processes of Celery's own command."""

    def __init__(self, name: str, queue: str, threads: int) -> None:
        super().__init__(name, made_app())
        self.queue, self.threads = queue, threads
        # Django's checks ran with the command; a second round would cost half a second of the start.
        os.environ.setdefault("CELERY_SKIP_CHECKS", "1")
        self._worker: WorkController | None = None

    def learn_tasks(self) -> None:
        """Import every task, one thread after the other: Celery skips what another thread is importing just then (`_RACE_PROTECTION` in
        `celery.loaders.base`), and a worker that knows no tasks throws away what it is given.
        """
        with IMPORTING:
            self.celery.loader.import_default_modules()

    def work(self) -> None:
        self.learn_tasks()
        quiet: dict[str, Any] = {"without_heartbeat": True, "without_mingle": True, "without_gossip": True}
        self._worker = WorkController(
            app=self.celery,
            hostname=f"{self.name}@{socket.gethostname()}",
            pool_cls="threads",
            concurrency=self.threads,
            queues=[self.queue],
            **quiet,
        )
        # As Celery's command does: it has the Django fix-up close each task's database connection.
        signals.worker_init.send(sender=self._worker)
        self._worker.start()

    def end(self) -> None:
        if self._worker is not None:
            self._worker.stop(exitcode=0)


class McpThread(Background):
    """Serves MCP beside the pages, on a loop of its own. While another process has the port, it waits for it."""

    def __init__(self, host: str, port: int) -> None:
        super().__init__("mcp")
        self.address = (host, port)
        self._server: uvicorn.Server | None = None

    def work(self) -> None:
        try:
            bound = socket.create_server(
                self.address, family=socket.AF_INET6 if ":" in self.address[0] else socket.AF_INET
            )
        except OSError as error:
            logger.warning("MCP cannot have its port: %s. Set MCP_PORT to another, or to 0 for none.", error.strerror)
            self.stopping.wait(TRY_PORT_AGAIN_AFTER)
            return
        with bound:
            config = uvicorn.Config(McpDoor(), log_config=None, access_log=False, server_header=False, ws="none")
            self._server = uvicorn.Server(config)
            self._server.run(sockets=[bound])

    def end(self) -> None:
        if self._server is not None:
            self._server.should_exit = True


def taken(file: IO[str]) -> bool:
    """Take the lock on an open file, if nobody has it; the system frees it when the process ends, however it ends."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


class BeatThread(Background):
    """Runs the scheduler while no other process on this data folder does; takes over when that one has gone."""

    def __init__(self, lock_file: Path) -> None:
        super().__init__("beat")
        self.lock_file = lock_file
        self._service: Service | None = None

    def work(self) -> None:
        self.lock_file.parent.mkdir(parents=True, exist_ok=True)
        with self.lock_file.open("a") as file:
            if not taken(file):
                logger.info("another process on this data folder schedules; waiting to take over")
                while not self.stopping.wait(TAKE_OVER_EVERY) and not taken(file):
                    pass
            if not self.stopping.is_set():
                logger.info("scheduling")
                options: dict[str, Any] = {
                    "max_interval": 1,
                    "scheduler_cls": app.conf.beat_scheduler,
                    "remote_control": False,
                }
                self._service = Service(app, **options)
                self._service.start()

    def end(self) -> None:
        if self._service is not None:
            self._service.stop(wait=False)
