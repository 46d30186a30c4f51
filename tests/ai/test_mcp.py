"""The MCP server through a real client over HTTP: whoever bears a token does what that person may, and it is on record."""

import asyncio
import json
import os
import sys
import urllib.request
from datetime import timedelta

import httpx2
import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone
from fastmcp import Client
from fastmcp.client.transports import StdioTransport
from fastmcp.exceptions import ToolError

from ai.actions.tokens import bearer, create_token, revoke_token
from ai.models import McpToken, ToolCall
from ai.tools import registry
from ai.tools.names import TOOLS
from tests.ai.looking import look_at_all
from tests.made_database import copy_to
from tests.mcp_door import served_mcp
from tests.servers import ROOT
from tickets.accounts.tokens import tokens_for
from tickets.actions.conversation import add_comment
from tickets.actions.knowledge import publish_article, write_article
from tickets.choices import Channel
from tickets.models import Category, Comment, Ticket, TicketEvent

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def address(db):
    with served_mcp() as found:
        yield found


@pytest.fixture
def use(address):
    """`use(user, tool, **arguments)` calls a tool over HTTP and returns its answer."""

    def call(user, tool, *, token="", **arguments):
        bearer = token or tokens_for(user)["access_token"]

        async def held():
            async with Client(f"{address}/mcp", auth=bearer) as client:
                return (await client.call_tool(tool, arguments)).structured_content

        return asyncio.run(held())

    return call


def refused(use, user, tool, **arguments):
    with pytest.raises(ToolError) as error:
        use(user, tool, **arguments)
    return str(error.value).partition(":")[0]


async def status_of(url, token, **headers):
    """What a plain request gets."""
    given = {"Authorization": f"Bearer {token}", "Accept": "application/json, text/event-stream", **headers}
    async with httpx2.AsyncClient(timeout=30) as client:
        body = {"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {}}
        return (await client.post(url, json=body, headers=given)).status_code


def test_anybody_may_ask_for_its_health_and_only_bearers_for_its_tools(address, tess):
    with urllib.request.urlopen(f"{address}/health", timeout=20) as answer:
        health = json.load(answer)
    assert health["status"] == "healthy"
    assert set(health["tools_available"]) == set(TOOLS)

    async def listed(token):
        async with Client(f"{address}/mcp", auth=token) as client:
            return {tool.name: tool for tool in await client.list_tools()}

    tools = asyncio.run(listed(tokens_for(tess)["access_token"]))
    assert set(tools) == set(TOOLS)
    assert all(tool.description for tool in tools.values())
    assert tools["get_ticket"].annotations.read_only_hint
    assert not tools["create_ticket"].annotations.read_only_hint
    for bad in ("nonsense", "tsmcp_nonsense", tokens_for(tess)["refresh_token"]):
        assert asyncio.run(status_of(f"{address}/mcp", bad)) == 401


def test_a_ticket_is_made_changed_and_commented_as_the_bearer(use, tess, carl, ticket):
    made = use(carl, "create_ticket", title="No sound", description="Since noon")
    row = Ticket.objects.get(pk=made["id"])
    assert (row.title, row.requester, row.channel) == ("No sound", carl, Channel.MCP)
    use(tess, "update_ticket", ticket_id=made["reference"], changes={"priority": "high", "status": "in_progress"})
    use(tess, "add_comment", ticket_id=made["id"], body="Looking into it", internal=True)
    row.refresh_from_db()
    assert (row.priority, row.status) == ("high", "in_progress")
    events = TicketEvent.objects.filter(ticket=row)
    assert {event.channel for event in events} == {Channel.MCP}
    assert [event.actor for event in events] == [carl, tess, tess]
    assert use(tess, "get_ticket", ticket_id=row.pk)["comments"][0]["body"] == "Looking into it"
    assert use(carl, "get_ticket", ticket_id=row.pk)["comments"] == []
    calls = ToolCall.objects.order_by("pk").values_list("tool", "user", "ticket", "code")
    assert calls[0] == ("create_ticket", carl.pk, None, "ok")
    assert calls[1] == ("update_ticket", tess.pk, row.pk, "ok")


def test_nobody_reaches_further_than_over_the_api(use, carl, gina, ticket, tess):
    look_at_all()
    add_comment(ticket=ticket, by=tess, via=Channel.WEB, body="He is wrong", internal=True)
    assert refused(use, gina, "get_ticket", ticket_id=ticket.pk) == "not_found"
    assert refused(use, gina, "add_comment", ticket_id=ticket.pk, body="Hello") == "not_found"
    assert refused(use, gina, "update_ticket", ticket_id=ticket.pk, changes={"title": "Mine"}) == "not_found"
    assert refused(use, gina, "get_sla_status", ticket_id=ticket.pk) == "not_found"
    assert refused(use, gina, "find_similar_tickets", ticket_id=ticket.pk) == "not_found"
    assert use(gina, "search_tickets", query="printer")["tickets"] == []
    assert use(gina, "find_similar_tickets", text="printer on fire")["tickets"] == []
    assert refused(use, carl, "add_comment", ticket_id=ticket.pk, body="A note", internal=True) == "not_allowed"
    assert refused(use, carl, "update_ticket", ticket_id=ticket.pk, changes={"priority": "critical"}) == "not_allowed"
    assert refused(use, carl, "list_breaches") == "not_allowed"
    assert refused(use, carl, "create_ticket", title="") == "invalid"
    assert use(carl, "search_tickets", query="wrong")["tickets"] == []
    assert Comment.objects.count() == 1
    assert set(ToolCall.objects.exclude(code="ok").values_list("code", flat=True)) == {
        "not_found",
        "not_allowed",
        "invalid",
    }


def test_what_came_before_helps(use, tess, make_ticket):
    printers = Category.objects.create(name="Printers")
    for title in ("Printer jams on the second floor", "Printer out of toner", "Printer prints blank pages"):
        make_ticket(title, by=tess, category=printers.pk)
    look_at_all()
    found = use(tess, "find_similar_tickets", text="my printer jams again", limit=2)["tickets"]
    assert found[0]["title"] == "Printer jams on the second floor"
    assert found[0]["confidence"] > 0
    other = use(tess, "find_similar_tickets", ticket_id=found[0]["id"])["tickets"]
    assert found[0]["id"] not in [ticket["id"] for ticket in other]
    guess = use(tess, "categorize_issue", description="The printer is down, urgent")
    assert guess["category"]["name"] == "Printers"
    assert guess["priority"] == "high"
    assert 0 < guess["confidence"] <= 1
    nothing = use(tess, "categorize_issue", description="zzz")
    assert (nothing["category"], nothing["confidence"]) == (None, 0.0)


def test_published_articles_are_found_and_drafts_are_not(use, tess, carl):
    article = write_article(by=tess, fields={"title": "Reset the VPN", "body": "Open the client, choose Reset."})
    assert use(tess, "search_knowledge_base", query="vpn reset")["articles"] == []
    publish_article(article=article, by=tess)
    assert [one["title"] for one in use(carl, "search_knowledge_base", query="vpn reset")["articles"]] == [
        "Reset the VPN"
    ]


def test_what_is_not_switched_on_says_so(use, tess, ticket):
    for tool in ("create_jira_ticket", "create_salesforce_case", "create_github_issue"):
        assert refused(use, tess, tool, ticket_id=ticket.pk) == "not_available"
    assert (
        refused(use, tess, "create_integration_ticket", ticket_id=ticket.pk, integration_type="jira") == "not_available"
    )
    assert refused(use, tess, "create_integration_ticket", ticket_id=ticket.pk, integration_type="x") == "invalid"
    assert refused(use, tess, "analyze_file", file_id=1) == "not_found"


def test_personal_tokens_are_good_for_mcp_until_they_end(use, address, tess, api):
    row, raw = create_token(by=tess, name="Laptop")
    assert raw not in str(list(McpToken.objects.values()))
    assert use(None, "search_tickets", token=raw)["tickets"] == []
    client = api()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {raw}")
    assert client.get("/api/v1/tickets").status_code == 401

    def works():
        return asyncio.run(status_of(f"{address}/mcp", raw)) == 200

    McpToken.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert not works()
    McpToken.objects.update(expires_at=timezone.now() + timedelta(days=1))
    assert works()
    tess.session_epoch += 1
    tess.save(update_fields=["session_epoch"])
    assert not works()
    revoke_token(by=tess, token=row)
    assert not works()


def test_a_program_that_never_stops_is_slowed_down(tess, monkeypatch):
    monkeypatch.setattr(registry, "CALLS_A_MINUTE", 2)
    monkeypatch.setattr(registry.time, "time", lambda: 60_000.0)
    for _ in range(2):
        registry.call(registry.Caller(tess), "search_tickets", {})
    with pytest.raises(registry.TooMany):
        registry.call(registry.Caller(tess), "search_tickets", {})
    assert list(ToolCall.objects.values_list("code", flat=True)) == ["throttled", "ok", "ok"]


async def pieces():
    for _ in range(40):
        yield b" " * 100_000


def test_a_body_without_end_is_not_read_to_its_end(address, tess):
    token = tokens_for(tess)["access_token"]

    async def sent():
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        async with httpx2.AsyncClient(timeout=60) as client:
            return (await client.post(f"{address}/mcp", content=pieces(), headers=headers)).status_code

    assert asyncio.run(sent()) >= 400
    assert asyncio.run(status_of(f"{address}/mcp", token)) == 200  # and the next one is served


def test_tokens_are_made_listed_and_revoked_over_the_api(api, tess, carl):
    made = api(tess).post("/api/v1/mcp-tokens", {"name": "Laptop", "days": 30})
    assert made.status_code == 201
    (row,) = api(tess).get("/api/v1/mcp-tokens").json()["results"]
    assert (row["name"], "token" in row) == ("Laptop", False)
    assert bearer(made.json()["token"]) == tess
    for wrong in ({}, {"name": "x", "days": 0}, {"name": "x", "days": 9999}, {"name": 5}):
        assert api(tess).post("/api/v1/mcp-tokens", wrong).status_code == 400
    assert api(carl).delete(f"/api/v1/mcp-tokens/{row['id']}").status_code == 404
    assert api(tess).delete(f"/api/v1/mcp-tokens/{row['id']}").status_code == 204
    assert bearer(made.json()["token"]) is None


def test_a_page_of_a_foreign_origin_gets_nothing(address, tess):
    token = tokens_for(tess)["access_token"]
    assert asyncio.run(status_of(f"{address}/mcp", token, Origin="https://evil.example")) == 403
    assert asyncio.run(status_of(f"{address}/mcp", token, Host="evil.example")) in (400, 403, 421)
    assert asyncio.run(status_of(f"{address}/mcp", token)) == 200


@pytest.fixture
def elsewhere(tmp_path):
    """The environment of another process that works on what is in the test's database."""
    if settings.EMBEDDED_DATABASE:
        copy_to(tmp_path / "ticketsite.sqlite3")
        return os.environ | {"DATA_DIR": str(tmp_path)}
    server = os.environ["DATABASE_URL"].rpartition("/")[0]
    return os.environ | {"DATA_DIR": str(tmp_path), "DATABASE_URL": f"{server}/{connection.settings_dict['NAME']}"}


@pytest.mark.slow
def test_a_desktop_program_speaks_over_standard_input_and_output(tess, elsewhere):
    async def held():
        transport = StdioTransport(
            sys.executable,
            ["manage.py", "mcp_stdio", "--user", tess.email],
            env=elsewhere,
            cwd=str(ROOT),
            keep_alive=False,  # it must let go of the database
        )
        async with Client(transport, init_timeout=120) as client:
            made = (await client.call_tool("create_ticket", {"title": "From my desk"})).structured_content
            return made, (await client.call_tool("search_tickets", {})).structured_content

    made, listed = asyncio.run(held())
    assert made["requester"]["name"] == "Tess"
    assert [ticket["title"] for ticket in listed["tickets"]] == ["From my desk"]
