"""What we post to Microsoft Teams, checked against a description of its workflows and the schema of Adaptive Cards."""

import json
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations.errors import Busy, OutcomeUnknown, Refused
from integrations.provider import Draft, Notice, OutgoingComment, RemoteRef
from integrations.providers.teams import cards
from integrations.providers.teams.client import TeamsProvider
from tests.integrations.server import serving
from tests.vendors import mocks
from tickets.errors import Invalid

PATH = "/powerautomate/automations/direct/workflows/abc/triggers/manual/paths/invoke"
QUERY = "api-version=1&sp=%2Ftriggers%2Fmanual%2Frun&sv=1.0&sig=0123456789abcdef"
REF = RemoteRef("T-1042", "card", "")
DRAFT = Draft(
    {"title": "Printer", "status": "Open"}, "00ff", "T-1042 Printer", "https://desk.example.com/tickets/T-1042"
)
BREACH = Notice(
    "n-1", "T-1042 breaches in 10 minutes", "Nobody has answered", "https://desk.example.com/t", (("Team", "Network"),)
)


@pytest.fixture(autouse=True)
def own_machine(settings):
    settings.INTEGRATION_HOSTS = ["127.0.0.1"]


def teams(address):
    return TeamsProvider("test", {}, {"workflow_url": f"{address}{PATH}?{QUERY}"})


@pytest.mark.slow
def test_every_card_is_what_a_workflow_takes():
    with mocks("teams") as addresses:
        there = teams(addresses["teams"])
        assert there.test().name == "a workflow"
        assert there.notify("", BREACH) == ""
        there.create(DRAFT)
        there.update(REF, {"status": "Resolved"})
        there.comment(REF, OutgoingComment("On my way", "Tess", True, "00ff"))
        there.http._client.headers["Prefer"] = "code=401"
        with pytest.raises(Refused, match="Shared Access scheme"):
            there.notify("", BREACH)


def test_a_notice_is_a_card_of_plain_text_that_opens_the_page():
    with serving() as (address, script):
        script.answers = [(202, {}, b"")]
        teams(address).notify("", BREACH)
        [(_, path, _, _)] = script.asked
        assert parse_qs(urlsplit(path).query) == parse_qs(QUERY)
        card = script.bodies()[0]["attachments"][0]["content"]
        shown = ["".join(run["text"] for run in block["inlines"]) for block in card["body"]]
        assert shown == ["T-1042 breaches in 10 minutes", "Nobody has answered", "Team: Network"]
        assert {block["type"] for block in card["body"]} == {"RichTextBlock"}
        assert [action["url"] for action in card["actions"]] == ["https://desk.example.com/t"]


@pytest.mark.parametrize("to", ["tess@example.com", "General"])
def test_nobody_elses_message_goes_to_the_channel(to):
    with serving() as (address, script):
        with pytest.raises(Refused, match="own channel"):
            teams(address).notify(to, BREACH)
        assert script.asked == []


@pytest.mark.parametrize(
    ("answer", "error"),
    [("cut", OutcomeUnknown), ((502, {}, {}), OutcomeUnknown), ((429, {"Retry-After": "9"}, {}), Busy)],
)
def test_a_card_that_may_be_there_is_not_sent_again(answer, error):
    with serving() as (address, script):
        script.answers = [answer]
        with pytest.raises(error):
            teams(address).notify("", BREACH)
        assert len(script.asked) == 1


@pytest.mark.parametrize("address", ["", "ftp://x", "https://a b", "https://", "https://["])
def test_an_address_that_is_none_is_refused(address):
    with pytest.raises(Invalid):
        TeamsProvider.checked_credentials({"workflow_url": address})


@given(st.text(), st.text())
def test_no_card_is_too_large(title, text):
    longest = Notice(
        "n", title + "\U0001f525" * 999, text + '"\U0001f525' * 9_999, "", ((text, "\U0001f525" * 999),) * 99
    )
    assert len(json.dumps(cards.message(longest), ensure_ascii=False).encode()) <= 28 * 1024
