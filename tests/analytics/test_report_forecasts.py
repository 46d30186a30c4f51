"""The forecast in a report: the figures of its page in every file and in the mail, or a sentence on why there is none."""

import csv
import io
import json
import re
from datetime import date, timedelta

import numpy as np
import openpyxl
import polars
import pypdf
import pytest
from django.utils import timezone

from analytics.actions.reports import begin_due
from analytics.models import Report, ReportRun
from analytics.reports.expected import named
from analytics.reports.formats import FORMATS
from tests.analytics.test_report_files import text_of
from tests.analytics.test_reports import BUILT, content, ran
from tickets import work
from tickets.models import Ticket, User


@pytest.fixture
def rhythm(carl: User) -> None:
    """Twenty weeks of tickets with a weekly rhythm up to yesterday, and a day with far too many nine days ago."""
    today = timezone.now().replace(hour=0, minute=0, second=0, microsecond=0)
    counts = np.random.default_rng(5).poisson(np.tile([12, 11, 10, 10, 9, 2, 1], 20))
    counts[-9] += 40
    Ticket.objects.bulk_create(
        Ticket(title="Printer is on fire", requester=carl, created_at=at, updated_at=at)
        for place, count in enumerate(counts)
        for at in [today - timedelta(days=len(counts) - place)] * count
    )


def test_a_forecast_has_the_figures_of_its_page_in_every_file_and_in_the_mail(
    api, as_user, mona, rhythm, save, mailoutbox
):
    known = api(mona).get("/api/v1/analytics/forecast").json()
    assert known["days"]
    assert len(known["unusual"]) == 1
    page = as_user(mona).get("/analytics/forecast").content.decode()
    drawn = [float(value) for value in re.findall(r'data-value="([^"]*)"', page)]
    lines = [("day", known["days"]), *([("week", known["weeks"])] if known["weeks"] else [])]
    points = [(step, point) for step, line in lines for point in line["points"]]
    assert drawn == [point[name] for _, point in points for name in ("expected", "low", "high")]

    report = save(
        query="metric=volume", formats=list(FORMATS), has_forecast=True, rhythm="daily", recipients=[mona.email]
    )
    Report.objects.filter(pk=report.pk).update(next_at=timezone.now())
    begin_due(timezone.now())
    run = ReportRun.objects.get()
    work.run(ReportRun, run.pk)
    assert json.loads(content(run))["forecast"] == known
    table = [row for row in csv.DictReader(io.StringIO(content(run, "csv").decode())) if row["metric"] == "forecast"]
    frame = polars.read_parquet(io.BytesIO(content(run, "parquet"))).filter(metric="forecast").to_dicts()
    wanted = [(step, point["day"], name, point[name]) for step, point in points for name in ("expected", "low", "high")]
    for rows in (table, frame):
        assert [(r["group"], str(r["day"]), r["figure"], float(r["value"])) for r in rows if r["day"]] == wanted
    sheet = openpyxl.load_workbook(io.BytesIO(content(run, "xlsx")))["Forecast"]
    cells = [row[:5] for row in sheet.iter_rows(min_row=2, values_only=True) if row[1]]
    assert [(f"{day:%Y-%m-%d}", step, *values) for day, step, *values in cells] == [
        (point["day"], step, point["expected"], point["low"], point["high"]) for step, point in points
    ]
    paper = pypdf.PdfReader(io.BytesIO(content(run, "pdf"))).pages
    for text in (
        text_of(content(run, "html").decode()),
        " ".join(" ".join(one.extract_text() for one in paper).split()),
    ):
        said = text.partition("What to expect")[2]
        for _, point in points:
            day = date.fromisoformat(point["day"])
            assert f"{named(day)} {point['expected']} {point['low']} {point['high']}" in said
        assert f"misses by {known['days']['error']:g} tickets a day" in said
        assert f"repeating the last week, by {known['days']['naive_error']:g}" in said
        (odd,) = known["unusual"]
        assert f"{named(date.fromisoformat(odd['day']))} {odd['count']} {odd['ordinary']}" in said
    (mail,) = mailoutbox
    assert f"{known['days']['points'][0]['expected']} tickets to expect" in mail.body


def test_a_forecast_that_is_no_good_is_told_instead_of_shown(as_user, mona, lived, save):
    lived(1)
    run = ran(save(has_forecast=True, formats=["json", "html", "xlsx"]), mona)
    assert json.loads(content(run))["forecast"] == {"days": None, "weeks": None, "unusual": []}
    assert b"No forecast yet. A forecast is shown where it beats repeating the last week" in content(run, "html")
    preview = as_user(mona).post("/analytics/reports/new", BUILT | {"preview": "1", "has_forecast": "on"})
    assert "No forecast yet" in preview.content.decode()
    assert "forecast" not in json.loads(content(ran(save(name="Other"), mona)))
