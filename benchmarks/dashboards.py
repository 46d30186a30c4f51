"""The dashboard of the last 30 days: the first one after a start, right after something happened, and while nothing does.

Beside them stands reading its rows with the ORM.
"""

import json
import os
import time
from datetime import timedelta
from urllib.request import Request as HttpRequest
from urllib.request import urlopen

from django.db import connection
from django.db.models import Q
from django.utils import timezone

from benchmarks.figures import Figure
from benchmarks.load import Request, Result, run
from benchmarks.servers import product
from benchmarks.serving import Door
from tickets.choices import Level
from tickets.models import Ticket

SECONDS = float(os.environ.get("BENCH_SECONDS", "10"))
TIMES = 7
PAGE = "/analytics"


def measure(embedded: bool) -> list[Figure]:
    """The embedded default may take twice the time."""
    slack = 2 if embedded else 1
    with product(embedded) as port:
        door = Door(port)

        def again(connections: int) -> Result:
            page = Request(PAGE, headers=door.cookie)
            return run(port, lambda _: page, connections=connections, seconds=SECONDS).check(200)

        first = timed(port, door)
        again(8)  # so that every process has shown it once
        cold = sorted(after_news(port, door, number) for number in range(TIMES))
        warm = again(1)
    bare = sorted(bare_rows() for _ in range(3))
    return [
        Figure("first dashboard after a start", first, "ms", 3_000 * slack),
        Figure("dashboard after an event, slowest of 7", cold[-1], "ms", 1_500 * slack, baseline=bare[1]),
        Figure("dashboard while nothing happens, p95", warm.percentile(0.95), "ms", 50 * slack),
    ]


def after_news(port: int, door: Door, number: int) -> float:
    """Change a ticket, then ask for the page; milliseconds of the second."""
    ticket = Ticket.objects.get(pk=door.tickets[number])
    body = json.dumps({"priority": Level.LOW if ticket.priority == Level.HIGH else Level.HIGH}).encode()
    headers = {"Content-Type": "application/json", **dict(door.bearer)}
    address = f"http://127.0.0.1:{port}"
    urlopen(HttpRequest(f"{address}/api/v1/tickets/{ticket.pk}", body, headers, method="PATCH")).read()
    return timed(port, door)


def timed(port: int, door: Door) -> float:
    """Milliseconds until the page is there."""
    began = time.perf_counter()
    urlopen(HttpRequest(f"http://127.0.0.1:{port}{PAGE}", headers=dict(door.cookie))).read()
    return (time.perf_counter() - began) * 1000


def bare_rows() -> float:
    """Milliseconds in which the ORM reads the same tickets as tuples, and does nothing with them."""
    since = timezone.now() - timedelta(days=60)
    rows = Ticket.objects.filter(Q(resolved_at=None) | Q(resolved_at__gte=since))
    columns = "pk", "created_at", "first_responded_at", "resolved_at", "status", "priority", "category_id", "team_id"
    began = time.perf_counter()
    list(
        rows.values_list(*columns, "assignee_id", "organization_id", "channel", "rating", "reopen_count", "reply_count")
    )
    connection.close()
    return (time.perf_counter() - began) * 1000
