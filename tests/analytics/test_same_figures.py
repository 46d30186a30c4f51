"""The same question has the same answer on pages, over the API, in the command line and in every file: to the digit, by group too."""

import csv
import io
import json
import re
from collections.abc import Callable, Iterator
from html import unescape
from typing import Any

import openpyxl
import pandas as pd
import polars
import pypdf
import pytest
from click.testing import CliRunner
from django.test import Client

from analytics.actions.reports import run_report, save_report
from analytics.cli.main import cli
from analytics.metrics.asking import Group
from analytics.metrics.columns import NOBODY
from analytics.metrics.registry import METRICS
from analytics.metrics.wording import title_of, written
from analytics.models import ReportFile, ReportRun
from analytics.pages.groups import name_of
from analytics.reports.formats import FORMATS
from sla.models import Calendar
from tests.analytics.test_report_files import text_of
from tests.api_client import ApiClient
from tickets import work
from tickets.models import Ticket, User

DAYS = ("2026-03-02", "2026-03-08")
ASKED = ("volume", "resolution_time", "resolution_business_time", "first_response_time", "sla_compliance")
ASKED += ("satisfaction", "time_spent", "utilisation", "workload")
BY = ("technician", "priority")
WEEK = {"from": DAYS[0], "to": DAYS[1]}
QUERY = "&".join([f"from={DAYS[0]}&to={DAYS[1]}", *(f"metric={name}" for name in ASKED), f"group_by={','.join(BY)}"])
WHOLE = ""
Known = dict[tuple[str, str, str, str], Any]  # metric, dimension, group, figure


@pytest.fixture
def week(lived: Callable[..., Ticket], milo: User, standard: object, office: Calendar) -> None:
    """Eight tickets of two technicians and of nobody. Tess notes her time on Milo's tickets, too."""
    Calendar.objects.update(is_default=False)
    Calendar.objects.filter(pk=office.pk).update(is_default=True)
    lived(1, replies=(2,), asks=(3,), resolved=10.37, rating=5, minutes=90)
    lived(2, replies=(9.5,), resolved=50, minutes=25, priority="high")
    lived(30, replies=(31.25,), resolved=77.7, rating=2, priority="high", assignee=milo, minutes=100)
    lived(33, resolved=34, assignee=milo, minutes=7)
    lived(40, resolved=101.01, priority="low", assignee=milo)
    lived(90, assignee=None)
    lived(95, assignee=milo, priority="low")
    lived(-60, replies=(-50,), resolved=9, rating=4)
    work.run_due()


def of(metrics: dict[str, Any]) -> Known:
    """Return the figures of an answer in JSON."""
    found: Known = {(name, WHOLE, WHOLE, key): v for name, m in metrics.items() for key, v in m["figures"].items()}
    for name, metric in metrics.items():
        for dimension, groups in metric["groups"].items():
            found |= {(name, dimension, g["name"], key): v for g in groups for key, v in g["figures"].items()}
    return found


def by_api(client: ApiClient, **narrowed: Any) -> Known:
    asked = WEEK | {"metric": ASKED, "group_by": BY} | narrowed
    return of(client.get("/api/v1/analytics/dashboard", asked).json()["metrics"])


def by_command() -> Known:
    asked = ["analyze", "--source", "database", "--start-date", DAYS[0], "--end-date", DAYS[1], "--zone", "UTC"]
    asked += [f"--metric={name}" for name in ASKED] + [f"--group-by={name}" for name in BY] + ["--format", "json"]
    done = CliRunner().invoke(cli, asked)
    assert done.exit_code == 0, done.output
    return of(json.loads(done.stdout)["metrics"])


def in_rows(rows: list[dict[str, Any]]) -> Known:
    """Return the figures of a table in long form, as a whole and by group."""
    return {
        (row["metric"], row["dimension"], row["group"].replace("none", ""), row["figure"]): row["value"]
        for row in rows
        if not row["day"] and row["dimension"] != "period"
    }


def in_csv(content: bytes) -> Known:
    rows = list(csv.DictReader(io.StringIO(content.decode())))
    return in_rows([row | {"value": float(row["value"]) if row["value"] else None} for row in rows])


def in_workbook(content: bytes) -> Known:
    """Return the figures of a workbook; metrics and figures have their titles there."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    found: Known = {(m, WHOLE, WHOLE, f): v for m, f, v, *_ in book["Figures"].iter_rows(min_row=2, values_only=True)}
    groups = book["Groups"].iter_rows(min_row=2, values_only=True)
    return found | {(m, by, str(group).replace("none", ""), f): v for m, by, group, f, v, *_ in groups}


def lines_of(page: str) -> Iterator[list[str]]:
    """Yield the cells of each line of the tables of a page, as they are read."""
    for line in re.findall(r"<tr><th scope=\"row\">(.*?)</tr>", page, re.DOTALL):
        yield [unescape(re.sub(r"<[^>]*>", "", cell)).strip() for cell in re.split(r"<td[^>]*>", line)]


def on_page(client: Client, metric: str, dimension: str) -> dict[tuple[str, str], str]:
    """Return what the page of a metric says: (group, figure) → words."""
    page = client.get(f"/analytics/metrics/{metric}", WEEK | {"group_by": dimension}).content.decode()
    whole, _, rest = page.partition('id="chart-')
    found = {(WHOLE, figure.lower()): words for figure, words, *_ in lines_of(whole)}
    groups = rest.partition(f'id="chart-{metric}-{dimension}"')[2]
    heads = [unescape(head).lower() for head in re.findall(r'class="figure"[^>]*>([^<]*)</th>', groups)]
    for group, *cells in lines_of(groups):
        found |= {(group, head): words for head, words in zip(heads, cells, strict=False)}
    return found


def tiles_of(page: str) -> dict[str, str]:
    """Return what the tiles of the dashboard say."""
    return {
        name: unescape(re.sub(r"<[^>]*>", "", said)).strip()
        for name, said in re.findall(r'id="tile-(\w+)".*?tile-figure">(.*?)<span', page, re.DOTALL)
    }


@pytest.fixture
def files(week: None, mona: User) -> dict[str, bytes]:
    """Return the files of a report on the week, in every format."""
    fields = {"name": "Week", "query": QUERY, "formats": list(FORMATS), "time_zone": "UTC"}
    run = run_report(by=mona, report=save_report(by=mona, fields=fields))
    work.run(ReportRun, run.pk)
    found = {}
    for row in ReportFile.objects.filter(run=run):
        with row.file.open("rb") as stored:
            found[row.format] = stored.read()
    return found


@pytest.fixture
def known(week: None, api: Callable[..., ApiClient], mona: User) -> Known:
    """Return what the API says, in which everything asked for was counted."""
    found = by_api(api(mona))
    assert not [name for name in ASKED if not found[name, WHOLE, WHOLE, METRICS[name].main]]
    assert {group for _, by, group, _ in found if by} == {"Tess", "Milo", "", "low", "medium", "high"}
    return found


def test_the_command_and_the_files_with_numbers_have_the_figures_of_the_api(
    known: Known, files: dict[str, bytes]
) -> None:
    assert by_command() == known
    assert of(json.loads(files["json"])["metrics"]) == known
    assert in_csv(files["csv"]) == known
    assert in_rows(polars.read_parquet(io.BytesIO(files["parquet"])).to_dicts()) == known
    assert in_workbook(files["xlsx"]) == {
        (METRICS[metric].title, by, group, title_of(figure)): value
        for (metric, by, group, figure), value in known.items()
    }


def test_pages_and_files_to_read_say_the_figures_of_the_api(
    known: Known, files: dict[str, bytes], client: Client, mona: User
) -> None:
    said = {key: written(value, key[3], METRICS[key[0]].unit) for key, value in known.items()}
    client.force_login(mona)
    tiles = tiles_of(client.get("/analytics", WEEK).content.decode())
    pages = {(metric, by): on_page(client, metric, by) for metric in ASKED for by in BY}
    paper = pypdf.PdfReader(io.BytesIO(files["pdf"])).pages
    texts = [text_of(files["html"].decode()), " ".join(" ".join(sheet.extract_text() for sheet in paper).split())]
    for (metric, by, group, figure), words in said.items():
        is_main, title = figure == METRICS[metric].main, title_of(figure)
        if is_main and not by:
            assert tiles[metric] == words, metric
        label = name_of(by, Group(1 if group else NOBODY, group, {})) if by else WHOLE
        for other in [by] if by else BY:
            assert pages[metric, other][label, title] == words, (metric, label, figure)
        for text in texts if is_main or not by else ():
            section = text.partition(f"Counted as: {METRICS[metric].formula}")[2].partition("Counted as:")[0]
            assert f"{(group or 'none') if by else title} {words}" in section, (metric, group, figure)


def test_a_technician_has_the_same_figures_wherever_they_are_asked_for(
    known: Known, api: Callable[..., ApiClient], client: Client, mona: User, tess: User, milo: User
) -> None:
    """What somebody noted on tickets of others is theirs on their own page and side by side, and nobody else's."""
    assert [known["time_spent", "technician", name, "total"] for name in ("Tess", "Milo")] == [3.7, 0]
    client.force_login(mona)
    beside = {name: figures for name, *figures in lines_of(client.get("/analytics/technicians", WEEK).content.decode())}
    answer = api(mona).get("/api/v1/analytics/performance", WEEK | {"metric": ASKED}).json()
    people = {person["name"]: person["metrics"] for person in answer["technicians"]}
    for person in (tess, milo):
        name = person.display_name
        group = {key: {figure: v for (m, _, g, figure), v in known.items() if (m, g) == (key, name)} for key in ASKED}
        own = by_api(api(mona), technician=person.pk)
        page = {
            line[0]: line[1]
            for line in lines_of(client.get(f"/analytics/technicians/{person.pk}", WEEK).content.decode())
        }
        for place, metric in enumerate(METRICS.values()):
            if metric.name in ASKED:
                assert people[name][metric.name] == group[metric.name]
                assert {f: own[metric.name, WHOLE, WHOLE, f] for f in group[metric.name]} == group[metric.name]
                main = written(group[metric.name][metric.main], metric.main, metric.unit)
                assert page[f"{metric.title} {title_of(metric.main)}"] == beside[name][place] == main
    mine = by_api(api(tess), technician=tess.pk)
    by_priority = {group: mine["time_spent", "priority", group, "total"] for group in ("medium", "high")}
    assert by_priority == {group: known["time_spent", "priority", group, "total"] for group in by_priority}


def test_figures_are_those_of_pandas_on_the_same_rows(known: Known) -> None:
    """Percentiles and groups by pandas; business time by looking at every minute of the Berlin office."""
    rows = pd.DataFrame(Ticket.objects.values("created_at", "resolved_at", "first_responded_at", "priority"))
    start, end = (pd.Timestamp(day, tz="UTC") for day in (DAYS[0], "2026-03-09"))
    minutes = pd.date_range(start - pd.Timedelta(days=7), end, freq="min").tz_convert("Europe/Berlin")
    is_open = minutes[minutes.day_of_week.isin([0, 1, 4]) & (minutes.hour >= 9) & (minutes.hour < 17)]
    done = rows[rows["resolved_at"].between(start, end, inclusive="left")].assign(
        resolution_time=lambda of: (of["resolved_at"] - of["created_at"]) / pd.Timedelta(hours=1),
        resolution_business_time=lambda of: [
            int(((is_open >= begin) & (is_open < until)).sum()) / 60
            for begin, until in zip(of["created_at"], of["resolved_at"], strict=True)
        ],
    )
    answered = rows[rows["first_responded_at"].between(start, end, inclusive="left")]
    waited = (answered["first_responded_at"] - answered["created_at"]) / pd.Timedelta(hours=1)
    spans = [("first_response_time", answered.assign(first_response_time=waited))]
    spans += [(name, done) for name in ("resolution_time", "resolution_business_time")]
    for metric, table in spans:
        for by, group, hours in [
            (WHOLE, WHOLE, table[metric]),
            *(("priority", *one) for one in table.groupby("priority")[metric]),
        ]:
            wanted = {"count": len(hours), "mean": hours.mean(), "median": hours.median()}
            wanted |= {f"p{q}": hours.quantile(q / 100) for q in (90, 95, 99)}
            found = {figure: known[metric, by, group, figure] for figure in wanted}
            assert found == pytest.approx(wanted, abs=0.0051 if "business" not in metric else 0.02), (metric, group)
