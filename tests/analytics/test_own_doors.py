"""One desk asked through three doors: its database, its API and its MCP server answer with the same figures."""

import json

import pytest
from click.testing import CliRunner

from ai.tools import registry
from analytics.cli.main import cli
from analytics.sources.patience import PATIENT
from tests.mcp_door import served_mcp
from tickets.accounts.tokens import tokens_for

pytestmark = pytest.mark.django_db(transaction=True)
METRICS = ("volume", "backlog", "ageing", "status_distribution", "resolution_time", "workload")
ASKED = ("analyze", "--start-date", "2026-03-02", "--end-date", "2026-03-08", "--format", "json")
GROUPED = ("--group-by", "team", "--group-by", "priority", "--group-by", "technician")


@pytest.fixture
def ask(live_server, mona, tmp_path, monkeypatch):
    """`ask(source)` returns what the command answers when it asks the desk through a door, as Mona."""
    monkeypatch.setenv("HOME", str(tmp_path))
    token = tokens_for(mona)["access_token"]
    with served_mcp() as mcp:
        settings = {"AS_USER": mona.email, "API_URL": live_server.url, "API_TOKEN": token, "MCP_TOKEN": token}
        settings |= {"MCP_SERVER": f"{mcp}/mcp", "MCP_PAGE_SIZE": "2"}

        def asked(source: str) -> dict:
            chosen = [f"--metric={name}" for name in METRICS]
            environment = {f"TICKET_ANALYZER_{name}": value for name, value in settings.items()}
            done = CliRunner().invoke(cli, [*ASKED, *GROUPED, *chosen, "--source", source], env=environment)
            assert done.exit_code == 0, done.output
            return plain(json.loads(done.stdout))

        yield asked


def plain(found: dict) -> dict:
    """Return the figures, without what only the desk knows: its ids, and the limits of people."""
    for metric in found["metrics"].values():
        for figures in (metric["figures"], metric["before"]):
            figures.pop("load", None)
        for groups in metric["groups"].values():
            groups.sort(key=lambda group: group["name"])
            for group in groups:
                group.pop("id")
                group["figures"].pop("load", None)
    for points in found["trends"]["points"].values():
        for point in points:
            point.pop("load", None)
    return {name: found[name] for name in ("metrics", "trends", "ticket_count", "summary", "forecast")}


def test_database_api_and_mcp_say_the_same_of_one_desk(ask, lived, monkeypatch):
    lived(0, replies=(1,), resolved=5, priority="high")
    lived(2, resolved=30, rating=5)
    lived(8, assignee=None)
    lived(20, team=None, status="pending")
    lived(-30, resolved=-4)
    waits = []

    def wait(seconds: float) -> None:
        waits.append(seconds)
        monkeypatch.setattr(registry, "CALLS_A_MINUTE", 240)

    monkeypatch.setattr(registry, "CALLS_A_MINUTE", 1)
    monkeypatch.setitem(vars(PATIENT), "sleep", wait)
    desk = ask("database")
    assert desk["ticket_count"] == 4
    assert ask("api") == desk
    assert ask("mcp") == desk
    assert len(waits) == 1  # the server told how long, and was asked again then
    assert 0 < waits[0] <= 63
