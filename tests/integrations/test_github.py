"""What we send to GitHub, as its REST documentation has it; and what we make of its answers and calls."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from integrations.errors import Busy, Refused, SignInRefused, WebhookRefused
from integrations.provider import Call, Draft, OutgoingComment, RemoteRef
from integrations.providers.github.client import GitHubProvider
from tests.integrations.server import serving

ISSUES = "/repos/acme/printers/issues"
REF = RemoteRef("7", "#7", "")
NOW = datetime(2026, 1, 8, 10, tzinfo=UTC)
DRAFT = Draft(
    {"title": "Printer is on fire", "body": "It burns", "state": "open", "labels": ["fire"]},
    "0123456789abcdef",
    "T-1 Printer is on fire",
    "https://desk.example.com/tickets/T-1",
)


def issue(number=7, marker="", **fields):
    shown = {
        "id": 1000 + number,
        "number": number,
        "html_url": f"https://github.com/acme/printers/issues/{number}",
        "title": "Printer is on fire",
        "body": f"It burns\n\n<!-- ticketsite:{marker} -->" if marker else None,
        "state": "open",
        "labels": [{"name": "fire"}],
        "user": {"id": 1, "login": "octocat"},
        "created_at": "2026-01-05T09:00:00Z",
        "updated_at": "2026-01-05T10:00:00Z",
    }
    return shown | fields


def said(number, body):
    return {"id": number, "body": body, "user": {"id": 1, "login": "octocat"}, "created_at": "2026-01-05T09:30:00Z"}


@pytest.fixture
def github(settings):
    settings.INTEGRATION_HOSTS = ["127.0.0.1"]
    with serving() as (address, script):
        yield GitHubProvider("test", {"base_url": address, "repository": "acme/printers"}, {"token": "ghp_x"}), script


def test_an_issue_is_made_with_its_marker_and_the_way_back(github):
    there, script = github
    script.answers = [(201, {}, issue(7))]
    assert there.create(DRAFT) == RemoteRef("7", "#7", "https://github.com/acme/printers/issues/7")
    body = script.bodies()[0]
    assert body == {
        "title": "Printer is on fire",
        "labels": ["fire"],
        "body": "It burns\n\n[T-1](https://desk.example.com/tickets/T-1)\n\n<!-- ticketsite:0123456789abcdef -->",
    }
    headers = script.asked[0][2]
    assert headers["Authorization"] == "Bearer ghp_x"


def test_the_issue_we_made_is_found_by_its_marker_on_a_later_page(github):
    there, script = github
    link = f'<https://api.github.com{ISSUES}?state=all&page=2>; rel="next", <https://x?page=9>; rel="last"'
    script.answers = [(200, {"Link": link}, [issue(1)]), (200, {}, [issue(2), issue(3, "0123456789abcdef")])]
    assert there.find("0123456789abcdef", NOW).key == "#3"
    assert "page=2" in script.paths()[1]


def test_closing_says_why_and_a_new_body_keeps_its_marker(github):
    there, script = github
    script.answers = [(200, {}, issue(7, "0123456789abcdef")), (200, {}, issue(7))]
    there.update(REF, {"state": "closed", "body": "It is ash"})
    assert script.bodies() == [
        {
            "state": "closed",
            "state_reason": "completed",
            "body": "It is ash\n\n<!-- ticketsite:0123456789abcdef -->",
        }
    ]
    assert script.paths()[1] == f"PATCH {ISSUES}/7"


def test_comments_carry_author_and_marker_and_are_found_by_it(github):
    there, script = github
    script.answers = [
        (201, {}, said(11, "x")),
        (200, {}, [said(11, "**Tess:**\n\nHi\n\n<!-- ticketsite:00ff00ff -->")]),
    ]
    assert there.comment(REF, OutgoingComment("Hi", "Tess", True, "00ff00ff")) == "11"
    assert script.bodies()[0]["body"] == "**Tess:**\n\nHi\n\n<!-- ticketsite:00ff00ff -->"
    assert there.find_comment(REF, OutgoingComment("Hi", "Tess", True, "00ff00ff")) == "11"


def test_comments_are_changed_with_their_author_and_asked_for_by_one(github):
    there, script = github
    script.answers = [(200, {}, said(11, "x")), (200, {}, said(11, "x")), (404, {}, {"message": "Not Found"})]
    there.edit(REF, "11", OutgoingComment("Ho", "Tess", True, "00ff00ff"))
    assert (script.paths()[0], script.bodies()[0]["body"][:15]) == (
        f"PATCH {ISSUES}/comments/11",
        "**Tess:**\n\nHo\n\n",
    )
    assert [there.is_comment_gone(REF, "11") for _ in range(2)] == [False, True]


def test_an_issue_is_read_with_its_comments_and_without_markers(github):
    there, script = github
    script.answers = [(200, {}, issue(7, "0123456789abcdef")), (200, {}, [said(11, "Hello")])]
    record = there.read(REF)
    assert record.fields == {"title": "Printer is on fire", "body": "It burns", "state": "open", "labels": ["fire"]}
    assert (record.marker, record.comments[0].author) == ("0123456789abcdef", "octocat")


def test_gaps_are_asked_for_and_pull_requests_left_aside(github):
    there, script = github
    script.answers = [(200, {}, [issue(1), issue(2, pull_request={"url": "x"})])]
    since = datetime.now(UTC) - timedelta(hours=1)
    page = there.changes({"since": since.isoformat()})
    assert [record.ref.key for record in page.records] == ["#1"]
    asked = (since - timedelta(minutes=2)).strftime("since=%Y-%m-%dT%H%%3A%M%%3A%SZ")
    assert asked in script.paths()[0]
    assert datetime.fromisoformat(page.cursor["since"]) > since


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ((403, {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "99999999999"}, {"message": "limit"}), Busy),
        ((403, {}, {"message": "You have exceeded a secondary rate limit"}), Busy),
        ((403, {"Retry-After": "60"}, {"message": "abuse"}), Busy),
        ((403, {}, {"message": "Resource not accessible by personal access token"}), SignInRefused),
        ((422, {}, {"message": "Validation Failed", "errors": [{"field": "title", "code": "missing"}]}), Refused),
    ],
)
def test_limits_are_told_from_refusals(github, answer, error):
    there, script = github
    script.answers = [answer]
    with pytest.raises(error):
        there.create(DRAFT)
    assert len(script.asked) == 1


def test_testing_finds_out_that_issues_are_switched_off(github):
    there, script = github
    script.answers = [(200, {}, {"full_name": "acme/printers", "has_issues": False})]
    with pytest.raises(Refused, match="switched off"):
        there.test()


def told(kind="issue_comment", repository="acme/printers", delivery="d-1", **body):
    shown = {"action": "created", "issue": issue(7), "repository": {"full_name": repository}, **body}
    raw = json.dumps(shown).encode()
    call = Call({"x-github-event": kind, "x-github-delivery": delivery}, raw, NOW)
    settings = {"repository": "acme/printers"}
    return GitHubProvider.told(call, settings), GitHubProvider.parse(raw, settings)


def test_calls_are_read():
    heard, record = told(comment=said(11, "Hello"))
    assert (heard.delivery_id, heard.record, heard.kind) == ("d-1", "7", "issue_comment.created")
    assert record.comments[0].body == "Hello"
    assert told("issues", action="deleted")[1].is_gone is True
    gone = told("issue_comment", action="deleted", comment=said(11, "Hello"))[1]
    assert [(comment.id, comment.is_gone, gone.is_gone) for comment in gone.comments] == [("11", True, False)]
    assert told("star")[0] is None


@pytest.mark.parametrize("wrong", [{"repository": "evil/printers"}, {"delivery": ""}, {"issue": {"id": "x"}}])
def test_calls_about_others_or_without_sense_are_refused(wrong):
    with pytest.raises(WebhookRefused):
        told(**wrong)


def test_a_ping_is_answered():
    call = Call({"x-github-event": "ping"}, b"{}", NOW)
    assert GitHubProvider.challenge(call, {}) == {"status": "pong"}
