"""What we send to Salesforce, checked against our reading of its API; and what we make of its answers."""

from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest

from integrations.errors import Busy, Refused, SignInRefused
from integrations.provider import Draft, OutgoingComment, OutgoingFile, RemoteRef
from integrations.providers.salesforce.client import SalesforceProvider
from tests.integrations.server import serving
from tests.vendors import mocks

CASE = "500D000000IRFmaIAH"
REF = RemoteRef(CASE, "00001026", "")
NOW = datetime(2026, 1, 8, 10, tzinfo=UTC)
CREDENTIALS = {"client_id": "key", "client_secret": "s3cret"}
SAID = OutgoingComment("On my way", "Tess", True, "00ff")
DRAFT = Draft(
    {"Subject": "Printer is on fire", "Description": "It burns", "Status": "New", "Priority": "High"},
    "0123456789abcdef",
    "T-1 Printer is on fire",
    "https://desk.example.com/tickets/T-1",
)
OBJECTS = "/services/data/v62.0/sobjects"
TOKEN = {"POST /services/oauth2/token": (200, {}, {"access_token": "00D!AQ"})}


@pytest.fixture(scope="module")
def mock():
    with mocks("salesforce") as addresses:
        yield addresses["salesforce"]


@pytest.fixture(autouse=True)
def own_machine(settings):
    settings.INTEGRATION_HOSTS = ["127.0.0.1"]


def salesforce(address):
    return SalesforceProvider("test", {"base_url": address}, CREDENTIALS)


@pytest.mark.slow
def test_every_request_is_what_salesforce_takes(mock):
    there = salesforce(mock)
    assert there.test().name == "a@b.c"
    assert there.create(DRAFT) == RemoteRef(CASE, "00001026", f"{mock}/lightning/r/Case/{CASE}/view")
    assert there.find("0123456789abcdef", NOW).key == "00001026"
    there.update(REF, DRAFT.fields)
    assert there.comment(REF, SAID) == CASE
    assert there.find_comment(REF, SAID) is None
    assert there.attach(REF, OutgoingFile("flames.txt", "text/plain", 3, BytesIO(b"hot"))) == CASE
    assert there.read(REF).fields["Subject"] == "Printer down"
    first = there.changes({})
    second = there.changes(first.cursor)
    assert (first.more, second.more, second.records[0].ref.key) == (True, False, "00001026")


@pytest.mark.slow
@pytest.mark.parametrize(("code", "error"), [(429, Busy), (503, Busy), (400, Refused), (401, SignInRefused)])
def test_refusals_of_salesforce_are_told_apart(mock, code, error):
    there = salesforce(mock)
    there.http._client.headers["Prefer"] = f"code={code}"
    with pytest.raises(error):
        there.update(REF, DRAFT.fields)


def test_a_used_up_day_is_a_wait_and_no_refusal():
    with serving(dict(TOKEN)) as (address, script):
        script.answers = [
            (403, {}, [{"errorCode": "REQUEST_LIMIT_EXCEEDED", "message": "TotalRequests Limit exceeded."}])
        ]
        with pytest.raises(Busy):
            salesforce(address).update(REF, DRAFT.fields)


def test_a_case_is_made_under_its_external_id_and_may_be_sent_twice():
    case = {
        "Id": CASE,
        "CaseNumber": "7",
        "CreatedDate": "2026-01-05T09:00:00Z",
        "LastModifiedDate": "2026-01-05T09:00:00Z",
    }
    with serving(dict(TOKEN)) as (address, script):
        script.answers = ["cut", (200, {}, {"id": CASE}), (200, {}, case)]
        assert salesforce(address).create(DRAFT).key == "7"
        path = "PATCH /services/data/v62.0/sobjects/Case/Ticketsite_Id__c/0123456789abcdef"
        assert script.paths()[1:3] == [path, path]


def test_what_is_asked_for_cannot_be_changed_by_a_name():
    with serving(dict(TOKEN)) as (address, script):
        script.answers = [(200, {}, {"records": []})]
        salesforce(address).find_file(REF, OutgoingFile("x' OR Title != '", "text/plain", 1, BytesIO()))
        assert "Title+%3D+%27x%5C%27+OR+Title" in script.paths()[1]


def test_files_and_attachments_of_a_case_are_fetched_by_their_newest_version():
    def asked(query, _):
        rows = {
            "ContentDocumentLink": [
                {"Id": "06A000000000001", "ContentDocument": document("068000000000001", "flames", "txt")},
                {"Id": "06A000000000002", "ContentDocument": document("068000000000002", "Ash.PNG", "png")},
                {"Id": "06A000000000003", "ContentDocument": document("../evil", "x", "txt")},
            ],
            "Attachment": [{"Id": "00P000000000001", "Name": "old.txt"}],
        }
        return 200, {}, {"records": next((found for name, found in rows.items() if f"FROM+{name}" in query), [])}

    case = {"Id": CASE, "CreatedDate": "2026-01-05T09:00:00Z", "LastModifiedDate": "2026-01-05T09:00:00Z"}
    routes = {"GET /services/data/v62.0/query": asked, f"GET {OBJECTS}/Case/{CASE}": (200, {}, case)}
    with serving(routes | TOKEN) as (address, script):
        there = salesforce(address)
        files = there.read(REF).files
        assert [(file.id, file.filename) for file in files] == [
            ("068000000000001", "flames.txt"),
            ("068000000000002", "Ash.PNG"),
            ("00P000000000001", "old.txt"),
        ]
        script.answers = [(200, {}, b"very hot")]
        assert [there.fetch(files[at].url, 100) for at in (0, 2)] == [b"very hot"] * 2
    paths = [
        f"GET {OBJECTS}/ContentVersion/068000000000001/VersionData",
        f"GET {OBJECTS}/Attachment/00P000000000001/Body",
    ]
    assert script.paths()[-2:] == paths
    assert script.asked[-1][2]["Authorization"] == "Bearer 00D!AQ"


def document(version, title, ending):
    return {"LatestPublishedVersionId": version, "Title": title, "FileExtension": ending}


def test_an_organization_without_attachments_is_read_all_the_same():
    case = {"Id": CASE, "CreatedDate": "2026-01-05T09:00:00Z", "LastModifiedDate": "2026-01-05T09:00:00Z"}

    def asked(query, _):
        is_unknown = "FROM+Attachment" in query
        return (400, {}, [{"errorCode": "INVALID_TYPE"}]) if is_unknown else (200, {}, {"records": []})

    routes = {"GET /services/data/v62.0/query": asked, f"GET {OBJECTS}/Case/{CASE}": (200, {}, case)}
    with serving(routes | TOKEN) as (address, _):
        assert salesforce(address).read(REF).files == ()


@pytest.mark.parametrize(("rows", "gone"), [([{"Id": "00a"}], False), ([], True)])
def test_a_comment_that_is_not_shown_is_asked_for(rows, gone):
    with serving(dict(TOKEN)) as (address, script):
        script.answers = [(200, {}, {"records": rows})]
        assert salesforce(address).is_comment_gone(REF, "00a'") is gone
        assert "Id+%3D+%2700a%5C%27%27" in script.paths()[1]


def test_a_next_page_elsewhere_is_not_followed():
    with serving(dict(TOKEN)) as (address, _), pytest.raises(Refused, match="not where it should be"):
        salesforce(address).changes({"next": "https://evil.example.com/x"})


def test_changes_are_asked_for_with_some_overlap():
    with serving(dict(TOKEN)) as (address, script):
        script.answers = [(200, {}, {"records": []})]
        page = salesforce(address).changes({"since": NOW.isoformat()})
        moment = (NOW - timedelta(minutes=2)).strftime("%Y-%m-%dT%H%%3A%M%%3A%SZ")
        assert f"LastModifiedDate+%3E%3D+{moment}" in script.paths()[1]
        assert (page.more, list(page.cursor)) == (False, ["since"])
