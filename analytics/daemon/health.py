"""How the daemon is doing: `/health` for people and supervisors, `/metrics` for Prometheus."""

import json
import threading
from dataclasses import asdict, dataclass, field
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from analytics.failures import Failure


@dataclass
class Standing:
    """How one schedule is doing."""

    next_run: str = ""
    last_run: str = ""
    last_success: str = ""
    failures: int = 0  # in a row
    problem: str = ""  # of the last run
    reports: list[str] = field(default_factory=list)  # of the last good run


class Health:
    """What the daemon knows about itself; written by the daemon, read by whoever asks."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._standings: dict[str, Standing] = {}
        self._configuration = ""
        self._registry = CollectorRegistry()
        self._runs = Counter(
            "ticket_analyzer_runs", "Runs of schedules.", ["schedule", "result"], registry=self._registry
        )
        self._seconds = Gauge(
            "ticket_analyzer_run_seconds", "How long the last run took.", ["schedule"], registry=self._registry
        )
        self._success = Gauge(
            "ticket_analyzer_last_success_timestamp_seconds",
            "When a run last succeeded.",
            ["schedule"],
            registry=self._registry,
        )
        self._loaded = Gauge(
            "ticket_analyzer_configuration_good", "Whether the last reload succeeded.", registry=self._registry
        )

    def plan(self, planned: dict[str, datetime], problem: str = "") -> None:
        """Note when each schedule runs next, and what was wrong with the last configuration."""
        with self._lock:
            self._configuration = problem
            self._loaded.set(0 if problem else 1)
            self._standings = {name: self._standings.get(name, Standing()) for name in planned}
            for name, at in planned.items():
                self._standings[name].next_run = at.isoformat()

    def ran(self, name: str, at: datetime, seconds: float, *, reports: list[str], problem: str = "") -> None:
        """Note how a run ended."""
        with self._lock:
            standing = self._standings[name]
            standing.last_run, standing.problem = at.isoformat(), problem
            self._runs.labels(name, "failed" if problem else "done").inc()
            self._seconds.labels(name).set(seconds)
            if problem:
                standing.failures += 1
                return
            standing.failures, standing.last_success, standing.reports = 0, at.isoformat(), reports
            self._success.labels(name).set(at.timestamp())

    def shape(self) -> dict[str, Any]:
        """Return what `/health` says: "healthy", or "degraded" while a schedule fails or the configuration cannot be used."""
        with self._lock:
            bad = self._configuration or any(standing.problem for standing in self._standings.values())
            return {
                "status": "degraded" if bad else "healthy",
                "configuration": self._configuration or "good",
                "schedules": {name: asdict(standing) for name, standing in self._standings.items()},
            }

    def metrics(self) -> bytes:
        """Return the metrics in Prometheus's text format."""
        return generate_latest(self._registry)


def serve(health: Health, address: str, port: int) -> ThreadingHTTPServer:
    """Answer on a port from now on. Raises Failure where it is taken."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path == "/health":
                shape = health.shape()
                self._answer(
                    200 if shape["status"] == "healthy" else 503, "application/json", json.dumps(shape).encode()
                )
            elif self.path == "/metrics":
                self._answer(200, CONTENT_TYPE_LATEST, health.metrics())
            else:
                self._answer(404, "text/plain", b"There is nothing here. Ask /health or /metrics.\n")

        def _answer(self, status: int, kind: str, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing about who asks."""

    try:
        server = ThreadingHTTPServer((address, port), Handler)
    except OSError as error:
        raise Failure(f"Port {port} of {address} cannot be used: {error.strerror}. Set another daemon_port.") from None
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server
