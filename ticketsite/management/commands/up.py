"""`manage.py up`: the whole product in one process."""

import gc
import signal
import sys
import threading
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import get_context
from typing import Any

import uvicorn
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from tickets.choices import WorkQueue
from tickets.models import User
from tickets.publisher import publisher
from ticketsite.background import COURIER_THREADS, WORKER_THREADS, Background, BeatThread, McpThread, WorkerThread

DEMO_PASSWORD = "demo-pass-1"  # noqa: S105 - printed at every start, and for demo people only
DEMO_PEOPLE = tuple(f"{name}@example.com" for name in ("admin", "manager", "tech", "customer"))
STOP_WITHIN = 10.0  # seconds that running requests and tasks get; what is cut off is found again by the sweep
LARGEST_SOCKET_MESSAGE = 65_536


@contextmanager
def migration() -> Iterator[None]:
    """Migrate in a child while the block runs: the memory that takes goes with it. Raises CommandError where it failed."""
    child = get_context("fork").Process(target=migrate)
    child.start()
    try:
        yield
    finally:
        child.join()
    if child.exitcode:
        raise CommandError(
            "The database could not be brought up to date; the reason stands above. Nothing was started."
        )


def migrate() -> None:
    gc.disable()  # thousands of classes are made in a moment, and end with this process
    call_command("migrate", interactive=False, verbosity=0)


class Server(uvicorn.Server):
    """A server that says when it is ready."""

    def __init__(self, config: uvicorn.Config, ready: Any) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: Any = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._ready()


class Command(BaseCommand):
    help = "Migrate, then serve pages, API and live updates, with the worker, the scheduler and MCP in threads beside them."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default=settings.HOST, help="address to listen on (HOST, 127.0.0.1)")
        parser.add_argument("--port", type=int, default=settings.PORT, help="port to listen on (PORT, 8000)")
        parser.add_argument(
            "--mcp-port", type=int, default=settings.MCP_PORT, help="port of MCP (MCP_PORT, 8001); 0: none"
        )
        parser.add_argument("--demo", action="store_true", help="load the demo desk into an empty database first")
        parser.add_argument(
            "--web-only", action="store_true", help="leave worker, scheduler and MCP to other processes"
        )
        parser.add_argument("--no-migrate", action="store_true", help="leave the database as it is")

    def handle(
        self, *, host: str, port: int, mcp_port: int, demo: bool, web_only: bool, no_migrate: bool, **_: Any
    ) -> None:
        config = self.server_config(host, port)
        if no_migrate:
            config.load()
        else:
            with migration():
                config.load()
        gc.freeze()  # what is loaded by now stays; the collector need not look through it again and again
        threads: list[Background] = []

        def ready() -> None:
            self.announce(host, port)
            if not web_only:
                threads.extend(
                    [
                        WorkerThread("worker", WorkQueue.DESK, WORKER_THREADS),
                        WorkerThread("courier", WorkQueue.REMOTE, COURIER_THREADS),
                        BeatThread(settings.DATA_DIR / "beat.lock"),
                    ]
                )
                if mcp_port:
                    threads.append(McpThread(settings.MCP_HOST, mcp_port))
            for thread in threads:
                thread.start()
            if demo:
                threading.Thread(target=self.load_demo, name="demo", daemon=True).start()

        # Uvicorn raises the signal that stopped it again when it is done; by then there is still something to do.
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: None)
        sys.setswitchinterval(0.0005)  # a busy task must not hold up the pages
        try:
            Server(config, ready).run()
        finally:
            for thread in reversed(threads):
                thread.stop(STOP_WITHIN)
            publisher.wait_until_quiet(2)

    def server_config(self, host: str, port: int) -> uvicorn.Config:
        return uvicorn.Config(
            "ticketsite.asgi:application",
            host=host,
            port=port,
            log_config=None,
            access_log=False,
            server_header=False,
            ws_max_size=LARGEST_SOCKET_MESSAGE,
            ws_per_message_deflate=False,  # a message is a few hundred bytes, and goes to many
            timeout_graceful_shutdown=int(STOP_WITHIN),
        )

    def load_demo(self) -> None:
        """Load the demo into an empty desk; its command says who may sign in. On a later start, say it again."""
        if not User.objects.exists():
            call_command("load_demo")
        elif User.objects.filter(email=DEMO_PEOPLE[0]).exists():
            self.stdout.write(f"Demo people, all with the password {DEMO_PASSWORD}: {', '.join(DEMO_PEOPLE)}")
        self.stdout.flush()
        connection.close()

    def announce(self, host: str, port: int) -> None:
        shown = f"[{host}]" if ":" in host else host
        self.stdout.write(f"Ticketsite is ready on http://{shown}:{port} (Ctrl-C stops it)")
        self.stdout.flush()
