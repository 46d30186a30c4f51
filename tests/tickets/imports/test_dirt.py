"""What real files contain: every row is taken or refused with its line and a reason, and nothing else suffers."""

import gzip
import json
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tickets.errors import Invalid
from tickets.imports import files
from tickets.imports.records import UnreadableFile
from tickets.imports.report import report_of
from tickets.imports.times import parse_moment
from tickets.models import Comment, ImportJob, Ticket, User

pytestmark = pytest.mark.django_db
Run = Callable[..., ImportJob]
Table = Callable[..., Path]
HEAD = b"id,title,status,priority,created,description\n"
GOOD = b"1,Good,open,high,2026-01-05T10:00:00Z,fine\n"

REFUSED = {
    "no id": (b",Title,open,high,2026-01-05,x", "has no id"),
    "id of blanks": (b"  ,Title,open,high,2026-01-05,x", "has no id"),
    "a question mark as id": (b"?,Title,open,high,2026-01-05,x", "has no id"),
    "id too long": (b"%s,Title,open,high,2026-01-05,x" % (b"9" * 300), "longer than 200"),
    "NUL": (b"2,Ti\x00tle,open,high,2026-01-05,x", "NUL character"),
    "invalid UTF-8": (b"2,Caf\xe9,open,high,2026-01-05,x", "not valid Unicode"),
    "too few fields": (b"2,Title,open", "has 3 fields, the header has 6"),
    "too many fields": (b"2,Title,open,high,2026-01-05,x,y,z", "has 8 fields"),
    "no date": (b"2,Title,open,high,yesterday,x", "'yesterday' is no date and time"),
    "the 31st of February": (b"2,Title,open,high,31/02/2026 10:00,x", "is no date and time"),
    "year 1600": (b"2,Title,open,high,1600-01-01,x", "lies outside of 1970"),
    "in the future": (b"2,Title,open,high,2190-01-01,x", "lies in the future"),
    "a description too long": (b"2,Title,open,high,2026-01-05," + b"x" * 100_001, "Shorten this to 100,000"),
    "a field beyond every limit": (b"2,Title,open,high,2026-01-05," + b"x" * 1_100_000, "cannot be read"),
    "the same id again": (b"1,Title,open,high,2026-01-05,x", "a second time"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_bad_row_is_refused_alone_with_line_and_reason(run: Run, table: Table, name: str) -> None:
    row, reason = REFUSED[name]
    job = run(table(HEAD + GOOD + row + b"\n" + b"3,After,open,low,2026-01-06,x\n"))
    assert (job.position, job.created_count, job.refused_count) == (3, 2, 1)
    refusal = job.refusals.get()
    assert refusal.line == 3
    assert reason in refusal.reason
    assert report_of(job).is_clean
    assert sorted(Ticket.objects.values_list("external_id", flat=True)) == ["1", "3"]


TAKEN: dict[str, tuple[bytes, dict[str, Any]]] = {
    "embedded newlines": (b'2,"Two\nlines",open,high,2026-01-05,"a\r\nb"', {"title": "Two lines", "description": "a\nb"}),
    "quotes and commas": (b'2,"a ""b"", c",open,high,2026-01-05,x', {"title": 'a "b", c'}),
    "a formula": (b'2,"=HYPERLINK(""x"")",open,high,2026-01-05,+1', {"title": '=HYPERLINK("x")', "description": "+1"}),
    "a script": (b"2,Title,open,high,2026-01-05,<script>alert(1)</script>", {"description": "<script>alert(1)</script>"}),
    "no title": (b"2,,open,high,2026-01-05,First line of it", {"title": "First line of it"}),
    "neither title nor text": (b"2,?,open,high,2026-01-05,?", {"title": "2", "description": ""}),
    "severity words": (b"2,Title,open,SEV_1,2026-01-05,x", {"priority": "critical"}),
    "lowest severity": (b"2,Title,open,SEV_5,2026-01-05,x", {"priority": "low"}),
    "a date with offset": (b"2,T,open,low,2026-01-05T10:00:00+02:00,x", {"created_at": datetime(2026, 1, 5, 8, tzinfo=UTC)}),
    "a date of Jira": (b"2,T,open,low,30/Sep/21 5:20 PM,x", {"created_at": datetime(2021, 9, 30, 17, 20, tzinfo=UTC)}),
    "right to left": ("2,شبكة,open,low,2026-01-05,x".encode(), {"title": "شبكة"}),
}  # fmt: skip


@pytest.mark.parametrize("name", TAKEN)
def test_an_odd_row_is_taken_for_what_it_says(run: Run, table: Table, name: str) -> None:
    row, expected = TAKEN[name]
    job = run(table(HEAD + GOOD + row + b"\n"))
    assert (job.created_count, job.refused_count) == (2, 0)
    ticket = Ticket.objects.get(external_id="2")
    assert {field: getattr(ticket, field) for field in expected} == expected
    assert "<script>" not in ticket.description_html


def test_a_long_title_is_cut_and_kept_whole_in_the_description(run: Run, table: Table) -> None:
    run(table("id,title,description\n1," + "word " * 80 + ",More\n"))
    ticket = Ticket.objects.get()
    assert len(ticket.title) <= 255
    assert ticket.title.endswith("…")
    assert ticket.description == ("word " * 80).strip() + "\n\nMore"


def test_unknown_words_become_the_default_and_are_counted(run: Run, table: Table) -> None:
    job = run(table("id,title,status,priority\n1,a,Parked,Hot\n2,b,Parked,?\n3,c,,P1\n"))
    assert job.unknown_values == {"status": {"Parked": 2}, "priority": {"Hot": 1}}
    assert set(Ticket.objects.values_list("status", "priority")) == {("open", "medium"), ("open", "critical")}
    mapped = {"values": {"status": {"parked": "on_hold"}, "priority": {"HOT": "critical"}}}
    again = run(table("id,title,status,priority\n1,a,Parked,Hot\n"), source="other", mapping=mapped)
    assert again.unknown_values == {}
    assert Ticket.objects.get(source="other").status == "on_hold"


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("29/2/2016 01:16", datetime(2016, 2, 29, 1, 16, tzinfo=UTC)),
        ("30/Sep/21 17:20", datetime(2021, 9, 30, 17, 20, tzinfo=UTC)),
        ("2020-01-02 17:14:21+00:00", datetime(2020, 1, 2, 17, 14, 21, tzinfo=UTC)),
        ("2023-09-18T15:57:42Z", datetime(2023, 9, 18, 15, 57, 42, tzinfo=UTC)),
        ("05.03.2024", datetime(2024, 3, 5, tzinfo=UTC)),
        ("1-Jan-2024 12:05 am", datetime(2024, 1, 1, 0, 5, tzinfo=UTC)),
    ],
)
def test_moments_are_understood_as_they_are_written(text: str, moment: datetime) -> None:
    assert parse_moment(text) == moment


def test_months_first_and_zones_are_a_matter_of_the_mapping(run: Run, table: Table) -> None:
    mapping = {"day_first": False, "time_zone": "America/New_York"}
    run(table("id,title,created\n1,a,07/04/2025 09:00\n"), mapping=mapping)
    assert Ticket.objects.get().created_at == datetime(2025, 7, 4, 13, tzinfo=UTC)


@pytest.mark.parametrize("encoding", ["cp1252", "utf-16", "utf-8-sig"])
def test_other_encodings_are_read_when_named_or_marked(run: Run, table: Table, encoding: str) -> None:
    mapping = {"encoding": "cp1252"} if encoding == "cp1252" else {}
    run(table("id;title\n1;Größe\n".encode(encoding)), mapping=mapping)
    assert Ticket.objects.get().title == "Größe"


@pytest.mark.parametrize(
    "mapping",
    [
        [],
        {"colour": "red"},
        {"columns": {"shoe": "size"}},
        {"columns": {"title": 3}},
        {"values": {"status": {"x": "asleep"}}},
        {"values": {"title": {"x": "y"}}},
        {"time_zone": "Mars/Base"},
        {"encoding": "klingon"},
        {"encoding": "base64"},
    ],
)
def test_a_mapping_that_makes_no_sense_is_refused_at_the_door(run: Run, table: Table, mapping: Any) -> None:
    with pytest.raises(Invalid):
        run(table(HEAD + GOOD), mapping=mapping or {"columns": []})
    assert not ImportJob.objects.exists()


UNREADABLE = {
    "empty": (b"", "tickets.csv", "empty"),
    "no id column": (b"title,status\na,b\n", "tickets.csv", "No column holds the id"),
    "a zip called csv": (b"PK\x03\x04rest", "tickets.csv", "zip archive"),
    "half a gzip": (gzip.compress(HEAD + GOOD * 5000)[:200], "tickets.csv.gz", "damaged"),
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_a_file_that_is_no_table_is_refused_as_a_whole(run: Run, table: Table, name: str) -> None:
    content, called, reason = UNREADABLE[name]
    with pytest.raises(UnreadableFile, match=reason):
        run(table(content, called))
    assert not Ticket.objects.exists()


def test_a_small_file_that_unpacks_without_end_is_stopped(
    run: Run, table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "UNPACKED_BYTES", 100_000)
    with pytest.raises(UnreadableFile, match="once unpacked"):
        run(table(gzip.compress(HEAD + GOOD + b"x" * 10_000_000), "tickets.csv.gz"))


def pack(tmp_path: Path, pages: dict[str, Any]) -> Path:
    path = tmp_path / "pages.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in pages.items():
            archive.writestr(name, content if isinstance(content, str | bytes) else json.dumps(content))
    return path


def zendesk_ticket(number: Any, **fields: Any) -> dict[str, Any]:
    return {
        "id": number,
        "subject": f"Ticket {number}",
        "status": "open",
        "created_at": "2024-05-01T10:00:00Z",
    } | fields


def test_bad_pages_and_entries_of_zendesk_are_refused_and_the_rest_goes_on(run: Run, tmp_path: Path) -> None:
    pages = {
        "../../escape.json": {"tickets": [zendesk_ticket(1)]},
        "a.json": b"\xff\xfe\x00not json",
        "b.json": "[" * 100_000,
        "c.json": {
            "tickets": [
                7,
                None,
                zendesk_ticket(None),
                zendesk_ticket(2, created_at="soon"),
                zendesk_ticket(3, requester_id="x"),
            ]
        },
        "d.json": {"tickets": [zendesk_ticket(4, subject="nul\x00", tags=["A b", {"x": 1}])], "users": "none"},
        "readme.txt": "not looked at",
    }
    job = run(pack(tmp_path, pages), "zendesk")
    assert sorted(Ticket.objects.values_list("external_id", flat=True)) == ["1", "3"]
    assert (job.position, job.created_count, job.refused_count) == (9, 2, 7)
    assert not (tmp_path.parent / "escape.json").exists()
    assert report_of(job).is_clean


def test_a_zip_that_claims_too_much_is_stopped(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "UNPACKED_BYTES", 1_000_000)
    with pytest.raises(UnreadableFile, match="once unpacked"):
        run(pack(tmp_path, {"a.json": "[" + "0," * 2_000_000 + "0]"}), "zendesk")


def test_jira_comments_and_labels_stand_in_repeated_columns(run: Run, table: Table) -> None:
    run(
        table(
            "Issue key,Summary,Status,Created,Reporter,Labels,Labels,Comment,Comment\n"
            'AB-1,Help,Open,30/Sep/21 17:20,pat,Web Shop,urgent,"30/Sep/21 18:00;kim;Later; or now","30/Sep/21 17:30;pat;First"\n'
        ),
        "jira",
    )
    ticket = Ticket.objects.get(external_id="AB-1")
    assert sorted(tag.name for tag in ticket.tags.all()) == ["urgent", "web-shop"]
    assert list(Comment.objects.values_list("author__name", "body")) == [("pat", "First"), ("kim", "Later; or now")]
    assert ticket.requester == User.objects.get(name="pat")
