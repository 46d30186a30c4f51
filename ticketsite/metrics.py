"""What Prometheus may ask: requests, durable work, live sockets, advice, and what is running. Served at `/metrics`, see `health.py`."""

import os
import platform
from collections.abc import Iterator

import django
from django.conf import settings
from django.db.models import Count
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, InfoMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from integrations import counting
from tickets import work
from tickets.choices import WorkState
from tickets.live.hub import active_connections
from tickets.publisher import publisher
from ticketsite.advice_metrics import Advice

METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
BUCKETS = (0.005, 0.01, 0.02, 0.04, 0.06, 0.1, 0.15, 0.25, 0.5, 1, 2.5, 5, 10)
# With PROMETHEUS_MULTIPROC_DIR set, each process writes there and any of them answers for all.
SHARED = "PROMETHEUS_MULTIPROC_DIR" in os.environ
registry = CollectorRegistry()
_own = None if SHARED else registry
requests = Counter("ticketsite_requests", "Requests answered.", ["method", "route", "status"], registry=_own)
seconds = Histogram("ticketsite_request_seconds", "Time to answer.", ["route"], buckets=BUCKETS, registry=_own)


def observe(method: str, route: str, status: int, duration: float) -> None:
    """Count one answered request. Routes are patterns, so the number of series stays small whatever is asked for."""
    requests.labels(method if method in METHODS else "other", route, status).inc()
    seconds.labels(route).observe(duration)


class Desk(Collector):
    """Figures that are read when somebody asks."""

    def collect(self) -> Iterator[Metric]:
        yield InfoMetricFamily(
            "ticketsite_build",
            "What is running.",
            {
                "version": settings.SPECTACULAR_SETTINGS["VERSION"],
                "django": django.get_version(),
                "python": platform.python_version(),
            },
        )
        yield CounterMetricFamily(
            "ticketsite_publisher_lost", "Wake-ups and pushes dropped by this process.", publisher.lost
        )
        yield GaugeMetricFamily("ticketsite_sockets", "Open WebSockets of this process.", active_connections())
        yield unfinished_work()


def unfinished_work() -> GaugeMetricFamily:
    """Rows of durable work that are not done, by kind and state."""
    rows = GaugeMetricFamily("ticketsite_work", "Rows of durable work that are not done.", labels=["kind", "state"])
    for kind in work.kinds():
        unfinished = kind._default_manager.exclude(state=WorkState.DONE).order_by()
        counted = dict(unfinished.values_list("state").annotate(Count("pk")))
        for state in (WorkState.QUEUED, WorkState.RUNNING, WorkState.QUARANTINED):
            rows.add_metric([kind._meta.label, state.value], counted.get(state, 0))
    return rows


registry.register(Desk())
registry.register(Advice())
for counted in counting.COUNTED:
    registry.register(counted)
if SHARED:
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]


def text() -> bytes:
    """Return all figures in Prometheus' text format."""
    return generate_latest(registry)
