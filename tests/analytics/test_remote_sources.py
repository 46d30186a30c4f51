"""Tickets of another Ticketsite and of MCP servers: read page by page, patiently, and every failure is a sentence."""

import sys
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from analytics.configuration import load
from analytics.sources import Asked, SourceError, open_source
from analytics.sources.api import ApiSource
from analytics.sources.mcp import rows_of
from analytics.sources.mcp_client import pause_in
from analytics.sources.patience import Passing, Patience, breaker_of, patiently
from tests.integrations.server import serving
from tests.servers import free_port

NOW = datetime(2026, 11, 20, tzinfo=UTC)
ASKED = Asked(None, (), 1_000_000, (), ZoneInfo("UTC"), NOW)
HASTY = Patience(tries=3, sleep=lambda _: None)
ROW = {
    "id": 1,
    "status": "open",
    "priority": "high",
    "team": {"id": 4, "name": "Network"},
    "created_at": "2026-11-01T10:00:00Z",
}


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    return tmp_path


def configured(**settings):
    return load({f"TICKET_ANALYZER_{name.upper()}": str(value) for name, value in settings.items()})


def api(url, **more):
    made = open_source(configured(source="api", api_url=url, api_token="t0ken-of-ada", **more))
    assert isinstance(made, ApiSource)
    return ApiSource(made.url, made.token, made.reader, HASTY)


def page(rows, following=None):
    return 200, {}, {"next": following, "previous": None, "results": rows}


def test_pages_of_the_api_follow_each_other_and_the_token_goes_nowhere_else():
    with serving() as (url, script):
        script.answers = [
            page(
                [ROW, ROW | {"id": 2, "created_at": "yesterday or so"}],
                "https://elsewhere.example/api/v1/tickets?cursor=x",
            ),
            (429, {"Retry-After": "1"}, {}),
            (503, {}, {}),
            page([ROW | {"id": 3, "team": None}]),
        ]
        read = api(url).read(ASKED)
        asked = script.asked
    assert [path for _, path, _, _ in asked][1:] == ["/api/v1/tickets?cursor=x"] * 3
    assert {headers["Authorization"] for _, _, headers, _ in asked} == {"Bearer t0ken-of-ada"}
    assert (read.rows, len(read.facts.tickets), read.left_aside.count) == (3, 2, 1)
    assert set(read.facts.tickets.team.names.values()) == {"Network"}


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        ((401, {}, {"detail": "no"}), "refuses the token.*TICKET_ANALYZER_API_TOKEN"),
        ((403, {}, {"detail": "Ask ada@example.com."}), r"may not read tickets.*\[EMAIL_REDACTED\]"),
        ((404, {}, {}), "answers with 404.*api_url"),
        ((500, {}, {}), "answers with 500.*try again"),
        ((503, {"Retry-After": "600"}, {}), "Try again in 600 s"),
        ((200, {}, b"<html>"), "not as a Ticketsite does"),
        ("cut", "cannot be reached"),
    ],
)
def test_what_the_api_refuses_is_a_sentence_without_the_token(answer, sentence):
    with serving() as (url, script):
        script.answers = [answer]
        with pytest.raises(SourceError, match=sentence) as error:
            api(url).read(ASKED)
    assert "t0ken" not in str(error.value)
    assert "t0ken" not in repr(api(url))


def test_a_token_does_not_travel_in_the_open_and_is_asked_for():
    with pytest.raises(SourceError, match="https://"):
        open_source(configured(source="api", api_url="http://desk.example.com", api_token="t"))
    with pytest.raises(SourceError, match="TICKET_ANALYZER_API_TOKEN"):
        open_source(configured(source="api", api_url="https://desk.example.com"))


def test_after_many_failures_a_system_is_left_alone_also_by_the_next_run():
    def never():
        raise Passing("cannot be reached.")

    for sentence in ("desk cannot be reached", "is left alone"):
        with pytest.raises(SourceError, match=sentence):
            patiently(never, "desk", breaker_of("desk"), HASTY)
    with pytest.raises(SourceError, match=r"left alone\. Try again in \d+ s"):
        patiently(lambda: 1, "desk", breaker_of("desk"), HASTY)
    assert patiently(lambda: 1, "other", breaker_of("other"), HASTY) == 1


@pytest.mark.parametrize(
    "answer",
    [
        {"tickets": [ROW]},
        {"result": [ROW]},
        {"items": [ROW], "total": 1},
        '[{"id": 1}]',
        {"result": '{"tickets": [1]}'},
    ],
)
def test_rows_are_found_in_whatever_an_answer_is(answer):
    assert len(rows_of(answer, "tickets")) == 1


@pytest.mark.parametrize("answer", ["Sorry, carl@example.com", {"total": 3}, "3", {}])
def test_an_answer_without_rows_says_what_it_has(answer):
    with pytest.raises(SourceError, match=r"no JSON|holds no list|no list") as error:
        rows_of(answer, "tickets")
    assert "carl" not in str(error.value)


SERVER = '''
import os, sys
from fastmcp import FastMCP
from fastmcp.exceptions import ToolError

server = FastMCP("tiny")

@server.tool
def list_cases(count: int, skip: int = 0, kind: str = "", most: int = 99) -> str:
    """Cases."""
    import json
    if kind == "wrong":
        raise ToolError("no such kind")
    if os.environ.get("DATABASE_URL"):
        raise ToolError("sees too much")
    rows = [{"number": n, "opened": f"2026-11-{1 + n:02}T08:00:00Z", "state": "open"} for n in range(5)]
    return json.dumps({"cases": rows[skip : skip + min(count, most)]})

server.run(show_banner=False)
'''


def tiny(home, **more):
    script = home / "tiny.py"
    script.write_text(SERVER)
    given = {
        "source": "mcp",
        "mcp_server": f"{sys.executable} {script}",
        "mcp_tool": "list_cases",
        "mcp_rows": "cases",
        "mcp_limit_argument": "count",
        "mcp_offset_argument": "skip",
        "mcp_page_size": 2,
        "map": "created_at=opened,status=state",
    }
    return open_source(configured(**(given | more)))


def test_a_server_that_is_started_here_answers_page_by_page(home):
    read = tiny(home, mcp_page_size=3, mcp_arguments="most=2").read(ASKED)  # its pages are smaller than asked for
    assert (read.rows, len(read.facts.tickets), read.left_aside.count) == (5, 5, 0)


def test_where_nothing_can_be_kept_a_system_is_asked_all_the_same(monkeypatch):
    monkeypatch.setenv("HOME", "/nowhere/at/all")
    with serving() as (url, script):
        script.answers = [page([ROW])]
        assert api(url).read(ASKED).rows == 1


def test_a_pause_that_a_system_asks_for_is_made_and_is_no_failure():
    answers, waits = [Passing("asks for a pause.", 3.0), Passing("asks for a pause.", 2.0), "rows"], []

    def ask():
        answer = answers.pop(0)
        if isinstance(answer, Passing):
            raise answer
        return answer

    breaker = breaker_of("busy")
    assert patiently(ask, "busy", breaker, Patience(sleep=waits.append)) == "rows"
    assert [round(wait) for wait in waits] == [3, 2]


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("throttled: Use at most 240 tools a minute. Go on in 34 s.", 34),
        ("Too many requests, retry after 5 seconds", 5),
        ("rate limit exceeded", 60),
    ],
)
def test_the_pause_is_what_a_sentence_says(said, seconds):
    assert pause_in(said) == seconds
    assert pause_in("no such kind, 5 seconds ago") is None


def test_what_a_server_refuses_is_a_sentence(home):
    with pytest.raises(SourceError, match="refuses list_cases: no such kind"):
        tiny(home, mcp_arguments="kind=wrong").read(ASKED)
    with pytest.raises(SourceError, match="mcp_server"):
        open_source(configured(source="mcp")).read(ASKED)
    with pytest.raises(SourceError, match="not installed"):
        open_source(configured(source="mcp", mcp_server="no-such-command")).read(ASKED)


def test_a_server_that_is_not_there_is_a_sentence(monkeypatch):
    monkeypatch.setattr("analytics.sources.patience.time.sleep", lambda _: None)
    with pytest.raises(SourceError, match=r"cannot be reached .* Check the address"):
        open_source(configured(source="mcp", mcp_server=f"http://127.0.0.1:{free_port()}/mcp", mcp_timeout=5)).check()
