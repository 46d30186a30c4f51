"""A desk of any size, made fast and always the same: N tickets and 5 N events, with statuses, people and words spread as in real life.

Rows are made in Python and go in by COPY (PostgreSQL) or executemany (SQLite); columns that nothing is said about get their defaults.
"""

import json
import random
import time
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import connection, models
from django.utils import timezone

from tickets.choices import Channel, EventKind, Level, Role, Status
from tickets.models import Category, Comment, Organization, Tag, Team, Technician, Ticket, TicketEvent, User

FIRST = 1001
ORGANIZATIONS, TEAMS, TECHNICIANS, REQUESTERS, CATEGORIES, TAGS = 50, 8, 100, 5_000, 60, 80
SNIPPETS = 20_000
DAYS = 730
STATUSES = (Status.CLOSED, Status.RESOLVED, Status.OPEN, Status.IN_PROGRESS, Status.PENDING, Status.ON_HOLD)
STATUS_WEIGHTS = (80, 8, 4, 4, 3, 1)
LEVEL_WEIGHTS = (35, 45, 15, 5)
KINDS = (
    EventKind.TICKET_CREATED,
    EventKind.COMMENT_ADDED,
    EventKind.TICKET_CHANGED,
    EventKind.TICKET_CHANGED,
    EventKind.TICKET_CHANGED,
    EventKind.COMMENT_ADDED,
    EventKind.TICKET_CHANGED,
)
SYLLABLES = (
    *(
        "ba",
        "co",
        "di",
        "fu",
        "ga",
        "he",
        "ki",
        "lo",
        "mu",
        "na",
        "pe",
        "qui",
        "ro",
        "sa",
        "te",
        "vo",
        "wi",
        "xa",
        "yo",
    ),
    *("print", "mail", "net", "disk", "port", "login", "screen", "back"),
)
Row = tuple[Any, ...]


class Words:
    """A vocabulary in which the n-th word is used about 1/n as often as the first."""

    def __init__(self, rng: random.Random, size: int = 8_000) -> None:
        self.rng = rng
        self.words = list(dict.fromkeys("".join(rng.choices(SYLLABLES, k=rng.randint(2, 4))) for _ in range(size)))

    def text(self, count: int) -> str:
        words, top, uniform = self.words, len(self.words), self.rng.random
        return " ".join(words[int(top ** uniform()) - 1] for _ in range(count))


class Table:
    """The columns of a model and a template row; `row(...)` fills in what is said."""

    def __init__(self, model: type[models.Model], *names: str) -> None:
        fields = [
            f for f in model._meta.concrete_fields if not f.generated and (f.attname in names or not f.primary_key)
        ]
        self.name = model._meta.db_table
        self.columns = [field.column for field in fields]
        self.template = [plain(field.get_default()) for field in fields]
        self.places = [next(i for i, field in enumerate(fields) if field.attname == name) for name in names]

    def row(self, *values: Any) -> Row:
        filled = self.template.copy()
        for place, value in zip(self.places, values, strict=True):
            filled[place] = value
        return tuple(filled)

    def write(self, rows: Iterable[Row]) -> None:
        names = ", ".join(self.columns)
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                with cursor.copy(f"COPY {self.name} ({names}) FROM STDIN") as copy:
                    for row in rows:
                        copy.write_row(row)
            else:
                marks = ", ".join(["%s"] * len(self.columns))
                cursor.executemany(f"INSERT INTO {self.name} ({names}) VALUES ({marks})", rows)


def plain(value: Any) -> Any:
    if isinstance(value, dict | list):
        return json.dumps(value)
    return moment(value) if isinstance(value, datetime) else value


def moment(value: datetime) -> str:
    """UTC without an offset, which both databases read alike."""
    return value.strftime("%Y-%m-%d %H:%M:%S.%f")


class Desk:
    """The people and names that tickets refer to."""

    def __init__(self) -> None:
        self.password = make_password("bench-pass-1")
        self.organizations = make(Organization, [{"name": f"Customer {n}"} for n in range(ORGANIZATIONS)])
        self.teams = make(Team, [{"name": f"Team {n}"} for n in range(TEAMS)])
        self.categories = make(Category, [{"name": f"Topic {n}", "path": f"Topic {n}"} for n in range(CATEGORIES)])
        self.tags = make(Tag, [{"name": f"tag-{n}"} for n in range(TAGS)])
        self.technicians = make(User, [self._person("tech", n, Role.TECHNICIAN) for n in range(TECHNICIANS)])
        self.requesters = make(User, [self._person("asker", n, Role.REQUESTER) for n in range(REQUESTERS)])
        make(Technician, [{"user_id": pk} for pk in self.technicians])

    def _person(self, kind: str, n: int, role: Role) -> dict[str, Any]:
        name = f"{kind}-{n}"
        organization = self.organizations[n % ORGANIZATIONS] if role == Role.REQUESTER else None
        return {
            "email": f"{name}@bench.example",
            "username": name,
            "name": name.title(),
            "role": role,
            "password": self.password,
            "organization_id": organization,
        }


def make(model: type[models.Model], fields: list[dict[str, Any]]) -> list[int]:
    """Create rows and return their ids."""
    return [row.pk for row in model._default_manager.bulk_create([model(**given) for given in fields])]


def tickets(count: int, desk: Desk, words: Words, end: datetime) -> Iterator[Row]:
    rng, statuses = words.rng, rng_choices(words.rng, STATUSES, STATUS_WEIGHTS)
    levels = rng_choices(rng, Level.values, LEVEL_WEIGHTS)
    snippets = [words.text(12) for _ in range(SNIPPETS)]
    step = timedelta(days=DAYS) / count
    for n in range(count):
        pk, asker = FIRST + n, min(int(rng.paretovariate(1.2)) - 1, REQUESTERS - 1)
        created = end - step * (count - n)
        status = next(statuses)
        ended = created + timedelta(hours=rng.expovariate(1 / 30)) if status in STATUSES[:2] else None
        text = " ".join(rng.choices(snippets, k=3))
        yield (
            pk,
            words.text(6),
            text,
            f"<p>{text}</p>",
            status,
            next(levels),
            desk.categories[pk % CATEGORIES],
            desk.organizations[asker % ORGANIZATIONS],
            desk.requesters[asker],
            desk.technicians[int(TECHNICIANS * rng.random() ** 1.5)] if ended or rng.random() < 0.7 else None,
            desk.teams[pk % TEAMS],
            Channel.PORTAL if pk % 3 else Channel.EMAIL,
            moment(created),
            moment(min(ended or created + timedelta(hours=rng.random() * 40), end)),
            moment(min(ended, end)) if ended else None,
            moment(min(ended, end)) if ended and status == Status.CLOSED else None,
            "Done." if ended else "",
            versions_of(pk),
        )


def rng_choices(rng: random.Random, values: Iterable[str], weights: Iterable[int]) -> Iterator[str]:
    values, weights = tuple(values), tuple(weights)
    while True:
        yield from rng.choices(values, weights, k=10_000)


def versions_of(pk: int) -> int:
    """Three to seven events a ticket, five on average."""
    return 3 + pk % 5


def events(count: int, desk: Desk, end: datetime) -> Iterator[Row]:
    step = timedelta(days=DAYS) / count
    comment = 0
    for n in range(count):
        pk, created = FIRST + n, end - step * (count - n)
        for version in range(1, versions_of(pk) + 1):
            kind, data, changes = KINDS[version - 1], "{}", "{}"
            if kind == EventKind.COMMENT_ADDED:
                comment += 1
                data = f'{{"comment_id": {comment}, "internal": false, "side": "desk", "mentions": []}}'
            elif kind == EventKind.TICKET_CHANGED:
                changes = '{"status": ["open", "in_progress"]}' if version % 2 else '{"priority": ["low", "medium"]}'
            actor = n * 7 % TECHNICIANS
            at = moment(created + timedelta(minutes=11 * version))
            yield (pk, version, kind, desk.technicians[actor], f"Tech-{actor}", Channel.WEB, at, changes, data)


def comments(count: int, desk: Desk, words: Words, end: datetime) -> Iterator[Row]:
    snippets = [words.text(25) for _ in range(SNIPPETS)]
    step = timedelta(days=DAYS) / count
    pk_of_comment = 0
    for n in range(count):
        pk, created = FIRST + n, end - step * (count - n)
        for version in range(1, versions_of(pk) + 1):
            if KINDS[version - 1] == EventKind.COMMENT_ADDED:
                pk_of_comment += 1
                text, actor = snippets[(pk * 31 + version) % SNIPPETS], n * 7 % TECHNICIANS
                at = moment(created + timedelta(minutes=11 * version))
                yield (
                    pk_of_comment,
                    pk,
                    desk.technicians[actor],
                    f"Tech-{actor}",
                    text,
                    f"<p>{text}</p>",
                    Channel.WEB,
                    at,
                )


def fill(count: int, *, seed: int = 7) -> None:
    """Fill an empty, migrated database. Prints what takes how long."""
    words, end = Words(random.Random(seed)), timezone.now()
    desk = Desk()
    ticket = Table(
        Ticket,
        *("id", "title", "description", "description_html", "status", "priority", "category_id", "organization_id"),
        *("requester_id", "assignee_id", "team_id", "channel", "created_at", "updated_at", "resolved_at", "closed_at"),
        *("resolution", "version"),
    )
    event = Table(
        TicketEvent,
        *("ticket_id", "version", "kind", "actor_id", "actor_name", "channel", "occurred_at", "changes", "data"),
    )
    comment = Table(Comment, "id", "ticket_id", "author_id", "author_name", "body", "html", "channel", "created_at")
    tag = Table(Ticket.tags.through, "ticket_id", "tag_id")
    with bulk_loading([ticket.name, event.name, comment.name, tag.name, "ticket_search"]):
        timed("tickets", ticket, (ticket.row(*row) for row in tickets(count, desk, words, end)))
        timed("events", event, (event.row(*row) for row in events(count, desk, end)))
        timed("comments", comment, (comment.row(*row) for row in comments(count, desk, words, end)))
        tagged = ((FIRST + n, desk.tags[(n // 3) % TAGS]) for n in range(0, count, 3))
        timed("tags", tag, (tag.row(*row) for row in tagged))
        began = time.monotonic()
        index_texts()
        print(f"  search documents {time.monotonic() - began:.0f} s", flush=True)


def timed(name: str, table: Table, rows: Iterable[Row]) -> None:
    began = time.monotonic()
    table.write(rows)
    print(f"  {name} {time.monotonic() - began:.0f} s", flush=True)


class bulk_loading:  # noqa: N801 - used as a function
    """Without indexes, foreign key checks and durability while rows pour in; with fresh indexes and statistics afterwards."""

    def __init__(self, tables: list[str]) -> None:
        self.tables = tables
        self.definitions: list[str] = []

    def __enter__(self) -> None:
        with connection.cursor() as cursor:
            if connection.vendor != "postgresql":
                cursor.execute("PRAGMA foreign_keys = OFF")
                cursor.execute("BEGIN")
                return
            cursor.execute("SET session_replication_role = replica")
            cursor.execute("SET synchronous_commit = off")
            cursor.execute("SET maintenance_work_mem = '512MB'")
            cursor.execute("SET statement_timeout = 0")
            cursor.execute(
                "SELECT i.indexname, i.indexdef FROM pg_indexes i LEFT JOIN pg_constraint c ON c.conname = i.indexname "
                "WHERE i.tablename = ANY(%s) AND c.oid IS NULL",
                [self.tables],
            )
            for name, definition in cursor.fetchall():
                self.definitions.append(definition)
                cursor.execute(f'DROP INDEX "{name}"')

    def __exit__(self, *failure: Any) -> None:
        began = time.monotonic()
        with connection.cursor() as cursor:
            if connection.vendor != "postgresql":
                cursor.execute("COMMIT")
                cursor.execute("ANALYZE")
                return
            for definition in self.definitions:
                cursor.execute(definition)
            for table in self.tables:
                if table != "ticket_search":
                    cursor.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}")
            cursor.execute("SET session_replication_role = origin")
            cursor.execute("VACUUM ANALYZE")
        print(f"  indexes {time.monotonic() - began:.0f} s", flush=True)


POSTGRES_TEXTS = """
INSERT INTO ticket_search (id, public, staff)
SELECT id, document, document FROM (
    SELECT t.id, setweight(to_tsvector('english', t.title), 'A') || to_tsvector('english',
        t.description || ' ' || coalesce((SELECT string_agg(c.body, ' ') FROM tickets_comment c WHERE c.ticket_id = t.id), ''))
        AS document
    FROM tickets_ticket t OFFSET 0
) documents
"""
SQLITE_TEXTS = """
INSERT INTO ticket_search (rowid, title, public, internal)
SELECT t.id, t.title, t.description || ' ' || coalesce(
    (SELECT group_concat(c.body, ' ') FROM tickets_comment c WHERE c.ticket_id = t.id), ''), ''
FROM tickets_ticket t
"""


def index_texts() -> None:
    """The search documents, as `tickets.search` writes them."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("CREATE INDEX bench_comment ON tickets_comment (ticket_id)")
            cursor.execute(POSTGRES_TEXTS)
            cursor.execute("DROP INDEX bench_comment")
        else:
            cursor.execute(SQLITE_TEXTS)
