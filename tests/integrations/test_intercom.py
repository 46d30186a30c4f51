"""What we send to Intercom, checked against its own description of its API; and what we make of its answers and calls."""

import json
from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest

from integrations.errors import Busy, Gone, OutcomeUnknown, Refused, SignInRefused, WebhookRefused
from integrations.provider import Call, Draft, Hint, OutgoingComment, OutgoingFile, RemoteRef
from integrations.providers.intercom.client import IntercomProvider, rest
from integrations.providers.intercom.mapping import page_of
from integrations.providers.intercom.models import IntercomSettings
from tests.integrations.server import serving
from tests.vendors import VENDORS, mocks

TICKET = RemoteRef("tickets/631", "#38", "")
CONVERSATION = RemoteRef("conversations/503", "503", "")
NOW = datetime(2026, 1, 8, 10, tzinfo=UTC)
SAID = OutgoingComment("On my way", "Tess", True, "00ff")
NOTE = OutgoingComment("Between us", "Tess", False, "00ff")
DRAFT = Draft(
    {"_default_title_": "Printer is on fire", "_default_description_": "It burns", "state": "Submitted"},
    "0123456789abcdef",
    "T-1 Printer is on fire",
    "https://desk.example.com/tickets/T-1",
    "Carl",
    "Carl@example.com",
)
SETTINGS = {"workspace_id": "a86dr8yl", "ticket_type_id": "88"}
ME = {"id": "7", "name": "Bot"}
WHEN = 1_767_866_400  # 2026-01-08, 10:00


def file():
    return OutgoingFile("flames.txt", "text/plain", 3, BytesIO(b"hot"))


def ticket(number="631", **fields):
    return {"id": number, "ticket_id": "38", "created_at": WHEN, "updated_at": WHEN, **fields}


def part(number, body, kind="comment", **fields):
    return {"id": number, "part_type": kind, "body": body, "created_at": WHEN, "author": {"name": "Mia"}, **fields}


@pytest.fixture(scope="module")
def mock():
    with mocks("intercom") as addresses:
        yield addresses["intercom"]


@pytest.fixture(autouse=True)
def own_machine(settings):
    settings.INTEGRATION_HOSTS = ["127.0.0.1"]


def intercom(address, **settings):
    given = {"base_url": address, **SETTINGS, **settings}
    return IntercomProvider("test", given, {"access_token": "t0ken"})


@pytest.mark.slow
def test_every_request_is_what_intercom_takes(mock):
    there = intercom(mock, takes_conversations=True)
    assert there.test().name == "Ciaran1 Lee"
    assert "Bug Report (67)" in dict(there.test().facts)["Ticket types"]
    assert "Submitted" in dict(there.test().facts)["States"]
    assert (there.create(DRAFT).id, there.create(DRAFT).key) == ("tickets/626", "#33")
    assert there.find("0123456789abcdef", NOW) is None
    there.update(TICKET, {"_default_title_": "Ash"})
    there.transition(TICKET, "in progress")
    there.transition(CONVERSATION, "Resolved")
    there.transition(CONVERSATION, "Submitted")
    assert there.comment(TICKET, SAID) == "156"
    assert there.comment(CONVERSATION, NOTE) == ""
    assert there.attach(TICKET, file()) == "156"
    there.attach(CONVERSATION, file())
    assert there.find_comment(TICKET, SAID) is None
    record = there.read(TICKET)
    assert (record.ref.key, record.fields["state"]) == ("#38", "Submitted")
    said = there.read(CONVERSATION)
    assert (said.fields["_default_title_"], said.fields["state"], said.comments[0].body) == (
        "this is the message body",
        "closed",
        "Okay!",
    )
    page = there.history({})
    assert (page.records[0].ref.id, page.more, page.cursor["kind"]) == ("tickets/633", True, "conversations")
    page = there.history(page.cursor)
    assert (page.records[0].ref.id, page.more) == ("conversations/515", False)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("code", "error"), [(429, Busy), (503, Busy), (400, Refused), (401, SignInRefused), (404, Gone)]
)
def test_refusals_of_intercom_are_told_apart(mock, code, error):
    there = intercom(mock)
    there.http._client.headers["Prefer"] = f"code={code}"
    with pytest.raises(error):
        there.update(TICKET, {"_default_title_": "Ash"})


def test_a_used_up_window_says_itself_when_it_ends():
    with serving() as (address, script):
        script.answers = [(429, {"X-RateLimit-Reset": "9999999999"}, {})]
        with pytest.raises(Busy) as busy:
            intercom(address).update(TICKET, {"_default_title_": "Ash"})
        assert busy.value.wait == 3600
        assert rest(script_response(429, "1000"), now=990.0) == 10.0
        assert rest(script_response(200, "1000"), now=990.0) is None


def script_response(status, reset):
    class Response:
        status_code, headers = status, {"X-RateLimit-Reset": reset}

    return Response()


def test_a_person_is_found_by_external_id_or_address_before_being_made_known():
    external = "GET /contacts/find_by_external_id/carl%40example.com"
    made = (200, {}, {"id": "c1"})
    cases = [
        ({external: made}, []),
        ({external: (404, {}, {}), "POST /contacts/search": (200, {}, {"data": [{"id": "c1"}]})}, []),
        (
            {external: (404, {}, {}), "POST /contacts/search": (200, {}, {"data": []}), "POST /contacts": made},
            [{"role": "user", "email": "carl@example.com", "external_id": "carl@example.com", "name": "Carl"}],
        ),
    ]
    for routes, people in cases:
        with serving(routes | {"POST /tickets": (200, {}, ticket())}) as (address, script):
            intercom(address).create(DRAFT)
            assert [body for body in script.bodies() if "role" in body] == people
            [asked] = [body for body in script.bodies() if "ticket_type_id" in body]
            assert asked["contacts"] == [{"id": "c1"}]
            assert asked["ticket_attributes"]["_default_title_"] == "Printer is on fire"
            assert "state" not in asked["ticket_attributes"]


def test_a_requester_without_an_address_cannot_be_made_known():
    with serving() as (address, script), pytest.raises(Refused, match="has none"):
        intercom(address).create(Draft({}, "00", "T-1 x", "https://desk.example.com"))
    assert not script.asked


def test_a_create_whose_answer_was_lost_is_not_sent_again_but_found_by_its_mark():
    with serving({"GET /contacts/find_by_external_id/carl%40example.com": (200, {}, {"id": "c1"})}) as (
        address,
        script,
    ):
        script.answers = ["cut"]
        with pytest.raises(OutcomeUnknown):
            intercom(address).create(DRAFT)
        [sent] = [body for body in script.bodies() if "ticket_type_id" in body]
        other = ticket("8", ticket_attributes={"_default_description_": "Ticketsite ffff456789abcdef"})
        pages = {"next": {"starting_after": "two"}}
        first = {"tickets": [other, {"id": "broken"}], "pages": pages}
        second = {"tickets": [ticket("9", ticket_attributes=sent["ticket_attributes"])]}
        script.answers = [(200, {}, first), (200, {}, second)]
        assert intercom(address).find(DRAFT.marker, NOW).id == "tickets/9"
        assert script.bodies()[-1]["pagination"] == {"per_page": 150, "starting_after": "two"}


def test_a_reply_in_a_conversation_is_the_newest_with_its_words():
    parts = {
        "conversation_parts": [part("1", "<p>Tess:</p><p>On my way</p>"), part("2", "<p>Tess:</p><p>On my way</p>")]
    }
    with serving({"GET /me": (200, {}, ME)}) as (address, script):
        script.answers = [(200, {}, {"conversation_parts": parts})]
        assert intercom(address).comment(CONVERSATION, SAID) == "2"
        sent = script.bodies()[-1]
        assert (sent["message_type"], sent["admin_id"], sent["type"]) == ("comment", "7", "admin")


@pytest.mark.parametrize(("status", "act"), [("Done", "close"), ("closed", "close"), ("Submitted", "open")])
def test_a_conversation_is_closed_by_whatever_state_means_resolved(status, act):
    states = [{"id": "1", "category": "resolved", "internal_label": "Done"}]
    states += [{"id": "2", "category": "submitted", "internal_label": "Submitted"}]
    routes = {"GET /me": (200, {}, ME), "GET /ticket_states": (200, {}, {"data": states})}
    with serving(routes) as (address, script):
        intercom(address).transition(CONVERSATION, status)
        assert script.bodies()[-1]["message_type"] == act


def test_files_go_into_conversations_and_are_named_on_tickets():
    with serving({"GET /me": (200, {}, ME)}) as (address, script):
        script.answers = [(200, {}, {"id": "5", "conversation_parts": {"conversation_parts": []}})]
        there = intercom(address)
        there.attach(CONVERSATION, file())
        there.attach(TICKET, file())
        first, second = script.bodies()
        assert first["attachment_files"] == [{"content_type": "text/plain", "name": "flames.txt", "data": "aG90"}]
        assert "attachment_files" not in second
        assert {first["message_type"], second["message_type"]} == {"note"}


def test_what_was_said_is_read_and_what_only_happened_is_not():
    parts = [
        part("1", "<p>Still?</p>"),
        part("2", "Call Bob", "note"),
        part("3", None, "assignment"),
        part("4", "gone", redacted=True),
        {"id": "5", "body": "no time"},
    ]
    shown = ticket(ticket_parts={"ticket_parts": parts}, contacts={"contacts": [{"id": "c1"}]}, ticket_attributes={})
    with serving({"GET /contacts/c1": (200, {}, {"id": "c1", "email": "carl@example.com"})}) as (address, script):
        script.answers = [(200, {}, shown)]
        record = intercom(address).read(TICKET)
    assert [(said.id, said.body, said.is_public, said.is_gone) for said in record.comments] == [
        ("1", "Still?", True, False),
        ("2", "Call Bob", False, False),
        ("4", "gone", True, True),
    ]
    assert record.requester_email == "carl@example.com"
    assert record.updated_at == datetime(2026, 1, 8, 10, tzinfo=UTC)


def test_changes_are_searched_for_a_day_further_back_and_older_ones_left_aside():
    found = {"tickets": [ticket("1"), ticket("2", updated_at=WHEN - 3600)], "pages": {"next": None}}
    with serving() as (address, script):
        script.answers = [(200, {}, found)]
        page = intercom(address).changes({"since": NOW.isoformat()})
        assert [record.ref.id for record in page.records] == ["tickets/1"]
        assert (page.more, list(page.cursor)) == (False, ["since"])
        since = int((NOW - timedelta(days=1, minutes=2)).timestamp())
        assert script.bodies()[0]["query"] == {"field": "updated_at", "operator": ">", "value": since}


def test_a_cursor_that_leads_nowhere_ends_the_search():
    with serving() as (address, script):
        script.answers = [(200, {}, {"tickets": [], "pages": {"next": {"starting_after": "x"}}})]
        assert intercom(address).history({"after": "x"}).more is False


@pytest.mark.parametrize("record", ["tickets/../me", "contacts/1", "tickets/", "1"])
def test_only_tickets_and_conversations_are_asked_for(record):
    with serving() as (address, script), pytest.raises(Refused):
        intercom(address).read(RemoteRef(record, "", ""))
    assert not script.asked


@pytest.mark.parametrize(
    ("address", "page"),
    [
        ("https://api.intercom.io", "https://app.intercom.com/a/inbox/a86dr8yl/inbox/conversation/7"),
        ("https://api.eu.intercom.io", "https://app.eu.intercom.com/a/inbox/a86dr8yl/inbox/conversation/7"),
    ],
)
def test_a_record_has_its_page_in_the_inbox_of_its_region(address, page):
    assert page_of(IntercomSettings(base_url=address, **SETTINGS), "7") == page


def told(name, **settings):
    path = VENDORS / "webhooks" / "intercom" / name
    if not path.exists():
        pytest.skip("../shared/vendors is not on this machine")
    raw = path.read_bytes()
    return IntercomProvider.told(Call({}, raw, NOW), {**SETTINGS, **settings}), raw


def test_intercoms_samples_are_read():
    heard, raw = told("ticket.created.json")
    assert (heard.delivery_id, heard.record, heard.kind) == (
        "notif_ccd8a4d0-f965-11e3-a367-c779cae3e1b3",
        "tickets/631",
        "ticket.created",
    )
    assert IntercomProvider.parse(raw, SETTINGS) == Hint(RemoteRef("tickets/631", "tickets/631", ""))
    assert told("ping.json")[0] is None
    with pytest.raises(WebhookRefused, match="foreign"):
        told("ticket.created.json", workspace_id="other")


def test_conversations_are_heard_of_where_they_are_taken():
    body = {"app_id": "a86dr8yl", "id": "n", "topic": "x", "data": {"item": {"type": "conversation", "id": "503"}}}
    call = Call({}, json.dumps(body).encode(), NOW)
    assert IntercomProvider.told(call, SETTINGS) is None
    assert IntercomProvider.told(call, {**SETTINGS, "takes_conversations": True}).record == "conversations/503"


@pytest.mark.django_db
def test_an_address_answers_the_question_whether_anybody_listens(client):
    answer = client.head("/api/v1/integrations/intercom/webhook/anything")
    assert (answer.status_code, answer.content) == (200, b"")
