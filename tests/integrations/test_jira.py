"""What we send to Jira, checked against Atlassian's own description of its API; and what we make of its answers."""

import json
from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest

from integrations.errors import Busy, Refused, SignInRefused
from integrations.provider import Draft, OutgoingComment, OutgoingFile, RemoteRef
from integrations.providers.jira.client import JiraProvider
from integrations.providers.jira.documents import document, markdown
from tests.integrations.server import serving
from tests.vendors import mocks

CREDENTIALS = {"email": "bot@acme.test", "api_token": "t0ken"}
REF = RemoteRef("10000", "ED-24", "")
DRAFT = Draft(
    {
        "summary": "Printer is on fire",
        "description": "It **burns**\n\n- a\n- b",
        "priority": "High",
        "labels": ["fire"],
    },
    "0123456789abcdef",
    "T-1 Printer is on fire",
    "https://desk.example.com/tickets/T-1",
)


@pytest.fixture(scope="module")
def mock():
    with mocks("jira") as addresses:
        yield addresses["jira"]


def jira(address):
    return JiraProvider("test", {"base_url": address, "project_key": "HELP"}, CREDENTIALS)


@pytest.fixture(autouse=True)
def own_machine(settings):
    settings.INTEGRATION_HOSTS = ["127.0.0.1"]


@pytest.mark.slow
def test_every_request_is_what_jira_takes(mock):
    there = jira(mock)
    assert there.test().name == "Mia Krystof"
    assert there.create(DRAFT) == RemoteRef("10000", "ED-24", f"{mock}/browse/ED-24")
    assert there.find("0123456789abcdef", datetime.now(UTC)) is None
    there.update(REF, DRAFT.fields)
    there.transition(REF, "closed")
    assert there.comment(REF, OutgoingComment("On my way", "Tess", True, "00ff")) == "10000"
    assert there.find_comment(REF, OutgoingComment("On my way", "Tess", True, "00ff")) is None
    there.edit(REF, "10000", OutgoingComment("On my bike", "Tess", True, "00ff"))
    sent = there.attach(REF, OutgoingFile("flames.txt", "text/plain", 3, BytesIO(b"hot")))
    assert sent.isdecimal()
    assert there.find_file(REF, OutgoingFile("picture.jpg", "image/jpeg", 23123, BytesIO())) == "10000"
    there.link_back(REF, DRAFT.url, DRAFT.title)
    record = there.read(REF)
    assert (record.fields["description"], record.comments[0].author) == ("Main order flow broken", "Mia Krystof")
    page = there.changes({})
    assert (page.more, page.records[0].fields["description"]) == (False, "Main order flow broken")
    assert there.history({}).records


@pytest.mark.slow
def test_a_status_that_no_transition_leads_to_is_refused_with_those_that_are(mock):
    with pytest.raises(Refused, match="In Progress, Closed"):
        jira(mock).transition(REF, "Nowhere")


@pytest.mark.slow
@pytest.mark.parametrize(("code", "error"), [(401, SignInRefused), (429, Busy), (503, Busy), (400, Refused)])
def test_refusals_of_jira_are_told_apart(mock, code, error):
    there = jira(mock)
    there.http._client.headers["Prefer"] = f"code={code}"
    with pytest.raises(error):
        there.create(DRAFT)


def issue(number, marker="", **fields):
    shown = {
        "summary": f"Issue {number}",
        "status": {"name": "To Do"},
        "updated": "2026-01-05T10:00:00.000+0100",
        **fields,
    }
    properties = {"ticketsite": {"marker": marker}} if marker else {}
    return {"id": str(number), "key": f"HELP-{number}", "fields": shown, "properties": properties}


def test_the_issue_we_made_is_found_by_its_property_on_a_later_page():
    with serving() as (address, script):
        first = {"issues": [issue(1), issue(2, "other")], "nextPageToken": "two", "isLast": False}
        second = {"issues": [issue(3, "mine")], "isLast": True}
        script.answers = [(200, {}, first), (200, {}, second)]
        assert jira(address).find("mine", datetime.now(UTC)).key == "HELP-3"
        assert "properties=ticketsite" in script.paths()[0]
        assert "nextPageToken=two" in script.paths()[1]


def test_pages_of_changes_keep_their_query_and_end_with_where_to_begin_the_next_time():
    with serving() as (address, script):
        since = (datetime.now(UTC) - timedelta(minutes=10)).isoformat()
        script.answers = [(200, {}, {"issues": [issue(1)], "nextPageToken": "two"}), (200, {}, {"issues": [issue(2)]})]
        there = jira(address)
        first = there.changes({"since": since})
        second = there.changes(first.cursor)
        assert (first.more, second.more) == (True, False)
        query = script.paths()[0].partition("jql=")[2].partition("&")[0]
        assert query in script.paths()[1]
        assert datetime.fromisoformat(second.cursor["since"]) > datetime.fromisoformat(since)
        assert "token" not in second.cursor


def test_a_search_that_never_ends_is_left():
    with serving() as (address, script):
        script.answers = [(200, {}, {"issues": [issue(1)], "nextPageToken": "again"})]
        assert jira(address).find("mine", datetime.now(UTC)) is None
        assert len(script.asked) == 20


def test_a_comment_carries_its_marker_and_its_author():
    with serving() as (address, script):
        script.answers = [(201, {}, {"id": "7", "created": "2026-01-05T10:00:00.000+0100"})]
        assert jira(address).comment(REF, OutgoingComment("Hello", "Tess", True, "00ff")) == "7"
        body = script.bodies()[0]
        assert body["properties"] == [{"key": "ticketsite", "value": {"marker": "00ff"}}]
        assert markdown(body["body"]) == "Tess:\n\nHello"


@pytest.mark.parametrize(("answer", "gone"), [((200, {}, {}), False), ((404, {}, {"errorMessages": ["x"]}), True)])
def test_a_comment_that_is_not_shown_is_asked_for(answer, gone):
    with serving() as (address, script):
        script.answers = [answer]
        assert jira(address).is_comment_gone(REF, "7") is gone
        assert script.paths() == ["GET /rest/api/3/issue/10000/comment/7"]


@pytest.mark.parametrize(
    "text", ["One\n\nTwo", "# Head\n\ntext", "- a\n- b", "```python\nx = 1\n\ny = 2\n```", "line one\nline two"]
)
def test_texts_survive_the_way_there_and_back(text):
    assert markdown(json.loads(json.dumps(document(text)))) == text


@pytest.mark.parametrize("broken", [None, 7, {"type": "doc"}, {"content": "x"}, {"content": [1, {"type": "text"}]}, []])
def test_documents_that_are_none_do_no_harm(broken):
    assert isinstance(markdown(broken), str)
