"""Raw e-mails through the mailbox: stored, then carried out as tickets and replies; beside parsing them with `email` and two plain inserts.

BENCH_MAILS   how many (2,000); a third of them answer an earlier one, a tenth carry a file
"""

import os
import sqlite3
import time
from concurrent.futures import ThreadPoolExecutor
from email import message_from_bytes
from email.message import EmailMessage

from django.db import connection as database
from django.db import connections

from benchmarks.figures import Figure

MAILS = int(os.environ.get("BENCH_MAILS", "2000"))
WORKERS = 2  # cores


def raw(number: int, run: str) -> bytes:
    mail = EmailMessage()
    mail["From"] = f"Person {number % 200} <p{number % 200}.{run}@bench.example>"
    mail["To"], mail["Subject"] = "bench@desk.example", f"Printer {number} is on fire"
    mail["Message-ID"] = f"<{number}.{run}@bench.example>"
    answers = number % 3 == 2
    if answers:
        mail["References"] = f"<{number - 2}.{run}@bench.example>"
        mail.replace_header("From", f"p{(number - 2) % 200}.{run}@bench.example")
    mail.set_content("It burns.\n\nOn Monday somebody wrote:\n> " + "words " * 60 if answers else "It burns. " * 40)
    mail.add_alternative("<p>It <b>burns</b>.</p>" + "<p>Some words of it</p>" * 20, subtype="html")
    if number % 10 == 0:
        mail.add_attachment(b"%PDF-1.4\n" * 500, maintype="application", subtype="pdf", filename="form.pdf")
    return mail.as_bytes()


def measure(embedded: bool) -> list[Figure]:
    """Mails a minute, from raw bytes to tickets, with as many workers as there are cores."""
    from integrations import tasks
    from integrations.actions.storing import receive_letter
    from integrations.models import Connection, InboundEvent, MailAddress
    from tickets import work
    from tickets.models import User

    assert tasks.CARRIED_OUT_BY
    run = f"{time.time():.0f}"
    owner = User.objects.filter(role="admin").first() or User.objects.create_user(f"b{run}@bench.example", role="admin")
    settings = {"letters_an_hour": 10_000}
    box = Connection.objects.create(provider="email", name=f"Bench {run}", owner=owner, settings=settings)
    MailAddress.objects.create(connection=box, address=f"bench{run}@desk.example")
    mails = [raw(number, run) for number in range(MAILS)]

    def carry_out(pk: int) -> None:
        work.run(InboundEvent, pk)

    began = time.perf_counter()
    rows = [row for row in (receive_letter(connection=box, raw=mail) for mail in mails) if row]
    with ThreadPoolExecutor(WORKERS, initializer=connections.close_all) as workers:
        list(workers.map(carry_out, [row.pk for row in rows]))
        while left := list(InboundEvent.objects.filter(connection=box, state="queued").values_list("pk", flat=True)):
            InboundEvent.objects.filter(pk__in=left).update(due="2020-01-01T00:00:00Z")
            list(workers.map(carry_out, left))
    seconds = time.perf_counter() - began
    done = InboundEvent.objects.filter(connection=box, state="done").count()
    database.close()
    name = "raw e-mails stored and carried out, a minute"
    return [Figure(name, done / seconds * 60, "mails", 1_000, more_is_better=True, baseline=bare(mails))]


def bare(mails: list[bytes]) -> float:
    """Mails a minute where they are only parsed and written to two tables of SQLite in memory."""
    plain = sqlite3.connect(":memory:")
    plain.execute("create table raw (body blob)")
    plain.execute("create table ticket (title text, description text)")
    began = time.perf_counter()
    for mail in mails:
        parsed = message_from_bytes(mail)
        body = next(part for part in parsed.walk() if part.get_content_type() == "text/plain").get_payload(decode=True)
        plain.execute("insert into raw values (?)", (mail,))
        plain.execute("insert into ticket values (?, ?)", (parsed["Subject"], body.decode()))
        plain.commit()
    return len(mails) / (time.perf_counter() - began) * 60
