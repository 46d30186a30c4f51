"""Tools that read what can be read, and refuse with one clear sentence what cannot be done yet."""

import pytest
from django.core.files.base import ContentFile

from ai.agents.reading import analyze_files
from ai.models import ToolCall
from ai.tools import all as _all  # noqa: F401 - registers the tools
from ai.tools import files
from ai.tools.registry import Caller, NotAvailable, call
from tests.ai.brains import says
from tickets.actions.files import attach_file
from tickets.choices import Channel
from tickets.errors import Invalid, NotFound

pytestmark = pytest.mark.django_db
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x02\x00\x00\x00\x90wS\xde"
WAV = (
    b"RIFF\x24\x00\x00\x00WAVEfmt \x10\x00\x00\x00\x01\x00\x01\x00\x40\x1f\x00\x00\x80\x3e\x00\x00\x02\x00\x10\x00data"
)
ZIP = b"PK\x03\x04\x14\x00\x00\x00\x00\x00\x00\x00\x00\x00" + b"\x00" * 40


@pytest.fixture
def attach(ticket, carl):
    def make(content, name="log.txt", by=carl, **more):
        return attach_file(ticket=ticket, by=by, via=Channel.WEB, file=ContentFile(content, name=name), **more)

    return make


def use(user, tool, **arguments):
    return call(Caller(user), tool, arguments)


@pytest.mark.parametrize(
    ("content", "name"),
    [
        ("Paper jam: Größe A4".encode(), "log.txt"),
        ("\ufeffPaper jam: Größe A4".encode(), "log.txt"),
        ("Paper jam: Größe A4".encode("utf-16"), "log.txt"),
        ("Paper jam: Größe A4".encode("cp1252"), "old.log"),
    ],
)
def test_text_files_are_read_in_whatever_encoding_they_come(attach, carl, content, name):
    file = attach(content, name)
    told = use(carl, "analyze_file", file_id=file.pk)
    assert (told["extracted_text"], told["analysis_type"], told["detail"]) == ("Paper jam: Größe A4", "text", "")
    assert use(carl, "extract_text_from_image", file_id=file.pk)["extracted_text"] == "Paper jam: Größe A4"


@pytest.mark.parametrize("name", ["a.json", "a.csv", "a.xml", "a.eml", "a.md"])
def test_so_are_the_kinds_of_text_that_programs_write(attach, carl, name):
    told = use(carl, "analyze_file", file_id=attach(b"error,code\nE13,jam\n", name).pk)
    assert told["extracted_text"] == "error,code\nE13,jam\n"


def test_of_a_long_file_the_beginning_is_read(attach, carl):
    file = attach("ü".encode() * 50_000 + b"end", "long.log")
    told = use(carl, "analyze_file", file_id=file.pk)
    assert told["extracted_text"] == "ü" * 40_000
    assert told["detail"] == "The first 80,000 bytes were read."
    odd = use(carl, "analyze_file", file_id=attach(b"x" + "ü".encode() * 50_000, "odd.log").pk)
    assert odd["extracted_text"] == "x" + "ü" * 39_999


def test_what_cannot_be_read_is_named_and_why(attach, carl):
    said = {}
    for name, content in (("a.png", PNG), ("a.wav", WAV)):
        told = use(carl, "analyze_file", file_id=attach(content, name).pk)
        assert (told["analysis_type"], told["extracted_text"]) == ("metadata", "")
        said[name] = told["detail"]
    assert said == {"a.png": files.NO_OCR, "a.wav": files.NO_SPEECH}


def test_images_and_recordings_are_refused_by_the_tools_made_for_them(attach, carl):
    image, recording, log = attach(PNG, "a.png"), attach(WAV, "a.wav"), attach(b"A log")
    for tool, file, sentence in (
        ("extract_text_from_image", image, files.NO_OCR),
        ("transcribe_audio", recording, files.NO_SPEECH),
    ):
        with pytest.raises(NotAvailable) as refused:
            use(carl, tool, file_id=file.pk)
        assert (refused.value.code, refused.value.detail) == ("not_available", sentence)
    for tool, file in (("extract_text_from_image", recording), ("transcribe_audio", log)):
        with pytest.raises(Invalid):
            use(carl, tool, file_id=file.pk)
    assert set(ToolCall.objects.values_list("code", flat=True)) == {"not_available", "invalid"}


@pytest.mark.parametrize(
    ("tool", "more", "system"),
    [
        ("create_jira_ticket", {}, "Jira"),
        ("create_salesforce_case", {}, "Salesforce"),
        ("create_github_issue", {}, "GitHub"),
        ("create_integration_ticket", {"integration_type": "jira"}, "Jira"),
        ("create_integration_ticket", {"integration_type": "salesforce"}, "Salesforce"),
        ("create_integration_ticket", {"integration_type": "github"}, "GitHub"),
    ],
)
def test_handing_on_is_refused_in_one_sentence_until_a_system_is_connected(ticket, tess, gina, tool, more, system):
    with pytest.raises(NotAvailable) as refused:
        use(tess, tool, ticket_id=ticket.pk, **more)
    assert refused.value.detail == f"Tickets cannot be handed on to {system} here yet; create it there yourself."
    with pytest.raises(NotFound):  # what one may not see is not there, connected or not
        use(gina, tool, ticket_id=ticket.pk, **more)


def test_files_of_others_and_of_internal_notes_are_not_read(attach, carl, gina, tess):
    file, internal = attach(b"Mine"), attach(b"Ours", by=tess, internal=True)
    for user, one in ((gina, file), (carl, internal)):
        for tool in ("analyze_file", "extract_text_from_image", "transcribe_audio"):
            with pytest.raises(NotFound):
                use(user, tool, file_id=one.pk)
    assert use(tess, "analyze_file", file_id=internal.pk)["extracted_text"] == "Ours"


def test_a_file_that_is_gone_from_the_disk_says_so(attach, carl):
    file = attach(b"A log")
    file.file.storage.delete(file.file.name)
    assert use(carl, "analyze_file", file_id=file.pk)["detail"] == files.GONE
    with pytest.raises(NotAvailable, match="try again later"):
        use(carl, "extract_text_from_image", file_id=file.pk)


def test_a_model_reads_what_was_found_as_data(attach, carl, brains):
    file = attach(b"E13: paper jam")
    brains["one"] = says(summary="A paper jam.")
    told = analyze_files(by=carl, via=Channel.API, user_input="What is it?", files=[file.pk])
    assert told["summary"] == "A paper jam."
    assert "E13: paper jam" in brains.heard()


def test_without_a_model_a_text_file_speaks_for_itself(attach, carl):
    told = analyze_files(by=carl, via=Channel.API, user_input="What is it?", files=[attach(b"E13: paper jam").pk])
    assert told["means"] == "rules"
    assert told["summary"] == "log.txt: E13: paper jam"
