"""What we send to Zendesk, checked against a description of its API; and what we make of its answers and calls."""

import json
from datetime import UTC, datetime
from io import BytesIO

import pytest

from integrations.errors import Busy, Refused, WebhookRefused
from integrations.provider import Call, Draft, Hint, OutgoingComment, OutgoingFile, RemoteRef
from integrations.providers.zendesk.client import ZendeskProvider
from tests.integrations.server import serving
from tests.vendors import VENDORS, mocks

CREDENTIALS = {"email": "bot@acme.test", "api_token": "t0ken"}
REF = RemoteRef("35436", "#35436", "")
NOW = datetime(2026, 1, 8, 10, 12, 7, tzinfo=UTC)
SAID = OutgoingComment("On my way", "Tess", True, "00ff")
DRAFT = Draft(
    {
        "subject": "Printer is on fire",
        "description": "It burns",
        "priority": "high",
        "status": "open",
        "tags": ["fire"],
    },
    "0123456789abcdef",
    "T-1 Printer is on fire",
    "https://desk.example.com/tickets/T-1",
)


@pytest.fixture(scope="module")
def mock():
    with mocks("zendesk") as addresses:
        yield addresses["zendesk"]


@pytest.fixture(autouse=True)
def own_machine(settings):
    settings.INTEGRATION_HOSTS = ["127.0.0.1"]


def zendesk(address):
    return ZendeskProvider("test", {"base_url": address}, CREDENTIALS)


@pytest.mark.slow
def test_every_request_is_what_zendesk_takes(mock):
    there = zendesk(mock)
    assert there.test().name == "Johnny Agent"
    assert there.create(DRAFT) == RemoteRef("35436", "#35436", f"{mock}/agent/tickets/35436")
    assert there.find("ahg35h3jh", NOW).id == "35436"
    assert there.find("another", NOW) is None
    there.update(REF, {"subject": "Ash", "status": "solved", "priority": "low", "tags": ["fire", "ash"]})
    assert there.comment(REF, SAID) == "206091192547"
    assert there.find_comment(REF, SAID) is None
    assert there.attach(REF, OutgoingFile("flames.txt", "text/plain", 3, BytesIO(b"hot"))) == "206091192547"
    record = there.read(REF)
    assert (record.fields["subject"], record.fields["status"]) == ("Help, my printer is on fire!", "open")
    page = there.changes({})
    assert (page.more, page.cursor) == (False, {"cursor": "MTU3NjYxMzUzOS4wfHw0Njd8"})
    assert there.history({}).records[0].marker == "ahg35h3jh"


def test_the_next_run_begins_where_the_last_one_ended():
    """As the address of the next page in Zendesk's own example: with the cursor alone."""
    with serving() as (address, script):
        script.answers = [(200, {}, {"tickets": [], "after_cursor": "two", "end_of_stream": False})]
        page = zendesk(address).changes({"cursor": "one"})
        assert (page.more, page.cursor) == (True, {"cursor": "two"})
        assert script.paths() == ["GET /api/v2/incremental/tickets/cursor?cursor=one"]


@pytest.mark.slow
@pytest.mark.parametrize(("code", "error"), [(429, Busy), (503, Busy), (422, Refused)])
def test_refusals_of_zendesk_are_told_apart(mock, code, error):
    there = zendesk(mock)
    there.http._client.headers["Prefer"] = f"code={code}"
    with pytest.raises(error):
        there.create(DRAFT)


def test_a_create_whose_answer_was_lost_is_sent_again_under_the_same_key():
    with serving() as (address, script):
        made = {"id": 7, "created_at": "2026-01-05T09:00:00Z", "updated_at": "2026-01-05T09:00:00Z"}
        script.answers = ["cut", (201, {}, {"ticket": made})]
        assert zendesk(address).create(DRAFT).id == "7"
        keys = [headers["Idempotency-Key"] for _, _, headers, _ in script.asked]
        assert keys == ["0123456789abcdef"] * 2
        assert script.bodies()[0]["ticket"]["external_id"] == "0123456789abcdef"


def said(number, body, author=1):
    return {"id": number, "body": body, "author_id": author, "public": True, "created_at": "2026-01-05T09:30:00Z"}


def test_comments_are_read_over_all_pages_with_their_authors_and_without_the_description():
    with serving() as (address, script):
        ticket = {"id": 7, "created_at": "2026-01-05T09:00:00Z", "updated_at": "2026-01-05T09:00:00Z"}
        users = [{"id": 1, "name": "Mia"}]
        first = {"comments": [said(1, "It burns")], "users": users, "meta": {"has_more": True, "after_cursor": "x"}}
        second = {"comments": [said(2, "Still?")], "users": users, "meta": {"has_more": False}}
        script.answers = [(200, {}, {"ticket": ticket}), (200, {}, first), (200, {}, second)]
        [comment] = zendesk(address).read(REF).comments
        assert (comment.id, comment.body, comment.author) == ("2", "Still?", "Mia")
        assert "page%5Bafter%5D=x" in script.paths()[2]


def test_a_description_that_cannot_be_read_does_not_make_the_next_comment_one():
    with serving() as (address, script):
        ticket = {"id": 7, "created_at": "2026-01-05T09:00:00Z", "updated_at": "2026-01-05T09:00:00Z"}
        comments = [{"id": 1, "created_at": "yesterday"}, said(2, "Still?")]
        script.answers = [(200, {}, {"ticket": ticket}), (200, {}, {"comments": comments})]
        assert [comment.id for comment in zendesk(address).read(REF).comments] == ["2"]


def test_a_comment_of_ours_is_found_by_its_words():
    with serving() as (address, script):
        script.answers = [(200, {}, {"comments": [said(1, "x"), said(9, "Tess:\n\nOn  my way")]})]
        assert zendesk(address).find_comment(REF, SAID) == "9"


def told(account="", **changes):
    path = VENDORS / "webhooks" / "zendesk" / "ticket.comment_added.json"
    if not path.exists():
        pytest.skip("../shared/vendors is not on this machine")
    raw = json.dumps(json.loads(path.read_text()) | changes).encode()
    settings = {"base_url": "https://acme.zendesk.com", "account_id": account}
    return ZendeskProvider.told(Call({}, raw, NOW), settings), ZendeskProvider.parse(raw, settings)


def test_zendesks_sample_is_read():
    heard, record = told(account="22129848")
    assert (heard.record, heard.kind) == ("5158", "ticket.comment_added")
    assert (record.fields["status"], record.fields["priority"], record.fields["tags"]) == ("open", "low", ["abc_tag"])
    assert (record.comments[0].author, record.comments[0].body) == ("Jane Doe", "this is a comment")
    assert told(type="zen:event-type:ticket.soft_deleted")[1].is_gone is True
    assert told(type="zen:event-type:user.created")[0] is None
    assert isinstance(told(type="zen:event-type:ticket.comment_redacted")[1], Hint)


def test_calls_about_another_account_are_foreign():
    with pytest.raises(WebhookRefused, match="foreign"):
        told(account="1")


@pytest.mark.parametrize("sent_at", ["2026-01-08T10:00:00Z", "2026-01-08T10:30:00Z", "yesterday", ""])
def test_calls_of_another_time_are_refused(sent_at):
    call = Call({"x-zendesk-webhook-signature-timestamp": sent_at, "x-zendesk-webhook-signature": ""}, b"{}", NOW)
    with pytest.raises(WebhookRefused):
        ZendeskProvider.verify(call, {"webhook_secret": "s3cret"})
