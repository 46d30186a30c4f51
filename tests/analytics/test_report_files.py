"""One question gives the same number in every file, and nothing in a file runs."""

import csv
import io
import json
import re
import sys
from datetime import UTC, date, datetime
from html.parser import HTMLParser
from subprocess import run
from zoneinfo import ZoneInfo

import openpyxl
import polars
import pytest

from analytics.metrics.analysis import Analysis, Question, analyse
from analytics.metrics.asking import answer
from analytics.metrics.columns import Names, Work
from analytics.metrics.registry import METRICS
from analytics.metrics.wording import title_of, written
from analytics.reports import formats
from analytics.reports.anonymous import anonymous
from analytics.reports.charts import line
from analytics.reports.formats import FORMATS
from analytics.reports.options import Options
from analytics.reports.rows import rows
from analytics.reports.writers import pdf
from tests.analytics.test_metrics import WEEK, facts

NOW = datetime(2026, 3, 20, tzinfo=UTC)
ZONE = ZoneInfo("UTC")
EVIL = '=HYPERLINK("http://example.com")<script>alert(1)</script>'
FACTS = facts(
    [-30, 1, 2, 30, 40, 77],
    [3, 5, None, 40, 41.37, None],
    responded=[1, 2, 3, 30.5, 40.1, None],
    technician=[7, 7, 8, 8, 7, -1],
    rating=[5, 4, 0, 2, 5, 0],
)


def question(**fields: object) -> Question:
    return Question(WEEK, ZONE, dimensions=("technician", "priority"), **fields)  # type: ignore[arg-type]


def analysis(name: str = EVIL) -> Analysis:
    FACTS.tickets.technician.names.update({7: name})  # type: ignore[attr-defined]
    return analyse(FACTS, question(), NOW)


def written_as(form: str, found: Analysis | None = None, **options: object) -> bytes:
    return FORMATS[form].write(found or analysis(), Options(**options))  # type: ignore[arg-type]


def test_the_same_number_everywhere() -> None:
    asked = {name: answer(metric, FACTS, WEEK) for name, metric in METRICS.items()}
    numbers = [(name, figure, value) for name, found in asked.items() for figure, value in found.items()]
    assert any(isinstance(value, float) for _, _, value in numbers)
    whole = [row for row in rows(analysis()) if not row.dimension and not row.day]
    assert [(row.metric, row.figure, row.value) for row in whole] == numbers

    body = json.loads(written_as("json"))
    assert [(n, f, v) for n, m in body["metrics"].items() for f, v in m["figures"].items()] == numbers
    assert body.keys() == {"generated_at", "date_range", "ticket_count", "metrics", "trends", "summary"}

    table = list(csv.DictReader(io.StringIO(written_as("csv").decode())))
    as_a_whole = [row for row in table if not row["dimension"] and not row["day"]]
    assert [(r["metric"], r["figure"], float(r["value"]) if r["value"] else None) for r in as_a_whole] == numbers

    frame = polars.read_parquet(written_as("parquet")).filter(dimension="").filter(polars.col("day").is_null())
    assert frame.select("metric", "figure", "value").rows() == numbers

    sheet = openpyxl.load_workbook(io.BytesIO(written_as("xlsx")))["Figures"]
    titled = [(METRICS[name].title, title_of(figure), value) for name, figure, value in numbers]
    assert [(row[0].value, row[1].value, row[2].value) for row in sheet.iter_rows(min_row=2)] == titled

    page = text_of(written_as("html").decode())
    for name, figure, value in numbers:
        said = f"{title_of(figure)} {written(value, figure, METRICS[name].unit)}"
        assert said in page[page.index(METRICS[name].formula) :], name


def test_a_pdf_says_the_same() -> None:
    pytest.importorskip("weasyprint", exc_type=ImportError, reason="PDF is an extra: pip install weasyprint")
    pypdf = pytest.importorskip("pypdf")
    found = analyse(FACTS, question(metrics=("volume", "resolution_time", "satisfaction")), NOW)
    pages = pypdf.PdfReader(io.BytesIO(written_as("pdf", found, title="Of <March>"))).pages
    text = " ".join(" ".join(page.extract_text() for page in pages).split())
    assert "Of <March>" in text
    for measured in found.measured.values():
        for figure, value in measured.figures.items():
            assert written(value, figure, measured.metric.unit) in text, figure


class Texts(HTMLParser):
    """What a reader sees, and what a browser would do."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.tags: set[str] = set()
        self.fetched: list[str] = []
        self.hidden = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.hidden = tag == "style"
        self.fetched += [
            f"{k}={v}" for k, v in attrs if k in ("src", "href", "style") and not (v or "").startswith("#")
        ]

    def handle_endtag(self, tag: str) -> None:
        self.hidden = False

    def handle_data(self, data: str) -> None:
        if not self.hidden:
            self.words.append(data)


def read(page: str) -> Texts:
    parser = Texts()
    parser.feed(page)
    return parser


def text_of(page: str) -> str:
    return " ".join(" ".join(read(page).words).split())


def test_a_page_fetches_nothing_and_runs_nothing() -> None:
    page = written_as("html", title="<img src=x>", about=("Only <b>Acme</b>.",)).decode()
    found = read(page)
    assert not found.fetched
    assert not found.tags & {"script", "img", "link", "iframe"}
    assert "<img src=x>" in text_of(page)
    assert EVIL in text_of(page)
    assert "light-dark(" in page
    assert "url(" not in page


def test_every_chart_has_a_table_behind_it() -> None:
    found = analysis()
    page = written_as("html", found).decode()
    assert page.count("<polyline") >= 1
    assert page.count('class="line"') == page.count("<details>")
    for point in found.measured["volume"].trend:
        assert f"<th>{point.day}<td>{point.figures['created']}" in page


def test_a_large_desk_fits() -> None:
    count = 600
    big = facts([n / 100 for n in range(count)], [None] * count, technician=list(range(count)))
    big.tickets.technician.names.update({n: f"Somebody whose name is long {n}" for n in range(count)})  # type: ignore[attr-defined]
    found = analyse(big, question(), NOW)
    page = written_as("html", found)
    assert len(page) < 2_000_000
    assert b"575 more" in page
    assert written_as("csv", found).count(b"Somebody") == count * sum(len(m.figures) for m in found.measured.values())


def test_a_formula_in_a_name_stays_a_name() -> None:
    table = list(csv.DictReader(io.StringIO(written_as("csv").decode())))
    names = {row["group"] for row in table if row["dimension"] == "technician"}
    assert names == {f"'{EVIL}", "Milo", "none"}
    net = next(row for row in table if row["figure"] == "net" and row["group"] == "before")
    assert net["value"] == "1"
    sheet = openpyxl.load_workbook(io.BytesIO(written_as("xlsx", title="=1+1\x07")))
    cells = [cell for page in sheet for row in page.iter_rows() for cell in row]
    assert "f" not in {cell.data_type for cell in cells}
    assert sheet["About"]["A1"].value == "'=1+1"
    assert isinstance(sheet["Trends"]["B2"].value, datetime | date)


def test_nothing_counted_is_a_file_too() -> None:
    empty = analyse(facts([], []), question(), NOW)
    for form in ("html", "xlsx", "csv", "json", "parquet"):
        assert written_as(form, empty)
    assert "0 tickets were created in this time." in text_of(written_as("html", empty).decode())


def test_people_have_names_that_tell_nothing_and_stay_the_same() -> None:
    once, again = (anonymous(analysis("Tess Secret"), "key") for _ in range(2))
    other = anonymous(analysis("Tess Secret"), "another key")
    names = [group.name for group in once.measured["volume"].groups["technician"]]
    assert names == [group.name for group in again.measured["volume"].groups["technician"]]
    assert set(names) & {g.name for g in other.measured["volume"].groups["technician"]} == {""}
    assert re.fullmatch(r"Person [0-9A-F]{10}", names[0])
    for form in ("html", "csv", "json"):
        assert b"Tess" not in FORMATS[form].write(once, Options())
    assert json.loads(written_as("json", once))["metrics"]["volume"]["groups"]["technician"][0]["id"] is None


def test_lines_break_where_nothing_was_counted() -> None:
    found = analyse(FACTS, question(metrics=("resolution_time",)), NOW).measured["resolution_time"]
    drawn = line(found.trend, "median")
    assert drawn
    assert len(drawn.pieces) == 1
    assert not drawn.dots
    assert line([], "median") is None


def test_hours_of_people_are_hours() -> None:
    done = Work(
        FACTS.tickets.ids[:1], Names(FACTS.tickets.ids[:1]), FACTS.tickets.created_at[1:2], FACTS.tickets.ids[:1] + 90
    )
    spent = facts([0], [None], work=done)
    units = {row.figure: row.unit for row in rows(analyse(spent, question(metrics=("utilisation",)), NOW))}
    assert units == {"rate": "percent", "hours": "hours", "available": "hours", "people": ""}
    units = {row.figure: row.unit for row in rows(analyse(FACTS, question(metrics=("satisfaction",)), NOW))}
    assert units == {"rate": "percent", "mean": "", "ratings": "", "answered": "percent"}


def test_without_its_library_pdf_says_how_to_switch_it_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    monkeypatch.setattr(pdf, "find_spec", lambda _: None)
    with pytest.raises(pdf.NoPdf, match="pip install weasyprint"):
        written_as("pdf")
    assert "pip install weasyprint" in formats.FORMATS["pdf"].missing()


def test_writers_need_no_settings_and_load_nothing_heavy() -> None:
    code = (
        "import sys; from analytics.reports.formats import FORMATS;"
        "assert not {'polars', 'openpyxl', 'weasyprint', 'django.template', 'django.db'} & sys.modules.keys();"
        "from tests.analytics.test_report_files import *; written_as('html'); written_as('xlsx')"
    )
    done = run([sys.executable, "-c", code], capture_output=True, text=True, env={"PATH": ""}, check=False)
    assert done.returncode == 0, done.stderr
