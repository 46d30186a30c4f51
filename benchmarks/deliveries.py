"""Deliveries to a vendor on a bad day (`vendor.py`), and to a good one beside one that hangs.

10,000 comments of 500 tickets are sent by eight couriers: every one arrives, each once, those of a ticket in their order. Then a vendor
stops answering while another is told of 200 comments: how long those take, beside the same with nobody hanging. BENCH_DELIVERIES sets
another number.
"""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import pairwise
from urllib.request import urlopen

import httpx2
from django.conf import settings
from django.db import connections
from django.utils import timezone

from benchmarks.figures import Figure
from benchmarks.import_speed import remove_above
from benchmarks.servers import ROOT, free_port
from integrations.actions import deliver  # noqa: F401 - the handler
from integrations.choices import Verb
from integrations.models import Connection, Delivery, ExternalLink
from integrations.registry import PROVIDERS, Entry
from tickets import work
from tickets.actions.tickets import create_ticket
from tickets.choices import Channel, Role, WorkState
from tickets.models import Comment, Ticket, User

DELIVERIES = int(os.environ.get("BENCH_DELIVERIES", "10000"))
A_TICKET = 20  # comments
BESIDE = 200  # deliveries beside a vendor that hangs
COURIERS = 8
ALLOWED = 3.5  # seconds that a courier may be held: three tries of one second each, and what the vendor asks to wait in between
PATIENCE = 3_600  # seconds


def measure(embedded: bool) -> list[Figure]:
    newest = Ticket.objects.order_by("-pk").values_list("pk", flat=True)[0]
    settings.INTEGRATION_HOSTS = ["127.0.0.1"]
    PROVIDERS["hostile"] = Entry("Hostile", "benchmarks.hostile:HostileProvider")
    try:
        with vendor() as address, vendor() as good, vendor() as hanging:
            return [*bad_day(address), *beside(good, hanging)]
    finally:
        Connection.objects.filter(provider="hostile").delete()
        remove_above(newest)


def bad_day(address: str) -> list[Figure]:
    connection = connected("Hostile", address)
    tickets = told(connection, DELIVERIES)
    seconds, longest = carried_out(connection)
    urlopen(f"{address}/calm").close()
    arrived = twice = unordered = 0
    for ticket in tickets:
        bodies = [said["body"] for said in httpx2.get(f"{address}/{ticket.pk}").json()]
        arrived += len(set(bodies))
        twice += len(bodies) - len(set(bodies))
        unordered += sum(int(a.split()[-1]) > int(b.split()[-1]) for a, b in pairwise(bodies))
    bare = asked_plainly(address)
    return [
        Figure(f"{DELIVERIES:,} deliveries: lost", DELIVERIES - arrived, "", 0),
        Figure("arrived twice", twice, "", 0),
        Figure("overtaken by a later one", unordered, "", 0),
        Figure("a courier held longest", longest, "s", ALLOWED * 2),
        Figure("carried out", DELIVERIES / seconds, "/s", 10, more_is_better=True, baseline=bare),
    ]


def beside(good: str, hanging: str) -> list[Figure]:
    """Return how long deliveries to a good vendor take while another one hangs, beside the same without."""
    urlopen(f"{good}/calm").close()
    urlopen(f"{hanging}/hang").close()
    healthy = connected("Healthy", good)
    told(healthy, BESIDE)
    alone, _ = carried_out(healthy)
    stuck = connected("Stuck", hanging)
    told(stuck, BESIDE)
    told(healthy, BESIDE)
    both, _ = carried_out(healthy, stuck)
    return [Figure(f"{BESIDE} deliveries beside a vendor that hangs", both, "s", alone * 2, baseline=alone)]


def connected(name: str, address: str) -> Connection:
    owner = User.objects.filter(role=Role.ADMIN).first() or User.objects.create_superuser("bench-admin@example.com")
    Connection.objects.filter(name=name).delete()
    return Connection.objects.create(
        provider="hostile", name=name, settings={"base_url": address}, credentials="{}", owner=owner, sync_minutes=0
    )


def told(connection: Connection, count: int) -> list[Ticket]:
    """Ask for the deliveries of so many comments; returns the tickets."""
    tickets = []
    for first in range(0, count, A_TICKET):
        ticket = create_ticket(by=connection.owner, via=Channel.API, fields={"title": f"Ticket {first}"})
        tickets.append(ticket)
        ExternalLink.objects.create(connection=connection, ticket=ticket, remote_id=str(ticket.pk), remote_key="x")
        now = timezone.now()
        given = {"ticket": ticket, "author_name": "Bench", "html": "", "channel": Channel.API, "created_at": now}
        comments = [Comment(body=f"Comment {n}", **given) for n in range(first, min(first + A_TICKET, count))]
        asked = {"connection": connection, "ticket": ticket, "verb": Verb.COMMENT}
        Delivery.objects.bulk_create([Delivery(comment=one, **asked) for one in Comment.objects.bulk_create(comments)])
    return tickets


def carried_out(connection: Connection, *others: Connection) -> tuple[float, float]:
    """Let the couriers work until all of `connection` is done; returns that time and the longest that one row held a courier."""
    held: list[float] = [0.0]
    busy: set[int] = set()
    lock = threading.Lock()

    def carry(pk: int) -> None:
        began = time.monotonic()
        try:
            work.run(Delivery, pk)
        finally:
            connections.close_all()
            with lock:
                held.append(time.monotonic() - began)
                busy.discard(pk)

    began = time.monotonic()
    mine = Delivery.objects.filter(connection=connection)
    with ThreadPoolExecutor(COURIERS) as couriers:
        while mine.filter(state__in=work.UNFINISHED).exists():
            if time.monotonic() - began > PATIENCE:
                raise SystemExit("the deliveries were not carried out")
            rows = Delivery.objects.filter(connection__in=[connection, *others], state=WorkState.QUEUED)
            due = rows.filter(due__lte=timezone.now()).order_by("due").values_list("pk", flat=True)
            for pk in [pk for pk in due[: COURIERS * 4] if pk not in busy]:
                with lock:
                    busy.add(pk)
                couriers.submit(carry, pk)
            while len(busy) > COURIERS * 2:
                time.sleep(0.005)
            time.sleep(0.005)
        seconds = time.monotonic() - began
        Delivery.objects.filter(connection__in=others).delete()
    return seconds, max(held)


def asked_plainly(address: str) -> float:
    """Return how many a second one plain client posts to the same vendor on a good day."""
    with httpx2.Client(base_url=address) as client:
        began, count = time.monotonic(), 0
        while time.monotonic() - began < 2:
            client.post("/plain", json={"marker": "x", "body": "Comment 0"}).raise_for_status()
            count += 1
        return count / (time.monotonic() - began)


@contextmanager
def vendor() -> Iterator[str]:
    port = free_port()
    process = subprocess.Popen([sys.executable, "-m", "benchmarks.vendor", str(port)], cwd=ROOT)
    try:
        give_up = time.monotonic() + 60
        while True:
            try:
                urlopen(f"http://127.0.0.1:{port}/bad").close()
                break
            except OSError:
                if time.monotonic() > give_up:
                    raise
                time.sleep(0.05)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(10)
