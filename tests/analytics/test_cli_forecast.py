"""What `ticket-analyzer` expects next: only of enough past, with its interval, and only where it beats repeating the last week."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from analytics.cli.main import cli

BEGIN = datetime(2026, 3, 2, tzinfo=UTC)  # a Monday
WEEKLY = np.array([1.2, 1.1, 1, 1, 0.9, 0.2, 0.1])
BUSY = 137  # the day on which everything broke


@pytest.fixture
def desk(tmp_path: Path):
    """Write the export of a desk with a weekly rhythm over so many days."""

    def write(days: int) -> Path:
        counts = np.random.default_rng(4).poisson(40 * WEEKLY[np.arange(days) % 7])
        if days > BUSY:
            counts[BUSY] += 90
        moments = [
            BEGIN + timedelta(days=day, minutes=n) for day, count in enumerate(counts.tolist()) for n in range(count)
        ]
        path = tmp_path / f"{days}.csv"
        path.write_text("created,status\n" + "\n".join(f"{at.isoformat()},New" for at in moments))
        return path

    return write


def run(*args: object) -> str:
    done = CliRunner().invoke(cli, [str(arg) for arg in args])
    assert done.exit_code == 0, done.output
    return done.stdout


def ahead(path: Path, *args: str) -> dict:
    return json.loads(run("analyze", "-i", path, "-f", "json", "--metric", "volume", *args))["forecast"]


def test_a_rhythm_is_forecast_with_its_interval_and_what_was_unusual(desk, tmp_path):
    path = desk(140)
    found = ahead(path)
    assert [point["day"] for point in found["days"]["points"][:2]] == [
        "2026-07-19",
        "2026-07-20",
    ]  # the last one goes on
    assert len(found["days"]["points"]) == 14
    assert all(point["low"] <= point["expected"] <= point["high"] for point in found["days"]["points"])
    assert found["days"]["error"] < found["days"]["naive_error"]
    assert [day["day"] for day in found["unusual"]] == [str((BEGIN + timedelta(days=BUSY)).date())]
    shown = run("analyze", "-i", path, "--metric", "volume")
    assert "8 of 10 from" in shown
    assert "2026-07-19" in shown
    page = tmp_path / "report.html"
    run("report", "-i", path, "--metric", "volume", "-o", page)
    assert 'id="forecast"' in page.read_text()


def test_of_too_little_nothing_is_forecast_and_it_is_said(desk):
    assert "less than ten weeks" in ahead(desk(60))["note"]
    path = desk(140)
    assert "less than ten weeks" in ahead(path, "--end-date", "2026-04-20")["note"]
    assert (ahead(path, "--status", "open")["days"], "some statuses" in ahead(path, "--status", "open")["note"]) == (
        None,
        True,
    )
