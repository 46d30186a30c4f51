"""Files of other systems come to the ticket: once, under the desk's own rules, and not our own again."""

import pytest
from django.core.files.base import ContentFile

from integrations.actions.apply import apply_record
from integrations.errors import Busy, Refused, Unreachable
from integrations.http import Http
from integrations.limiter import Rate
from integrations.models import InboundFile
from integrations.provider import RemoteFile
from tests.integrations.conftest import settle
from tests.integrations.server import serving
from tickets.actions.files import attach_file
from tickets.choices import Channel, WorkState
from tickets.models import Attachment, Ticket

FLAMES = RemoteFile("f-1", "flames.txt", "https://elsewhere.example.com/f-1")


@pytest.fixture
def hear(linked, elsewhere):
    """`hear(FLAMES)` is told of a comment with these files, twice; returns the ticket."""
    elsewhere.contents[FLAMES.url] = b"very hot"

    def tell(*files, body="See the picture", public=True):
        elsewhere.say("1", body, files=files, public=public)
        for _ in range(2):
            apply_record(linked.connection, elsewhere.shown("1"))
        return Ticket.objects.get(pk=linked.ticket_id)

    return tell


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("as_notes", "public", "internal"), [(False, True, False), (True, True, True), (False, False, True)]
)
def test_a_file_comes_with_its_comment_once(hear, linked, elsewhere, as_notes, public, internal):
    linked.connection.takes_as_notes = as_notes
    ticket = hear(FLAMES, public=public)
    settle()
    file = Attachment.objects.get(ticket=ticket)
    assert (file.filename, file.file.read(), file.is_internal) == ("flames.txt", b"very hot", internal)
    assert file.comment == ticket.comments.get()
    assert elsewhere.asked("fetch") == [FLAMES.url]
    assert not elsewhere.files


@pytest.mark.django_db
def test_files_of_the_record_itself_and_of_comments_without_words_come_too(hear, elsewhere):
    elsewhere.contents["https://elsewhere.example.com/f-2"] = b"of the record"
    elsewhere.records["1"]["files"] = [RemoteFile("f-2", "record.txt", "https://elsewhere.example.com/f-2")]
    hear(FLAMES, body="")
    settle()
    assert sorted(Attachment.objects.values_list("filename", flat=True)) == ["flames.txt", "record.txt"]


@pytest.mark.django_db
def test_our_own_file_that_comes_back_before_we_know_its_id_is_not_a_second_one(hear, linked, ticket, tess):
    attach_file(ticket=ticket, by=tess, via=Channel.WEB, file=ContentFile(b"very hot"), filename="flames.txt")
    hear(FLAMES)
    settle()
    assert Attachment.objects.count() == 1


@pytest.mark.django_db
def test_nothing_is_fetched_where_comments_are_not_taken(hear, linked, elsewhere):
    linked.connection.takes_comments = False
    hear(FLAMES)
    settle()
    assert elsewhere.asked("fetch") == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("error", "state"),
    [
        (Busy("Later", 60), WorkState.DONE),
        (Unreachable("Trouble"), WorkState.DONE),
        (Refused("No"), WorkState.QUARANTINED),
    ],
)
def test_what_cannot_be_fetched_now_is_fetched_later_or_waits_for_somebody(hear, elsewhere, error, state):
    elsewhere.fail("fetch", error)
    hear(FLAMES)
    settle()
    assert InboundFile.objects.get().state == state


@pytest.mark.django_db
def test_a_file_that_the_desk_does_not_take_waits_with_the_reason(hear, elsewhere):
    elsewhere.contents[FLAMES.url] = b"MZ\x90\x00\x03\x00\x00\x00\x04\x00\x00\x00\xff\xff\x00\x00"
    hear(RemoteFile("f-1", "setup.exe", FLAMES.url))
    settle()
    row = InboundFile.objects.get()
    assert (row.state, Attachment.objects.count()) == (WorkState.QUARANTINED, 0)
    assert "Refused" in row.last_error


@pytest.fixture
def there(settings):
    settings.INTEGRATION_HOSTS = ["127.0.0.1"]
    with serving() as (address, script):
        headers = {"Authorization": "Bearer s3cret"}
        script.http = Http(name="files", base_url=address, headers=headers, rate=Rate(900, 60), said=lambda _: "")
        yield script
        script.http.close()


def test_our_credentials_stay_with_the_system_when_it_sends_us_on(there):
    with serving() as (elsewhere, other):
        other.answers = [(200, {}, b"very hot")]
        there.answers = [(302, {"Location": f"{elsewhere}/f-1"}, b"")]
        assert there.http.download("/files/f-1", 100) == b"very hot"
    assert there.asked[0][2]["Authorization"] == "Bearer s3cret"
    assert "Authorization" not in other.asked[0][2]


@pytest.mark.parametrize(
    ("url", "answer", "error"),
    [
        ("/f", (200, {}, b"x" * 101), Refused),
        ("/f", (302, {"Location": "/f"}, b""), Refused),
        ("/f", (302, {"Location": "http://127.0.0.2:1/inside"}, b""), Refused),
        ("/f", (302, {"Location": "https://127.0.0.2:1/inside"}, b""), Refused),
        ("ftp://example.com/f", (200, {}, b""), Refused),
        ("/f", (404, {}, b""), Refused),
        ("/f", (500, {}, b""), Unreachable),
        ("/f", "cut", Unreachable),
    ],
)
def test_a_file_that_is_too_large_or_lies_inside_or_nowhere_is_not_fetched(there, url, answer, error):
    there.answers = [answer]
    with pytest.raises(error):
        there.http.download(url, 100)
