"""The two engines. Their tables are made in the migration `search_tables`; ids are those of tickets or articles."""

import json
from typing import Any, Protocol

from django.db import connection, transaction
from django.db.models.expressions import RawSQL

from tickets.search.documents import Texts
from tickets.search.query import Term

FEW = 1_000  # matches that are handed to the list by id
LEXEMES_AT_MOST = 5_000  # at 40 characters a word this stays below PostgreSQL's 1 MB per document


class Engine(Protocol):
    def write(self, table: str, texts: list[Texts]) -> None: ...
    def append(self, table: str, pk: int, public: str, internal: str) -> None: ...
    def remove(self, table: str, pk: int) -> None: ...
    def matches(self, table: str, terms: list[Term], *, with_internal: bool) -> Any: ...
    def closest(self, table: str, terms: list[Term], count: int) -> list[int]: ...


def engine() -> Engine:
    """Return the engine of the database in use."""
    return Postgres() if connection.vendor == "postgresql" else Sqlite()


class Postgres:
    """`public` weighs title over text; `staff` holds everything and alone is indexed. English stemming, as FTS5's porter does."""

    def write(self, table: str, texts: list[Texts]) -> None:
        # One parameter instead of thousands; OFFSET 0 keeps the planner from working the public vector out twice.
        public = "setweight(to_tsvector('english', title), 'A') || to_tsvector('english', body) AS public"
        given = "json_to_recordset(%s) AS given (id bigint, title text, body text, internal text)"
        names = ("id", "title", "body", "internal")
        with connection.cursor() as cursor:
            cursor.execute(
                f"INSERT INTO {table} (id, public, staff) "  # noqa: S608
                "SELECT id, public, public || to_tsvector('english', internal) "
                f"FROM (SELECT id, {public}, internal FROM {given} OFFSET 0) AS found "
                "ON CONFLICT (id) DO UPDATE SET public = EXCLUDED.public, staff = EXCLUDED.staff",
                [json.dumps([dict(zip(names, text, strict=True)) for text in texts])],
            )

    def append(self, table: str, pk: int, public: str, internal: str) -> None:
        grow = "{0} = CASE WHEN length({0}) < %s THEN {0} || to_tsvector('english', %s) ELSE {0} END"
        columns = [grow.format("staff")]
        values: list[int | str] = [LEXEMES_AT_MOST, f"{public} {internal}"]
        if public:
            columns.append(grow.format("public"))
            values += [LEXEMES_AT_MOST, public]
        with connection.cursor() as cursor:
            cursor.execute(f"UPDATE {table} SET {', '.join(columns)} WHERE id = %s", (*values, pk))  # noqa: S608

    def remove(self, table: str, pk: int) -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {table} WHERE id = %s", [pk])  # noqa: S608

    def matches(self, table: str, terms: list[Term], *, with_internal: bool) -> Any:
        query = " & ".join(f"{'!' if t.excluded else ''}{self._term(t)}" for t in terms)
        found, values = f"SELECT id FROM {table} WHERE staff @@ to_tsquery('english', %s)", [query]  # noqa: S608
        if not with_internal:  # the index finds the words anywhere, the row says whether that was in public
            found += " AND public @@ to_tsquery('english', %s)"
            values = [" & ".join(self._term(t) for t in terms if not t.excluded), query]
        few = self._few(found, values)
        return RawSQL(found, values) if few is None else few  # noqa: S611

    @staticmethod
    def _few(found: str, values: list[str]) -> list[int] | None:
        """Return the ids where there are not many, None otherwise.

        The planner cannot tell how rare a word or its beginning is. Left alone it walks a million tickets by date for a word that
        three of them have; told the ids it does not, and common words are quickly met on such a walk.
        """
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute(f"{found} LIMIT {FEW + 1}", values)
            ids = [row[0] for row in cursor.fetchall()]
            cursor.execute("SET LOCAL enable_seqscan = on")
        return ids if len(ids) <= FEW else None

    def closest(self, table: str, terms: list[Term], count: int) -> list[int]:
        query = " | ".join(self._term(t) for t in terms)
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT id FROM {table}, to_tsquery('english', %s) AS query WHERE staff @@ query AND public @@ query "  # noqa: S608
                "ORDER BY ts_rank(public, query) DESC, id LIMIT %s",
                [query, count],
            )
            return [row[0] for row in cursor.fetchall()]

    @staticmethod
    def _term(term: Term) -> str:
        ways = [f"'{text}'{':*' if term.prefix else ''}" for text in (term.text, term.joined) if text]
        return ways[0] if len(ways) == 1 else f"({' | '.join(ways)})"


class Sqlite:
    """FTS5 columns title, public and internal; a requester's search is limited to the first two."""

    def write(self, table: str, texts: list[Texts]) -> None:
        with connection.cursor() as cursor:
            cursor.executemany(f"DELETE FROM {table} WHERE rowid = %s", [(text[0],) for text in texts])  # noqa: S608
            cursor.executemany(f"INSERT INTO {table} (rowid, title, public, internal) VALUES (%s, %s, %s, %s)", texts)  # noqa: S608

    def append(self, table: str, pk: int, public: str, internal: str) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                f"UPDATE {table} SET public = public || ' ' || %s, internal = internal || ' ' || %s WHERE rowid = %s",  # noqa: S608
                [public, internal, pk],
            )

    def remove(self, table: str, pk: int) -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {table} WHERE rowid = %s", [pk])  # noqa: S608

    def matches(self, table: str, terms: list[Term], *, with_internal: bool) -> Any:
        wanted = " AND ".join(self._term(term) for term in terms if not term.excluded)
        unwanted = " ".join(f"NOT {self._term(term)}" for term in terms if term.excluded)
        query = f"({wanted}) {unwanted}".strip() if wanted else '""'
        columns = "" if with_internal else "{title public} : "
        return RawSQL(f"SELECT rowid FROM {table} WHERE {table} MATCH %s", [f"{columns}({query})" if wanted else query])  # noqa: S608, S611

    def closest(self, table: str, terms: list[Term], count: int) -> list[int]:
        query = " OR ".join(self._term(term) for term in terms)
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT rowid FROM {table} WHERE {table} MATCH %s ORDER BY bm25({table}, 5.0, 1.0, 0.0), rowid LIMIT %s",  # noqa: S608
                [f"{{title public}} : ({query})", count],
            )
            return [row[0] for row in cursor.fetchall()]

    @staticmethod
    def _term(term: Term) -> str:
        ways = [f'"{text}"{"*" if term.prefix else ""}' for text in (term.text, term.joined) if text]
        return ways[0] if len(ways) == 1 else f"({' OR '.join(ways)})"
