"""`ticket-analyzer` on files: the figures, what is left aside, and what a person is told."""

import csv
import gzip
import json
import stat
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pandas as pd
import polars as pl
import pytest
from click.testing import CliRunner, Result
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.cli.main import cli
from analytics.sources import csv_files
from analytics.sources.moments import moments
from analytics.sources.records import lines_of
from tickets.imports.times import parse_moment
from tickets.imports.words import is_empty

SAMPLES = Path(__file__).resolve().parents[3] / "shared" / "data" / "import_samples" / "csv"
FIELDS = {"created_at": "a", "status": "b", "team": "c"}
HEADER = "id,status,priority,created,resolved,team,description"
ROWS = (
    "1,Closed,P1,2026-03-02T08:00:00Z,2026-03-02T10:00:00Z,Network,x",
    '2,Resolved,P2,2026-03-02T09:00:00Z,2026-03-03T09:00:00Z,Network,"two\nlines, and ""quotes"""',
    "3,New,P3,2026-03-03T08:00:00Z,,,x",
)


def run(*args: object) -> Result:
    return CliRunner().invoke(cli, [str(arg) for arg in args])


def answer(path: Path, *args: object) -> dict:
    done = run("analyze", "--input", path, "--format", "json", *args)
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


def figures(found: dict, metric: str) -> dict:
    return found["metrics"][metric]["figures"]


@pytest.fixture
def table(tmp_path: Path):
    def write(*rows: str, header: str = HEADER, name: str = "tickets.csv", encoding: str = "utf-8") -> Path:
        path = tmp_path / name
        path.write_bytes("\n".join((header, *(rows or ROWS), "")).encode(encoding))
        return path

    return write


def test_figures_trends_and_summary_of_a_file(table):
    found = answer(table(), "--group-by", "team", "--calendar-hours", "mon-fri 09:00-17:00")
    assert found.keys() >= {"metrics", "trends", "summary", "generated_at", "date_range", "ticket_count", "source"}
    assert found["date_range"] == {"start": "2026-03-02", "end": "2026-03-03", "time_zone": "UTC"}
    assert (found["ticket_count"], figures(found, "backlog")["end"]) == (3, 1)
    assert figures(found, "resolution_time")["mean"] == 13.0
    assert figures(found, "resolution_business_time")["mean"] == 4.5
    groups = found["metrics"]["volume"]["groups"]["team"]
    assert [(group["name"], group["figures"]["created"]) for group in groups] == [("Network", 2), ("", 1)]


@pytest.mark.parametrize(
    ("name", "encoding"), [("t.csv", "utf-8-sig"), ("t.csv", "utf-16"), ("t.csv.gz", "utf-8"), ("t.csv", "latin-1")]
)
def test_packed_files_and_other_encodings_say_the_same(table, name, encoding):
    path = table("1,New,P1,2026-03-02,,Büro,x", name=name, encoding=encoding)
    if name.endswith(".gz"):
        path.write_bytes(gzip.compress(path.read_bytes()))
    found = answer(path, "--group-by", "team", "--encoding", "latin-1" if encoding == "latin-1" else "utf-8")
    assert found["metrics"]["volume"]["groups"]["team"][0]["name"] == "Büro"


def test_json_json_lines_parquet_and_other_delimiters_say_the_same_as_csv(table, tmp_path):
    plain = "2,Resolved,P2,2026-03-02T09:00:00Z,2026-03-03T09:00:00Z,Network,x"
    rows = list(csv.DictReader([HEADER, ROWS[0], plain, ROWS[2]]))
    (tmp_path / "a.json").write_text(json.dumps({"tickets": [row | {"team": {"name": row["team"]}} for row in rows]}))
    (tmp_path / "a.jsonl").write_text("\n".join(map(json.dumps, rows)))
    pl.DataFrame(rows).with_columns(pl.col("created").str.to_datetime("%+", time_zone="UTC")).write_parquet(
        tmp_path / "a.parquet"
    )
    (tmp_path / "a.csv").write_text(
        "\n".join(";".join(row.values()) for row in [dict(zip(rows[0], rows[0], strict=True)), *rows])
    )
    wanted = answer(table())["metrics"]
    for name in ("a.json", "a.jsonl", "a.parquet", "a.csv"):
        assert answer(tmp_path / name)["metrics"] == wanted, name


def test_rows_that_cannot_be_read_are_counted_and_listed_with_line_and_reason(table):
    path = table(*ROWS, "4,New,P1,yesterday,,A,x", "5,New,P1", "6,New,P1,2199-01-01,,A,x", "7,New,P1,?,,A,x")
    found = answer(path)
    assert (found["ticket_count"], found["source"]["rows_read"], found["source"]["rows_left_aside"]) == (3, 7, 4)
    assert [(left["line"], left["reason"]) for left in found["source"]["left_aside"]] == [
        (7, "The line has 3 fields, the header has 7."),
        (6, "created_at: 'yesterday' is no date and time."),
        (8, "created_at: '2199-01-01' lies in the future."),
        (9, "created_at: it is empty."),
    ]
    said = run("analyze", "-i", path).stderr
    assert "4 rows of 7 could not be read" in said
    assert "line 6: created_at: 'yesterday'" in said


def test_only_the_first_hundred_bad_rows_are_listed_but_all_are_counted(table):
    source = answer(table(*ROWS, *(f"{n},New,P1,soon,,A,x" for n in range(10, 160))))["source"]
    assert (source["rows_left_aside"], len(source["left_aside"])) == (150, 100)


def test_several_rows_of_a_ticket_are_one_and_the_newest_counts(table):
    found = answer(
        table(
            "A,Closed,2,2/3/2026 08:00,3/3/2026 08:00,4/3/2026 09:00",
            "A,New,0,2/3/2026 08:00,,2/3/2026 08:05",
            "B,New,0,2/3/2026 08:00,,2/3/2026 08:00",
            header="number,incident_state,reopen_count,opened_at,resolved_at,sys_updated_at",
        )
    )
    assert (found["ticket_count"], found["source"]["rows_read"]) == (2, 3)
    assert figures(found, "reopen_rate") == {"rate": 100.0, "reopened": 1, "resolved": 1}


def test_unknown_words_are_told_and_can_be_given_a_meaning(table):
    path = table("1,Parked,P1,2026-03-02,,A,x")
    done = run("analyze", "-i", path)
    assert (
        "Unknown words for status, taken as open: 'Parked' (1). Say what they mean: --word WORD=VALUE." in done.stderr
    )
    assert figures(answer(path, "--word", "Parked=on_hold"), "status_distribution")["on_hold"] == 1


def test_zone_and_order_of_day_and_month(table):
    path = table("1,Closed,P1,1/3/2026 00:30,3/3/2026 00:30,A,x")
    assert answer(path, "--zone", "Europe/Berlin")["date_range"] == {
        "start": "2026-03-01",
        "end": "2026-03-03",
        "time_zone": "Europe/Berlin",
    }
    assert answer(path, "--month-first")["date_range"]["start"] == "2026-01-03"


def test_dates_statuses_and_a_limit_narrow_what_counts(table):
    path = table()
    between = ("--start-date", "2026-03-03", "--end-date", "2026-03-03")
    assert figures(answer(path, *between), "volume") == {"created": 1, "resolved": 1, "net": 0}
    assert answer(path, "--status", "open")["ticket_count"] == 1
    done = run("analyze", "-i", path, "--max-results", 2, "--format", "json")
    assert (json.loads(done.stdout)["ticket_count"], "only the newest 2 count" in done.stderr) == (2, True)
    assert answer(path, "--status", "pending")["ticket_count"] == 0


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["--start-date", "2026-03-03", "--end-date", "2026-03-02"], "is after the end date"),
        (["--start-date", "3.3.2026"], "does not match the format"),
        (["--max-results", "0"], "--max-results must be from 1 to 1,000,000"),
        (["--max-results", "1000001"], "--max-results must be from 1 to 1,000,000"),
        (["--status", "lost"], "There is no status 'lost'. There are: open, in_progress"),
        (["--metric", "joy"], "There is no metric 'joy'"),
        (["--zone", "Europe/Nowhere"], "There is no time zone"),
        (["--calendar-hours", "always"], "Write business hours like"),
        (["--format", "pdf"], "is not one of"),
        (["--map", "created_at"], "--map must be pairs"),
    ],
)
def test_wrong_usage_is_a_sentence_and_2(table, args, said):
    done = run("analyze", "-i", table(), *args)
    assert (done.exit_code, said in done.stderr, done.stdout) == (2, True, "")


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["--map", "created_at=Opened"], "names columns that are not there: Opened. The file has: id, status"),
        (["--map", "birth=created"], "There is no field birth to map. Fields:"),
        (["--map", "created_at="], "No column holds when a ticket was created. Name it: --map created_at=COLUMN"),
        (["--input", "/nowhere/at.csv"], "There is no file at.csv"),
    ],
)
def test_what_cannot_be_read_is_a_sentence_and_1(table, args, said):
    done = run("analyze", "-i", table(), *args)
    assert (done.exit_code, said in done.stderr, done.stdout) == (1, True, "")


@pytest.mark.parametrize(
    "content",
    [b"", b"\n", b"PK\x03\x04zip", b"PAR1 not parquet", b"\x1f\x8b broken", b"\xff\xfe\x00", b"\x00\x01,\x02\n1,2"],
)
def test_files_that_make_no_sense_are_a_sentence(tmp_path, content):
    for name in ("a.csv", "a.json", "a.jsonl"):
        path = tmp_path / name
        path.write_bytes(content)
        done = run("analyze", "-i", path)
        assert (done.exit_code, "should not happen" in done.output) == (1, False), done.output


def test_output_is_whole_and_closed_to_others_or_not_there(table, tmp_path):
    folder = tmp_path / "out"
    folder.mkdir()
    target = folder / "answer.json"
    done = run("analyze", "-i", table(), "-f", "json", "-o", target)
    assert (done.exit_code, done.stdout, stat.S_IMODE(target.stat().st_mode)) == (0, "", 0o600)
    assert json.loads(target.read_text())["ticket_count"] == 3
    assert list(folder.iterdir()) == [target]


@pytest.mark.parametrize(("error", "code"), [(OSError(28, "No space left on device"), 1), (KeyboardInterrupt(), 130)])
def test_a_full_disk_or_ctrl_c_leaves_the_old_file_and_nothing_else(table, tmp_path, monkeypatch, error, code):
    folder = tmp_path / "out"
    folder.mkdir()
    (folder / "a.csv").write_text("old")

    def fail(_: int) -> None:
        raise error

    monkeypatch.setattr("os.fsync", fail)
    done = run("analyze", "-i", table(), "-f", "csv", "-o", folder / "a.csv")
    assert (done.exit_code, [path.name for path in folder.iterdir()]) == (code, ["a.csv"])
    assert (folder / "a.csv").read_text() == "old"
    assert "othing was left" in done.stderr


def test_a_table_fits_a_narrow_terminal_and_cuts_no_number(table, monkeypatch):
    monkeypatch.setenv("COLUMNS", "60")
    done = run("analyze", "-i", table(), "--group-by", "team", "--group-by", "priority")
    assert (done.exit_code, max(map(len, done.stdout.splitlines())) <= 60) == (0, True)
    assert "13.0 h" in done.stdout
    assert "\x1b" not in done.output


def test_formulas_in_names_stay_text_in_csv(table):
    done = run("analyze", "-i", table("1,New,P1,2026-03-02,,=1+1,x"), "-f", "csv", "--group-by", "team")
    assert {row["group"] for row in csv.DictReader(done.stdout.splitlines())} == {"", "'=1+1"}


def test_a_report_is_a_file_that_says_what_it_is(table, tmp_path, monkeypatch):
    path = table()
    monkeypatch.chdir(tmp_path)
    done = run("report", "-i", path, "--title", "March <b>")
    assert (done.exit_code, done.stdout) == (0, "")
    assert "March &lt;b&gt;" in (tmp_path / "ticket-report-2026-03-02-2026-03-03.html").read_text()
    assert "3 tickets created" in run("report", "-i", path, "-f", "cli").stdout


TEXTS = st.one_of(
    st.datetimes(datetime(1971, 1, 1), datetime(2198, 1, 1)).flatmap(
        lambda at: st.sampled_from(
            [
                at.isoformat(),
                at.isoformat(" ", "minutes"),
                at.strftime("%d/%m/%Y %H:%M"),
                at.strftime("%d/%b/%y %I:%M %p"),
                at.isoformat() + "Z",
                at.isoformat(timespec="seconds") + "+05:30",
                at.strftime("%-d.%-m.%Y %H:%M"),
                at.date().isoformat(),
            ]
        )
    ),
    st.text("0123456789/:-T. ", max_size=20),
    st.none(),
)


def one_by_one(text: str | None, zone: str, day_first: bool) -> tuple[np.datetime64, str | None]:
    if text is None or is_empty(text):
        return np.datetime64("NaT", "us"), None
    try:
        return np.datetime64(parse_moment(text, zone, day_first).replace(tzinfo=None), "us"), None
    except ValueError as error:
        return np.datetime64("NaT", "us"), str(error)


@given(
    st.lists(TEXTS, min_size=1, max_size=8),
    st.sampled_from(["UTC", "Europe/Berlin", "America/New_York"]),
    st.booleans(),
)
def test_times_at_once_are_what_imports_read_one_by_one(texts, zone, day_first):
    texts = [text.strip() if text else None for text in texts]
    times, wrong = moments(pl.Series("a", texts, pl.String), zone, day_first)
    for place, text in enumerate(texts):
        wanted, reason = one_by_one(text, zone, day_first)
        assert wrong.get(place) == reason
        assert np.array_equal(times[place], wanted, equal_nan=True), text


@given(st.lists(st.lists(st.text('ab,"\n;é', max_size=6), min_size=3, max_size=3).filter(any), min_size=1, max_size=6))
def test_records_begin_where_a_csv_reader_finds_them(tmp_path_factory, rows):
    path = tmp_path_factory.mktemp("records") / "a.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file, lineterminator="\n").writerows([["a", "b", "c"], *rows])
    wanted, line = [], 1
    with path.open(newline="", encoding="utf-8") as file:
        reader = csv.reader(file)
        for place, _ in enumerate(reader):
            if place:
                wanted.append(line + 1)
            line = reader.line_num
    found = lines_of(path, ",", 3)
    assert found is not None
    assert found.tolist() == wanted


PIECES = st.sampled_from(["a", '"', '","', ',"', '",', ",", ",", "\n", "\r\n", '"\n', 'x,"y"', '""', "é"])


@settings(max_examples=400)
@given(st.lists(PIECES, min_size=2, max_size=25), st.sampled_from(["a,b,c\n", '\ufeff"a","b",c\r\n']))
def test_a_table_that_is_read_at_once_holds_what_is_read_record_by_record(tmp_path_factory, pieces, header):
    path = tmp_path_factory.mktemp("tables") / "a.csv"
    path.write_bytes((header + "".join(pieces)).encode())
    lines, columns = lines_of(path, ",", 3), csv_files._at_once(path, ",", ["a", "b", "c"], FIELDS)
    if lines is not None and columns is not None and len(lines) == len(columns):
        wanted = csv_files._one_by_one(path, "utf-8-sig", FIELDS)
        assert (columns.fill_null("").rows(), lines.tolist()) == (wanted.columns.rows(), wanted.lines.tolist())


@pytest.mark.parametrize("start", [""])
def test_quoted_columns_are_read_at_once(tmp_path, start):
    path = tmp_path / "a.csv"
    path.write_text(start + '"a","b","c"\n"1","x, ""y""\nz",""\n"2",,3')
    assert lines_of(path, ",", 3).tolist() == [2, 4]


@pytest.mark.parametrize(
    ("name", "columns", "closed", "form"),
    [
        ("bugzilla_seamonkey_500.csv", ("Issue id", "Status", "Created", "Resolved"), ("RESOLVED", "VERIFIED", "CLOSED"), None),
        ("jira_export_hadoop_500.csv", ("Issue id", "Status", "Created", "Resolved"), ("Resolved", "Closed", "Done"), "%d/%b/%y %H:%M"),
        ("servicenow_incident_audit_800.csv", ("number", "incident_state", "opened_at", "resolved_at"), ("Resolved", "Closed"), "%d/%m/%Y %H:%M"),
    ],
)  # fmt: skip
def test_figures_of_real_exports_are_those_of_pandas(name, columns, closed, form):
    if not SAMPLES.exists():
        pytest.skip("the samples are not here")
    raw = pd.read_csv(SAMPLES / name, dtype=str, na_values=["?"])
    number, status, created, resolved = columns
    if "sys_updated_at" in raw:
        raw["changed"] = pd.to_datetime(raw["sys_updated_at"], format=form)
        raw = raw.sort_values("changed", kind="stable").groupby(number, sort=False).tail(1)
        raw[resolved] = raw[resolved].fillna(raw["closed_at"])
    begin, end = (pd.to_datetime(raw[column], format=form, utc=True) for column in (created, resolved))
    is_closed = raw[status].isin(closed)
    hours = ((end - begin).dt.total_seconds() / 3600)[is_closed].clip(lower=0).dropna()
    found = answer(SAMPLES / name)
    assert found["source"]["rows_left_aside"] == 0
    assert figures(found, "volume") == {"created": len(raw), "resolved": len(hours), "net": len(raw) - len(hours)}
    assert figures(found, "backlog")["end"] == len(raw) - len(hours)
    wanted = {
        "count": len(hours),
        "mean": hours.mean(),
        "median": hours.median(),
        **{f"p{q}": hours.quantile(q / 100) for q in (90, 95, 99)},
    }
    assert figures(found, "resolution_time") == pytest.approx(
        {key: round(float(value), 2) for key, value in wanted.items()}
    )
    assert datetime.fromisoformat(found["generated_at"]).tzinfo == UTC
