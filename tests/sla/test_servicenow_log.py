"""The real log of a ServiceNow desk: imported, promised something, and its breaches compared with what that desk had noted."""

import csv
import gzip
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

import sla.tasks  # noqa: F401 - reckons the clocks of what was imported
from sla.models import Clock, Policy
from tickets import work

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data"
LOG, OUTCOMES = SHARED / "sla_uci.dev.csv.gz", SHARED / "sla_uci.dev.outcomes.csv.gz"
INCIDENTS = 400
HOURS = {"critical": 4, "high": 8, "medium": 24, "low": 72}


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """The first incidents of the log."""
    if not LOG.exists() or not OUTCOMES.exists():
        pytest.skip("../shared/data/sla_uci.dev is not on this machine")
    path = tmp_path / "incidents.csv"
    seen: set[str] = set()
    with gzip.open(LOG, "rt", newline="") as source, path.open("w", newline="") as target:
        for line in source:
            seen.add(line.split(",", 1)[0])
            if len(seen) > INCIDENTS + 1:  # the header is one of them
                break
            target.write(line)
    return path


def test_a_real_log_gets_clocks_by_its_real_times(log: Path, make_policy: Callable[..., Policy]) -> None:
    make_policy("ServiceNow", is_default=True, targets={"resolution": {p: f"{h} h" for p, h in HOURS.items()}})
    call_command("import_tickets", log, format="servicenow")
    work.run_due()
    call_command("sla_replay")
    clocks = Clock.objects.filter(metric="resolution").select_related("ticket")
    assert clocks.count() > INCIDENTS * 0.8  # those that came in resolved are promised no solution
    agreed = Counter((clock.state == "missed", noted) for clock, noted in _with_outcomes(clocks))
    assert agreed.total() > clocks.count() * 0.9
    assert agreed[True, True] > 2 * agreed[False, True]  # no more, for that desk's own targets are not in the data


def _with_outcomes(clocks: Any) -> list[tuple[Clock, bool]]:
    with gzip.open(OUTCOMES, "rt", newline="") as file:
        noted = {row["number"]: row["sla_breached"] == "1" for row in csv.DictReader(file)}
    return [(c, noted[c.ticket.external_id]) for c in clocks if c.state in ("met", "missed")]
