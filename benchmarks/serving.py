"""Requests against a full database: lists, tickets, creating, searching; each beside the same on bare Django."""

import json
import os
import random
from collections.abc import Callable
from urllib.parse import urlencode
from urllib.request import Request as HttpRequest
from urllib.request import urlopen

from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from benchmarks.figures import Figure
from benchmarks.import_speed import remove_above
from benchmarks.load import Request, Result, run
from benchmarks.servers import baseline, product
from tickets.finding.paging import page_of
from tickets.models import Ticket, User

SECONDS = float(os.environ.get("BENCH_SECONDS", "10"))
USER, PASSWORD = "tech-0", "bench-pass-1"
Maker = Callable[[int], Request]


def measure(embedded: bool) -> list[Figure]:
    """Return the figures. The embedded default may take twice the time and serve half as many."""
    slack, patient = (2, 1) if embedded else (1, 2)  # connections: as many as there are processes
    rows, newest = Ticket.objects.count(), Ticket.objects.order_by("-pk").values_list("pk", flat=True)[0]
    try:
        return measured(embedded, rows, slack, patient)
    finally:
        remove_above(newest)  # what was created here


def measured(embedded: bool, rows: int, slack: int, patient: int) -> list[Figure]:
    with baseline(embedded, rows) as port:
        bare_list = run(port, bare_lists, connections=patient, seconds=SECONDS)
        bare_lists_busy = run(port, bare_lists, connections=8, seconds=SECONDS)
        bare_create = run(port, bare_creates, connections=patient, seconds=SECONDS)
        bare_creates_busy = run(port, bare_creates, connections=8, seconds=SECONDS)
    with product(embedded) as port:
        door = Door(port)

        def ask(make: Maker, expected: int = 200, connections: int = patient) -> Result:
            return run(port, make, connections=connections, seconds=SECONDS).check(expected)

        def p95(name: str, result: Result, target: float, bare: Result | None = None) -> Figure:
            base = bare.percentile(0.95) if bare else None
            return Figure(f"{name}, p95", result.percentile(0.95), "ms", target * slack, baseline=base)

        def rate(name: str, result: Result, target: float, bare: Result) -> Figure:
            return Figure(name, result.rate, "/s", target / slack, more_is_better=True, baseline=bare.rate)

        return [
            p95("list of 50 with filters (API)", ask(door.lists), 40, bare_list),
            p95("queue page with filters (HTML)", ask(door.queues), 40, bare_list),
            p95("ticket page (HTML)", ask(door.ticket_pages), 60, bare_list),
            p95("search", ask(door.searches), 150),
            p95("create a ticket", ask(door.creates, 201), 40, bare_create),
            Figure("deep page to first page, medians", deep_to_first(port, door), "×", 1.25),
            rate("lists", ask(door.lists, connections=8), 300, bare_lists_busy),
            rate("creates", ask(door.creates, 201, connections=8), 150, bare_creates_busy),
            *queries(),
        ]


def deep_to_first(port: int, door: "Door") -> float:
    """Return how many times as long a page in the middle takes; in turns, so that a machine's moods weigh on both alike."""
    first, deep = Result(), Result()
    for _ in range(5):
        for make, result in ((door.first_page, first), (door.deep_page, deep)):
            result.times += run(port, make, connections=1, seconds=SECONDS / 5, warm=0.2).check(200).times
    return deep.percentile(0.5) / first.percentile(0.5)


class Door:
    """Requests as a technician sends them."""

    def __init__(self, port: int) -> None:
        rng = random.Random(3)
        body = json.dumps({"username": USER, "password": PASSWORD}).encode()
        login = HttpRequest(f"http://127.0.0.1:{port}/api/v1/auth/login", body, {"Content-Type": "application/json"})
        with urlopen(login) as answer:
            self.token = json.load(answer)["access_token"]
        self.bearer = (("Authorization", f"Bearer {self.token}"),)
        self.cookie = (("Cookie", f"{settings.SESSION_COOKIE_NAME}={session()}"),)
        newest = Ticket.objects.order_by("-pk").values_list("pk", flat=True).first() or 1001
        some = [rng.randint(1001, newest) for _ in range(1000)]  # numbers have gaps where something was removed
        self.tickets = list(Ticket.objects.filter(pk__in=some).values_list("pk", flat=True)[:500])
        self.filters = [urlencode(given) for given in filters(rng)]
        words = [word for title in Ticket.objects.values_list("title", flat=True)[:100] for word in title.split()]
        self.words = [" ".join(rng.sample(words, 2)) for _ in range(200)]
        self.middle = cursor_at((1001 + newest) // 2)

    def lists(self, n: int) -> Request:
        return Request(f"/api/v1/tickets?{self.filters[n % len(self.filters)]}", headers=self.bearer)

    def queues(self, n: int) -> Request:
        return Request(f"/tickets?{self.filters[n % len(self.filters)]}", headers=self.cookie)

    def first_page(self, _: int) -> Request:
        """Oldest first, because the newest tickets have fewer words, people and tags than those in the middle: less to write."""
        return Request("/api/v1/tickets?ordering=id&page_size=50", headers=self.bearer)

    def deep_page(self, _: int) -> Request:
        return Request(f"/api/v1/tickets?ordering=id&page_size=50&cursor={self.middle}", headers=self.bearer)

    def ticket_pages(self, n: int) -> Request:
        return Request(f"/tickets/{self.tickets[n % len(self.tickets)]}", headers=self.cookie)

    def searches(self, n: int) -> Request:
        return Request(f"/api/v1/tickets?{urlencode({'q': self.words[n % len(self.words)]})}", headers=self.bearer)

    def creates(self, n: int) -> Request:
        body = {
            "title": f"Printer {n} is on fire",
            "description": "It **burns**.\n\n- paper\n- toner",
            "priority": "high",
        }
        return Request("/api/v1/tickets", "POST", json.dumps(body).encode(), self.bearer)


def filters(rng: random.Random) -> list[dict[str, str]]:
    """What people filter by, most of all by status."""
    routed = Ticket.objects.filter(status="open").exclude(team=None).exclude(organization=None).order_by("pk")
    some = list(routed.values_list("team", "organization", "assignee")[:200])
    found: list[dict[str, str]] = []
    for team, organization, assignee in rng.sample(some, min(25, len(some))):
        found += [{"status": "open"}, {"status": "open", "team": team}, {"status": "closed", "priority": "high"}]
        found += [{"organization": organization}, {"status": "in_progress", "team": team, "priority": "medium"}]
        found += [{"assignee": assignee, "status": "open"}] if assignee else []
    return found


def cursor_at(pk: int) -> str:
    """The cursor of a list by id, oldest first, that goes on behind this ticket."""
    return page_of(Ticket.objects.filter(pk__gte=pk), "id", "", 1).next or ""


def session() -> str:
    client = Client()
    client.force_login(User.objects.get(username=USER), backend="allauth.account.auth_backends.AuthenticationBackend")
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def bare_lists(_: int) -> Request:
    return Request("/rows?status=open")


def bare_creates(n: int) -> Request:
    body = {"title": f"Printer {n} is on fire", "description": "It burns."}
    return Request("/rows", "POST", json.dumps(body).encode())


def queries() -> list[Figure]:
    """How many queries one list costs, and that more rows cost no more."""
    settings.ALLOWED_HOSTS = ["testserver"]
    client = Client()
    client.force_login(User.objects.get(username=USER), backend="allauth.account.auth_backends.AuthenticationBackend")
    counted = {}
    for size in (5, 50):
        with CaptureQueriesContext(connection) as captured:
            assert client.get(f"/api/v1/tickets?status=open&page_size={size}").status_code == 200
        counted[size] = len(captured)
    return [
        Figure("queries of a list of 50", counted[50], "", 7),
        Figure("more queries for 50 rows than for 5", counted[50] - counted[5], "", 0),
    ]
