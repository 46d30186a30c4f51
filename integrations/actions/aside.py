"""Keeping rows of other systems' answers that cannot be read, until they can or nobody misses them."""

import json
from collections.abc import Iterable, Sequence
from hashlib import sha256
from typing import Any

from django.db.models import F
from django.utils import timezone

from integrations import counting
from integrations.aside import Unread
from integrations.choices import RowKind
from integrations.models import Connection, PutAside
from integrations.translation import cleaned

AT_MOST = 200  # rows of one answer; a system that changed all of its answers is seen by fewer
LONGEST = 8_000  # characters of a row that are kept


def keep_aside(connection: Connection, rows: Sequence[Unread], *, record: str = "", is_past: bool = False) -> None:
    """Write rows down, each once: one that was put aside before is counted. `record` is the one that was being read."""
    now = timezone.now()
    for row in rows[:AT_MOST]:
        counting.put_aside.labels(connection.provider, row.kind.value).inc()
        told = {"why": cleaned(row.why)[:500], "raw": _text_of(row.raw), "last_at": now}
        same = _key_of(row, record)
        told["record"] = record or (same["remote_id"] if row.kind == RowKind.RECORD else "")
        PutAside.objects.update_or_create(
            connection=connection,
            **same,
            defaults={**told, "times": F("times") + 1},
            create_defaults={**told, "is_past": is_past},
        )


def let_go(connection: Connection, record: str, still: Iterable[Unread]) -> None:
    """Forget what was put aside of a record that has been read, but for the rows that still cannot be."""
    kept = [_key_of(row, record) for row in still]
    known = PutAside.objects.filter(connection=connection, record=record).values("pk", "kind", "remote_id", "digest")
    gone = [row["pk"] for row in known if {name: row[name] for name in ("kind", "remote_id", "digest")} not in kept]
    if gone:
        PutAside.objects.filter(pk__in=gone).delete()


def _key_of(row: Unread, record: str) -> dict[str, str]:
    """Return what tells a row from others: its id there or, where it has none, what it says."""
    named = cleaned(row.remote_id) or (record if row.kind == RowKind.RECORD else "")
    if named and len(named) <= 200:
        return {"kind": row.kind.value, "remote_id": named, "digest": ""}
    digest = sha256(f"{record}\n{_text_of(row.raw)}".encode()).hexdigest()
    return {"kind": row.kind.value, "remote_id": "", "digest": digest}


def _text_of(raw: Any) -> str:
    return "" if raw is None else cleaned(json.dumps(raw, ensure_ascii=False, indent=2, default=str))[:LONGEST]
