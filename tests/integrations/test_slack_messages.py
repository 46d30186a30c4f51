"""What we send to Slack, checked against a description of its API, and what we make of its answers."""

from contextlib import suppress
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations.choices import Wish
from integrations.errors import Busy, Gone, OutcomeUnknown, Refused, SignInRefused, WebhookRefused
from integrations.provider import Asked, Draft, Notice, OutgoingComment, OutgoingFile, RemoteRef
from integrations.providers.slack import api, calls, webhook
from integrations.providers.slack.client import SlackProvider
from integrations.providers.slack.wording import LONGEST, from_slack, link, to_slack
from integrations.ticket_pages import address_of, number_in
from tests.integrations.server import serving
from tests.vendors import mocks

REF = RemoteRef("C1H9RESGL:1482960137.003543", "", "")
DRAFT = Draft(
    {"title": "Printer <is> on fire", "text": "It **burns**", "status": "Open", "priority": "High"},
    "0123456789abcdef",
    "T-1042 Printer <is> on fire",
    "https://desk.example.com/tickets/T-1042",
)
PLACE = {"channel": "C1H9RESGL", "team_id": "T12345678"}
SECRETS = {"bot_token": "xoxb-1", "signing_secret": "s3cret"}
POSTED = {"ok": True, "channel": "C1H9RESGL", "ts": "1503435956.000247"}
BREACH = Notice(
    "n-1",
    "T-1042 breaches in 10 minutes",
    "Nobody has **answered** <!channel>",
    "http://127.0.0.1:8000/tickets/T-1042",
    (("Priority", "Critical"), ("Team", "A & B"), ("Category", "")),
)


@pytest.fixture(autouse=True)
def own_machine(settings, monkeypatch):
    settings.INTEGRATION_HOSTS = ["127.0.0.1"]
    settings.SITE_URL = "http://127.0.0.1:8000"
    monkeypatch.setattr(api, "sleep", lambda _: None)


def slack(address, **secrets):
    return SlackProvider("test", {"base_url": address, **PLACE}, SECRETS | secrets)


@pytest.fixture
def server():
    with serving() as (address, script):
        yield slack(address), script


@pytest.mark.slow
def test_every_request_is_what_slack_takes(monkeypatch):
    monkeypatch.setattr(api, "POSTS", api.Rate(calls=1000, seconds=1))
    with mocks("slack") as addresses:
        address = addresses["slack"]
        monkeypatch.setattr(api, "own_address", lambda url: url.replace("https://files.slack.com", address))
        there = slack(address)
        assert there.test().name == "grace in Subarachnoid Workspace"
        assert there.notify("", BREACH) == "C1H9RESGL:1503435956.000247"
        assert there.notify("#general", Notice("n-2", "Hello", "")) == "C1H9RESGL:1503435956.000247"
        assert there.notify("tess@example.com", BREACH) == "C1H9RESGL:1503435956.000247"
        assert there.create(DRAFT).id == "C1H9RESGL:1503435956.000247"
        there.update(REF, {"status": "Resolved"})
        assert there.comment(REF, OutgoingComment("On my way", "Tess", True, "00ff")) == "1503435956.000247"
        assert there.attach(REF, OutgoingFile("flames.txt", "text/plain", 3, BytesIO(b"hot"))) == "F123ABC456"
        assert there.who(Asked(Wish.OPEN, "W012A3CDE")) is None  # its address is not confirmed
        there.answer(Asked(Wish.OPEN, "W012A3CDE", place={"channel": "C1H9RESGL"}), "T-1042 is open")


def test_a_notice_leads_to_the_ticket_with_facts_and_buttons_and_calls_nobody(server):
    there, script = server
    script.answers = [(200, {}, POSTED)]
    assert there.notify("", BREACH) == "C1H9RESGL:1503435956.000247"
    [sent] = script.bodies()
    title, text, facts, buttons = sent["blocks"]
    assert sent["channel"] == "C1H9RESGL"
    assert title["text"]["text"] == "*<http://127.0.0.1:8000/tickets/T-1042|T-1042 breaches in 10 minutes>*"
    assert text["text"]["text"] == "Nobody has *answered* &lt;!channel&gt;"
    assert [fact["text"] for fact in facts["elements"]] == ["*Priority:* Critical", "*Team:* A &amp; B"]
    assert [(button["action_id"], button["value"]) for button in buttons["elements"]] == [
        ("assign", "T-1042"),
        ("acknowledge", "T-1042"),
        ("resolve", "T-1042"),
    ]
    assert sent["metadata"]["event_payload"] == {"key": "n-1"}
    assert script.asked[0][2]["Authorization"] == "Bearer xoxb-1"


@pytest.mark.parametrize(
    ("secrets", "url"),
    [({"signing_secret": ""}, BREACH.url), ({}, "http://127.0.0.1:8000/sla"), ({}, "https://evil.test/tickets/T-1042")],
)
def test_buttons_stand_only_where_a_press_of_them_would_be_heard(secrets, url):
    with serving() as (address, script):
        script.answers = [(200, {}, POSTED)]
        slack(address, **secrets).notify("", Notice("n", "Title", "Text", url))
        assert [block["type"] for block in script.bodies()[0]["blocks"]] == ["section", "section"]


def test_a_person_is_written_to_by_their_address(server):
    there, script = server
    user = {"ok": True, "user": {"id": "W012A3CDE", "profile": {"email": "tess@example.com"}}}
    script.answers = [(200, {}, user), (200, {}, {"ok": True, "channel": {"id": "D069C7QFK"}}), (200, {}, POSTED)]
    there.notify("tess@example.com", BREACH)
    assert script.paths() == [
        "GET /users.lookupByEmail?email=tess%40example.com",
        "POST /conversations.open",
        "POST /chat.postMessage",
    ]
    assert [body.get("users") or body["channel"] for body in script.bodies()] == ["W012A3CDE", "D069C7QFK"]


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ((200, {}, {"ok": False, "error": "token_revoked"}), SignInRefused),
        ((200, {}, {"ok": False, "error": "missing_scope"}), SignInRefused),
        ((200, {}, {"ok": False, "error": "channel_not_found"}), Gone),
        ((200, {}, {"ok": False, "error": "is_archived"}), Gone),
        ((200, {}, {"ok": False, "error": "invalid_blocks"}), Refused),
        ((200, {}, {"ok": False}), Refused),
        ((200, {}, {"ok": False, "error": "internal_error"}), OutcomeUnknown),
        ((200, {}, b"<html>"), OutcomeUnknown),
        ((200, {}, []), OutcomeUnknown),
        ("cut", OutcomeUnknown),
        ((503, {}, {}), Busy),
    ],
)
def test_a_post_that_slack_does_not_carry_out_is_not_sent_again(server, answer, error):
    there, script = server
    script.answers = [answer]
    with pytest.raises(error) as found:
        there.notify("", BREACH)
    assert type(found.value) is error
    assert len(script.asked) == 1


@pytest.mark.parametrize("answer", [(429, {}), (200, {"ok": False, "error": "ratelimited"})])
def test_slack_says_when_to_come_back(server, answer):
    there, script = server
    status, body = answer
    script.answers = [(status, {"Retry-After": "40"}, body)]
    with pytest.raises(Busy) as busy:
        there.notify("", BREACH)
    assert busy.value.wait == 40


def test_a_channel_has_one_message_a_second_and_others_need_not_wait(server, monkeypatch):
    there, script = server
    waited = []
    monkeypatch.setattr(api, "sleep", waited.append)
    monkeypatch.setattr(api, "POSTS", api.Rate(calls=1, seconds=3600))
    script.answers = [(200, {}, POSTED)]
    there.notify("C1", BREACH)
    there.notify("C2", BREACH)
    assert waited == []
    with pytest.raises(Busy):
        there.notify("C1", BREACH)
    assert len(waited) == api.TRIES
    assert len(script.asked) == 2


def test_the_token_of_another_workspace_is_found_out(server):
    there, script = server
    script.answers = [(200, {}, {"ok": True, "team": "Evil", "team_id": "T9"})]
    with pytest.raises(Refused, match="another workspace"):
        there.test()


@given(st.text(), st.integers(10, 200))
def test_nothing_that_people_write_does_anything_in_slack(text, longest):
    shown = to_slack(text, longest)
    assert "<" not in shown.replace("<http", "")
    assert len(shown) <= longest + 1


@given(st.text() | st.text("<>&|!@#*[]()ahtps:/.U1"))
def test_whatever_is_written_in_slack_can_be_read(text):
    assert isinstance(from_slack(text, str), str)


@given(st.binary() | st.text('{}[]":,=&payload%7B1').map(str.encode))
def test_whatever_is_called_is_understood_or_refused(body):
    with suppress(WebhookRefused):
        webhook.meaning(calls.read(body))


def test_words_in_slack_and_here():
    assert to_slack("**Hi** [here](https://a.test/?x=1&y=2) <@U1> [x](javascript:1)") == (
        "*Hi* <https://a.test/?x=1&amp;y=2|here> &lt;@U1&gt; [x](javascript:1)"
    )
    assert len(to_slack("&" * 10_000)) <= LONGEST + 1
    assert link("https://a.test/|b", "a>\nb|c") == "<https://a.test/%7Cb|a&gt; b|c>"
    name = {"U1": "Mia Moss"}.get
    said = "<@U1> and <@U9|bob>: <!channel> see <#C1|general> &lt;!here&gt; <https://a.test|a [b]> <mailto:x@a.test|x@a.test>"
    assert from_slack(said, lambda person: name(person, "")) == (
        "Mia Moss and bob: channel see #general <!here> [a (b)](https://a.test) mailto:x@a.test"
    )
    assert from_slack("<javascript:alert(1)|press>", str) == "press"


def test_tickets_are_known_by_their_address(settings):
    settings.SITE_URL = "https://desk.example.com"
    assert address_of(1042) == "https://desk.example.com/tickets/T-1042"
    assert number_in("https://desk.example.com/tickets/T-1042?x=1#c") == 1042
    for other in (
        "",
        "https://desk.example.com/queue",
        "https://desk.example.com.evil.test/tickets/T-1042",
        "https://[",
        "x",
    ):
        assert number_in(other) is None
