"""What we send to SuperOps, checked against a reading of its GraphQL API; and what we make of its answers and calls."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest

from integrations.errors import Busy, Gone, OutcomeUnknown, Refused, SignInRefused, Unreachable, WebhookRefused
from integrations.provider import Call, Draft, Hint, OutgoingComment, OutgoingFile, RemoteRef
from integrations.providers.superops.client import SuperOpsProvider
from tests.integrations import superops as place
from tests.integrations.server import serving
from tests.vendors import superops_mock
from tickets.errors import Invalid

TICKET = "7928838372746166987"
REF = RemoteRef(TICKET, "062822-0005", "")
NOW = datetime(2026, 1, 8, 10, tzinfo=UTC)
SAID = OutgoingComment("On my *way*", "Tess", True, "00ff")
FILE = OutgoingFile("flames.txt", "text/plain", 3, BytesIO(b"hot"))
DRAFT = Draft(
    {"subject": "Printer is on fire", "description": "It **burns**", "priority": "High", "status": "Open"},
    "0123456789abcdef",
    "T-1 Printer is on fire",
    "https://desk.example.com/tickets/T-1",
    "Carl",
    "carl@example.com",
)
BARE = Draft({}, "00", "T-1 x", "https://desk.example.com")
SETTINGS = {"subdomain": "acme", "client_id": "7928838372746166998"}


@pytest.fixture(scope="module")
def mock():
    with superops_mock() as address:
        yield address


@pytest.fixture
def there():
    """SuperOps with a memory."""
    with place.serving() as (address, memory):
        memory.provider = superops(address)
        yield memory


@pytest.fixture(autouse=True)
def own_machine(settings):
    settings.INTEGRATION_HOSTS = ["127.0.0.1"]


def superops(address, **settings):
    given = {"base_url": address, **SETTINGS, **settings}
    return SuperOpsProvider("test", given, {"api_token": "t0ken"})


@pytest.mark.slow
@pytest.mark.parametrize("edition", ["msp", "it"])
def test_every_request_is_what_superops_takes(mock, edition):
    there = superops(mock, edition=edition)
    assert there.test().name == "Jason Wheeler"
    assert dict(there.test().facts) == {
        "Statuses": "Assigned",
        "Priorities": "High",
        "SLAs": "VIP SLA",
        "Technicians": "Jason Wheeler",
    }
    assert there.create(DRAFT) == RemoteRef(
        TICKET, "062822-0005", f"https://acme.superops.ai/#/tickets/{TICKET}/ticket"
    )
    assert there.find("0123456789abcdef", NOW) is None
    there.update(REF, {"subject": "Ash", "status": "Resolved", "priority": "Low", "client": ["Acme"]})
    assert there.comment(REF, SAID) == "c4"
    assert there.comment(REF, OutgoingComment("Between us", "Tess", False, "00ff")) == "n4"
    assert there.find_comment(REF, SAID) is None
    assert there.attach(REF, FILE) == "n4"
    assert there.find_file(REF, FILE) is None
    record = there.read(REF)
    assert (record.fields["subject"], record.fields["client"]) == (
        "Help! Internet is not working!",
        ["Acme Management Pvt. Ltd."],
    )
    assert record.updated_at == datetime(2022, 6, 29, 10, 25, 10, tzinfo=UTC)
    assert [(said.id, said.author, said.body) for said in record.comments] == [
        ("c4", "Joseph John", "I cannot access my internet!")
    ]
    page = there.changes({"since": "2022-06-29T10:00:00+00:00"})
    assert ([row.ref.id for row in page.records], page.more) == ([TICKET], False)
    assert there.history({}).records[0].fields["sla"] == ["VIP SLA"]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("said", "error"), [("rate_limited", Busy), ("forbidden", SignInRefused), ("internal_error", Refused)]
)
def test_refusals_inside_good_answers_are_told_apart(mock, said, error):
    there = superops(mock)
    there.http._client.headers["X-Mock"] = said
    with pytest.raises(error):
        there.create(DRAFT)


@pytest.mark.slow
def test_a_wrong_token_and_a_ticket_that_is_gone_are_told_apart(mock):
    bad = SuperOpsProvider("bad", {"base_url": mock, **SETTINGS}, {"api_token": "bad"})
    with pytest.raises(SignInRefused, match="invalid or deleted"):
        bad.test()
    with pytest.raises(Gone):
        superops(mock).read(RemoteRef("404", "", ""))


BROKEN = {"errors": [{"message": "Internal Server Error(s) while executing query"}], "data": None}
INVALID = {"errors": [{"message": "x", "extensions": {"classification": "ValidationError"}}], "data": None}
MISSING = {"errors": [{"message": "", "extensions": {"clientError": [{"code": "mandatory_validation_failed"}]}}]}


@pytest.mark.parametrize(
    ("answer", "made", "asked"),
    [
        (BROKEN, OutcomeUnknown, Unreachable),
        ({"data": None}, OutcomeUnknown, Unreachable),
        ([], OutcomeUnknown, Unreachable),
        ({"errors": "odd", "data": {}}, OutcomeUnknown, Unreachable),
        (INVALID, Refused, Refused),
        (MISSING, Refused, Refused),
    ],
)
def test_where_nobody_can_tell_a_create_is_unknown_and_a_question_may_be_asked_again(answer, made, asked):
    with serving() as (address, script):
        script.answers = [(200, {}, answer)]
        with pytest.raises(made):
            superops(address).create(BARE)
        with pytest.raises(asked):
            superops(address).changes({})


@pytest.mark.parametrize("made", [{"subject": "no id"}, None])
def test_a_create_that_names_no_ticket_is_unknown(made):
    with serving() as (address, script):
        script.answers = [(200, {}, {"data": {"createTicket": made}})]
        with pytest.raises(OutcomeUnknown):
            superops(address).create(BARE)


def test_what_was_done_is_done_whatever_else_was_refused():
    made = {"createTicket": {"ticketId": "7", "createdTime": "2026-01-05T09:00:00"}}
    errors = [{"message": "", "extensions": {"clientError": [{"code": "forbidden"}]}}]
    with serving() as (address, script):
        script.answers = [(200, {}, {"data": made, "errors": errors})]
        assert superops(address).create(BARE).id == "7"


def test_a_create_whose_answer_was_lost_is_not_sent_again_but_found_by_its_mark(there):
    there.open("Printer is on fire", "Somebody else's")
    there.cut = "createTicket"
    with pytest.raises(OutcomeUnknown):
        there.provider.create(replace(DRAFT, requester_email=""))
    assert there.asked == ["createTicket"]
    assert there.provider.find(DRAFT.marker, place.START).key == "062822-703"
    there.understands_search = False
    assert there.provider.find(DRAFT.marker, place.START).key == "062822-703"
    assert there.provider.find("ffff56789abcdef0", place.START) is None
    assert there.provider.find(DRAFT.marker, place.START + timedelta(hours=1)) is None


def test_a_reply_of_ours_is_found_by_its_words(there):
    ref = RemoteRef(there.open("Printer is on fire", "<p>It burns</p>"), "", "")
    made = there.provider.comment(ref, SAID)
    assert "<em>way</em>" in there.replies(ref.id)[0]
    assert there.provider.find_comment(ref, SAID) == made
    assert there.provider.find_comment(ref, OutgoingComment("Other", "Tess", True, "00")) is None


def test_a_ticket_is_read_with_what_was_said_and_who_asks(there):
    ref = RemoteRef(there.open("Printer is on fire", "<p>It <b>burns</b></p>", client='{"name": "Acme"}'), "", "")
    there.say(ref.id, "We have received your request", "REQ_NOTIFICATION")
    there.say(ref.id, "<div>Still?</div><script>alert(1)</script>")
    there.note(ref.id, "Call Bob")
    record = there.provider.read(ref)
    assert (record.fields["description"], record.fields["client"]) == ("It **burns**", ["Acme"])
    assert record.requester_email == "carl@example.com"
    assert [(said.body, said.is_public) for said in record.comments] == [("Still?", True), ("Call Bob", False)]


def test_changes_are_followed_back_to_the_last_one_that_is_known(there, monkeypatch):
    monkeypatch.setattr("integrations.providers.superops.client.PAGE_SIZE", 2)
    old, *fresh = [there.open(f"Ticket {number}", "x") for number in range(4)]
    there.tickets[old]["updatedTime"] = "2026-01-01T00:00:00"
    first = there.provider.changes({"since": place.START.isoformat()})
    second = there.provider.changes(first.cursor)
    assert [row.ref.id for row in [*first.records, *second.records]] == fresh[::-1]
    assert (first.more, second.more, list(second.cursor)) == (True, False, ["since"])


def test_a_row_that_lacks_what_it_must_have_does_not_hold_up_the_others():
    good = {"ticketId": "7", "createdTime": "2026-01-05T09:00:00"}
    rows = [None, {"ticketId": "8"}, {"ticketId": "9", "createdTime": "soon"}, good]
    with serving() as (address, script):
        script.answers = [(200, {}, {"data": {"getTicketList": {"tickets": rows, "listInfo": None}}})]
        assert [row.ref.id for row in superops(address).history({}).records] == ["7"]


def test_calls_are_believed_by_their_address_and_by_their_header_where_there_is_one():
    def verify(secret="", header=None):
        SuperOpsProvider.verify(
            Call({"x-ticketsite-secret": header} if header else {}, b"?", NOW), {"webhook_secret": secret}
        )

    verify()
    verify("s3cret", "s3cret")
    for secret, header in [("s3cret", None), ("s3cret", "other"), ("s3cret", "é")]:
        with pytest.raises(WebhookRefused):
            verify(secret, header)


def test_nothing_in_a_call_is_believed():
    call = Call({}, b'{"ticketId": "1"}', NOW)
    told = SuperOpsProvider.told(call, SETTINGS)
    assert (told.record, told.is_new) == ("", True)
    assert SuperOpsProvider.parse(call.body, SETTINGS) == Hint()


@pytest.mark.parametrize("wrong", [{"subdomain": "a/b"}, {"client_id": "one"}, {"edition": "x"}])
def test_settings_that_cannot_be_are_refused(wrong):
    with pytest.raises(Invalid):
        SuperOpsProvider.checked_settings({**SETTINGS, **wrong})
