"""Calls of a webhook as they come on a bad day: a third twice, in no order, some forged; and whether the desk ends up right.

10,000 calls of a repository's webhook about 500 issues that tickets are linked with: new titles and comments. The oracle is plain: the
title that was given last by the repository's own time, and every comment once. The web processes take the calls, two processes of
workers carry them out. BENCH_WEBHOOKS sets another number.
"""

import asyncio
import hashlib
import hmac
import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

from benchmarks.figures import Figure
from benchmarks.import_speed import remove_above
from benchmarks.load import Connection as Line
from benchmarks.load import Request, Result, run
from benchmarks.servers import ROOT, baseline, product
from integrations.actions.connect import save_connection
from integrations.models import Connection, ExternalLink, InboundEvent
from tickets.actions.tickets import create_ticket
from tickets.choices import Channel, Role, WorkState
from tickets.models import Comment, Ticket, User
from tickets.work import UNFINISHED

CALLS = int(os.environ.get("BENCH_WEBHOOKS", "10000"))
ISSUES = max(CALLS // 20, 1)
TWICE, FORGED = 0.3, 0.05
SECRET = "a secret of the bench"
REPOSITORY = "acme/desk"
BEGAN = datetime(2026, 1, 5, 9, tzinfo=UTC)
AT_ONCE = 4  # callers
PATIENCE = 1_200  # seconds
SEED = 11


def measure(embedded: bool) -> list[Figure]:
    newest = Ticket.objects.order_by("-pk").values_list("pk", flat=True)[0]
    connection = connected()
    try:
        return measured(embedded, connection, [link(connection, number) for number in range(1, ISSUES + 1)])
    finally:
        connection.delete()
        remove_above(newest)


def measured(embedded: bool, connection: Connection, tickets: list[Ticket]) -> list[Figure]:
    calls, titles, comments = script()
    address = f"/api/v1/integrations/github/webhook/{connection.token}"
    with baseline(embedded, Ticket.objects.count()) as port:
        bare = run(port, lambda _: Request("/rows", "POST", b'{"title": "x"}'), connections=AT_ONCE, seconds=3)
    with product(embedded) as port, workers(embedded):
        result = asyncio.run(send(port, [call_of(address, *call) for call in calls]))
        began = time.monotonic()
        while InboundEvent.objects.filter(connection=connection, state__in=UNFINISHED).exists():
            if time.monotonic() - began > PATIENCE:
                raise SystemExit("the calls were not carried out")
            time.sleep(0.2)
    drained = result.seconds + time.monotonic() - began
    wrong = sum(Ticket.objects.get(pk=ticket.pk).title != titles[n] for n, ticket in enumerate(tickets, 1))
    said = list(Comment.objects.filter(ticket__in=tickets).values_list("ticket", "body"))
    expected = {(tickets[number - 1].pk, body) for number, body in comments}
    wrong += len(said) - len(set(said)) + len(expected ^ set(said))
    stuck = InboundEvent.objects.filter(connection=connection, state=WorkState.QUARANTINED).count()
    forged = sum(1 for *_, good in calls if not good)
    return [
        Figure(f"{len(calls):,} webhooks: differences from the oracle", wrong + stuck, "", 0),
        Figure("forged ones taken", forged - result.statuses.get(401, 0), "", 0),
        Figure("acknowledged, p99", result.percentile(0.99), "ms", 100, baseline=bare.percentile(0.99)),
        Figure("acknowledged", result.rate, "/s", 100, more_is_better=True, baseline=bare.rate),
        Figure("until the last was carried out", drained, "s", 600),
    ]


def connected() -> Connection:
    owner = User.objects.filter(role=Role.ADMIN).first() or User.objects.create_superuser("bench-admin@example.com")
    Connection.objects.filter(name="Bench").delete()
    fields = {
        "name": "Bench",
        "provider": "github",
        "settings": {"repository": REPOSITORY},
        "credentials": {"token": "none", "webhook_secret": SECRET},
        "fields": [{"ours": "title", "theirs": "title", "direction": "in", "winner": "theirs"}],
        "sync_minutes": 0,
    }
    return save_connection(by=owner, fields=fields)


def link(connection: Connection, number: int) -> Ticket:
    ticket = create_ticket(by=connection.owner, via=Channel.API, fields={"title": f"Issue {number}"})
    ExternalLink.objects.create(
        connection=connection, ticket=ticket, remote_id=str(number), remote_key=f"#{number}", agreed={}
    )
    return ticket


Call = tuple[str, dict[str, object], str, bool]  # event, body, id, whether it is signed with the secret


def script() -> tuple[list[Call], dict[int, str], set[tuple[int, str]]]:
    """Return the calls, the title of each issue in the end, and every comment as (issue, words)."""
    draw, numbers = random.Random(SEED), count(1)
    unique = int(CALLS / (1 + TWICE + FORGED))
    calls: list[Call] = []
    titles, comments = dict.fromkeys(range(1, ISSUES + 1), ""), set()
    for n in range(unique):
        issue, at = n % ISSUES + 1, BEGAN + timedelta(seconds=n)
        body = {"action": "edited", "repository": {"full_name": REPOSITORY}}
        if n >= ISSUES and n % 2:
            words = f"Comment {next(numbers)}"
            comments.add((issue, words))
            told = {"id": n, "body": words, "user": {"login": "mia"}, "created_at": at.isoformat()}
            body |= {"action": "created", "comment": told, "issue": shown(issue, titles[issue], at)}
            calls.append(("issue_comment", body, f"d-{n}", True))
            continue
        titles[issue] = f"Title {n} of {issue}"
        calls.append(("issues", body | {"issue": shown(issue, titles[issue], at)}, f"d-{n}", True))
    calls += draw.sample(calls, int(unique * TWICE))
    calls += [
        (event, body, f"f-{n}", False) for n, (event, body, _, _) in enumerate(draw.sample(calls, int(unique * FORGED)))
    ]
    draw.shuffle(calls)
    return calls, titles, comments


def shown(number: int, title: str, at: datetime) -> dict[str, object]:
    return {
        "id": number,
        "number": number,
        "title": title,
        "created_at": BEGAN.isoformat(),
        "updated_at": at.isoformat(),
    }


def call_of(address: str, event: str, body: dict[str, object], name: str, good: bool) -> bytes:
    raw = json.dumps(body).encode()
    key = SECRET if good else "another"
    signature = hmac.new(key.encode(), raw, hashlib.sha256).hexdigest()
    headers = (
        ("X-GitHub-Event", event),
        ("X-GitHub-Delivery", name),
        ("X-Hub-Signature-256", f"sha256={signature}"),
    )
    return Request(address, "POST", raw, headers).encode()


async def send(port: int, calls: list[bytes]) -> Result:
    """Send every call over some lines at once; times are those until the answer."""
    result, left, began = Result(), iter(calls), time.perf_counter()

    async def caller() -> None:
        line = await Line(port).open()
        for call in left:
            sent = time.perf_counter()
            status, _ = await line.send(call)
            result.times.append((time.perf_counter() - sent) * 1000)
            result.statuses[status] = result.statuses.get(status, 0) + 1
        line.writer.close()

    await asyncio.gather(*(caller() for _ in range(AT_ONCE)))
    result.seconds = time.perf_counter() - began
    return result


@contextmanager
def workers(embedded: bool) -> Iterator[None]:
    """On services, the workers that the embedded process has inside."""
    if embedded:
        yield
        return
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    with ExitStack() as stack:
        log = stack.enter_context((ROOT / "var" / "server.log").open("ab"))
        for name in ("worker", "courier"):
            command = [str(ROOT / "deploy" / "process"), name]
            process = subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=log, env=environment)
            stack.callback(process.wait, 30)
            stack.callback(process.terminate)
        yield
