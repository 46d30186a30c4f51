"""Taking files in, looking at them, removing them."""

import io
import os
import zipfile
from pathlib import Path

import pytest
from django.core.files.base import ContentFile

from tickets import work
from tickets.actions.conversation import add_comment
from tickets.actions.files import attach_file, clean_filename, remove_attachment
from tickets.choices import Channel, EventKind, WorkState
from tickets.errors import Invalid, NotAllowed, NotFound, TooLarge, UnsupportedType
from tickets.models import Attachment, FileJob

WEB = Channel.WEB
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 64


def zipped(*names):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return buffer.getvalue()


def attach(ticket, by, content=PNG, name="screen.png", **more):
    return attach_file(ticket=ticket, by=by, via=WEB, file=ContentFile(content, name=name), **more)


def stored(settings):
    return [p for p in Path(settings.MEDIA_ROOT).rglob("*") if p.is_file()]


def test_a_file_is_kept_told_of_and_looked_at(ticket, carl):
    attachment = attach(ticket, carl)
    event = ticket.events.last()
    assert (event.kind, event.data["filename"]) == (EventKind.ATTACHMENT_ADDED, "screen.png")
    assert (attachment.file_type, attachment.file_size) == ("image/png", len(PNG))
    assert attachment.job.processing_status == "queued"
    work.run_due()
    assert FileJob.objects.get().processing_status == "completed"


def test_a_file_over_the_limit_leaves_nothing_behind(ticket, carl, settings):
    settings.MAX_UPLOAD_BYTES = 50
    with pytest.raises(TooLarge):
        attach(ticket, carl)
    assert not Attachment.objects.exists()
    assert not stored(settings)


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"MZ\x90\0" + b"\0" * 60, "photo.png"),
        (b"\x7fELF\x02" + b"\0" * 60, "notes.txt"),
        (b"#!/bin/sh\nrm -rf /\n", "readme.txt"),
        (b"<!DOCTYPE html><script>alert(1)</script>", "page.txt"),
        (b"<?xml version='1.0'?><svg onload='alert(1)'/>", "picture.png"),
        (b"hello", "run.bat"),
        (b"hello", "RUN.PS1"),
        (zipped("META-INF/MANIFEST.MF", "A.class"), "tool.zip"),
        (zipped("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"), "letter.docx"),
        (bytes(range(256)) * 4, "mystery.dat"),
    ],
)
def test_what_can_run_is_refused_by_whatever_name(ticket, carl, settings, content, name):
    with pytest.raises(UnsupportedType):
        attach(ticket, carl, content, name)
    assert not stored(settings)


@pytest.mark.parametrize(
    ("content", "name", "file_type"),
    [
        (b"a,b\n1,2\n", "x.csv", "text/csv"),
        ("Grüße ✓ ".encode() * 4000, "log.txt", "text/plain"),
        ("Grüße\n".encode("latin-1"), "old.log", "text/plain"),
        ("Grüße\n".encode("utf-16"), "win.log", "text/plain"),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "manual.pdf", "application/pdf"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF\0" + b"\0" * 30, "photo.txt", "image/jpeg"),
        (zipped("a.txt", "b.txt"), "logs.zip", "application/zip"),
        (
            zipped("[Content_Types].xml", "xl/workbook.xml"),
            "sheet.xlsx",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        ),
        (b"RIFF\0\0\0\0WAVEfmt " + b"\0" * 30, "call.wav", "audio/wav"),
    ],
)
def test_the_type_comes_from_the_content(ticket, carl, content, name, file_type):
    assert attach(ticket, carl, content, name).file_type == file_type


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\temp\\report.pdf", "report.pdf"),
        ("a\x00b\n.txt", "ab.txt"),
        ("invoice\u202egnp.exe", "invoicegnp.exe"),
        ("..", "file"),
        ("", "file"),
        ("x" * 400 + ".tar.gz", "x" * 147 + ".gz"),
        ('we"ird<name>.txt', "weirdname.txt"),
    ],
)
def test_names_are_cleaned(given, kept):
    assert clean_filename(given) == kept


def test_an_empty_file_is_refused(ticket, carl):
    with pytest.raises(Invalid):
        attach(ticket, carl, b"")


def test_files_of_internal_notes_stay_inside(ticket, tess, carl):
    note = add_comment(ticket=ticket, by=tess, via=WEB, body="See the log", internal=True)
    attach(ticket, tess, comment=note)
    assert not Attachment.objects.visible_to(carl).exists()
    assert Attachment.objects.visible_to(tess).get().is_internal
    with pytest.raises(NotAllowed):
        attach(ticket, carl, internal=True)


def test_a_stranger_cannot_attach(ticket, gina, settings):
    with pytest.raises(NotFound):
        attach(ticket, gina)
    assert not stored(settings)


def test_a_removed_file_is_erased_but_remembered(ticket, carl, cleo, settings, django_capture_on_commit_callbacks):
    attachment = attach(ticket, carl)
    with pytest.raises(NotAllowed):
        remove_attachment(attachment=attachment, by=cleo, via=WEB)
    with django_capture_on_commit_callbacks(execute=True):
        remove_attachment(attachment=attachment, by=carl, via=WEB)
    assert not stored(settings)
    assert ticket.events.last().data["filename"] == "screen.png"


@pytest.mark.parametrize("damage", [lambda p: os.truncate(p, 20), lambda p: os.truncate(p, 0), lambda p: p.unlink()])
def test_a_damaged_file_is_noticed(ticket, carl, damage, settings):
    attach(ticket, carl)
    damage(stored(settings)[0])
    work.run_due()
    job = FileJob.objects.get()
    assert (job.state, job.processing_status) == (WorkState.QUARANTINED, "failed")
