"""Mail on its way out: stored with the change, sent by a worker over real SMTP, tried again, and forgotten."""

import logging
import socket
from email import message_from_bytes, policy

import pytest
from aiosmtpd.controller import Controller
from django.core import mail
from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.core.mail.utils import DNS_NAME
from django.db import transaction

from tickets import work
from tickets.models import OutgoingMail


class Postbox:
    """A mail server that keeps what it gets, and refuses with `answer` where one is set."""

    def __init__(self):
        self.envelopes = []
        self.answer = None

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802 - the library's name
        if self.answer:
            return self.answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802 - the library's name
        self.envelopes.append(envelope)
        return "250 OK"


@pytest.fixture
def postbox(settings, db, monkeypatch):
    monkeypatch.setattr(DNS_NAME, "_fqdn", "desk.example", raising=False)  # a lookup that some networks answer late
    logging.getLogger("mail.log").setLevel(logging.WARNING)
    box = Postbox()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = Controller(box, hostname="127.0.0.1", port=port, server_hostname="postbox.example")
    server.start()
    settings.EMAIL_BACKEND = "tickets.mail.StoredMailBackend"
    settings.MAIL_TRANSPORT = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    yield box
    server.stop()


def write(**fields):
    given = {"subject": "Größe ✓", "body": "Grüße\n.\nFrom here on\n", "to": ["ann@example.com"], **fields}
    EmailMessage(**given).send()
    return OutgoingMail.objects.get()


def test_a_mail_arrives_as_it_was_written(postbox):
    write(bcc=["secret@example.com"], cc=["cc@example.com"], reply_to=["desk@example.com"])
    work.run_due()
    [envelope] = postbox.envelopes
    assert envelope.rcpt_tos == ["ann@example.com", "cc@example.com", "secret@example.com"]
    assert b"secret" not in envelope.content
    assert b"\n" not in envelope.content.replace(b"\r\n", b"")
    message = message_from_bytes(envelope.content, policy=policy.default)
    assert (message["Subject"], message["To"], message["Reply-To"]) == (
        "Größe ✓",
        "ann@example.com",
        "desk@example.com",
    )
    assert message.get_content().replace("\r\n", "\n") == "Grüße\n.\nFrom here on\n"
    assert message["Message-ID"].endswith("@example.com>")


def test_alternatives_and_attachments_survive(postbox):
    mail = EmailMultiAlternatives("Hi", "text", "desk@example.com", ["ann@example.com"])
    mail.attach_alternative("<p>html</p>", "text/html")
    mail.attach("a.bin", bytes(range(256)), "application/octet-stream")
    mail.send()
    work.run_due()
    message = message_from_bytes(postbox.envelopes[0].content, policy=policy.default)
    assert message.get_body(("html",)).get_content().strip() == "<p>html</p>"
    assert [part.get_content() for part in message.iter_attachments()] == [bytes(range(256))]


def test_a_body_is_erased_once_it_was_sent(postbox):
    write()
    work.run_due()
    mail = OutgoingMail.objects.get()
    assert (mail.state, bytes(mail.message)) == ("done", b"")


def test_a_busy_server_is_asked_again_with_the_same_message(postbox):
    mail = write()
    before = bytes(mail.message)
    postbox.answer = "451 Try later"
    work.run_due()
    mail.refresh_from_db()
    assert (mail.state, mail.attempts, bytes(mail.message)) == ("queued", 1, before)
    assert "451" in mail.last_error
    postbox.answer = None
    OutgoingMail.objects.update(due=mail.created_at)
    work.run_due()
    assert len(postbox.envelopes) == 1


def test_an_address_that_does_not_exist_is_not_tried_again(postbox):
    write()
    postbox.answer = "550 No such person"
    work.run_due()
    mail = OutgoingMail.objects.get()
    assert (mail.state, mail.attempts) == ("quarantined", 1)
    assert "550" in mail.last_error


def test_no_server_at_all_is_a_reason_to_wait(postbox, settings):
    settings.EMAIL_PORT = 1
    write()
    work.run_due()
    assert OutgoingMail.objects.get().state == "queued"


def test_a_mail_of_a_change_that_was_undone_is_never_sent(postbox):
    with transaction.atomic():
        write()
        transaction.set_rollback(True)
    assert not OutgoingMail.objects.exists()


def test_a_hosted_sender_gets_the_whole_message(settings, db):
    settings.EMAIL_BACKEND = "tickets.mail.StoredMailBackend"
    settings.MAIL_TRANSPORT = "anymail.backends.test.EmailBackend"
    mail.outbox = []
    message = EmailMultiAlternatives(
        "Größe", "In words\n", to=["Ann <ann@example.com>"], reply_to=["desk+t1@example.com"]
    )
    message.extra_headers = {"Message-ID": "<1@example.com>", "References": "<0@example.com>"}
    message.attach_alternative("<p>In HTML</p>", "text/html")
    message.attach("log.txt", b"a log", "application/octet-stream")
    message.send()
    row = OutgoingMail.objects.get()
    work.run(OutgoingMail, row.pk)
    row.refresh_from_db()
    assert row.last_error == ""
    (sent,) = mail.outbox
    assert (sent.subject, sent.body.strip(), sent.to, sent.reply_to) == (
        "Größe",
        "In words",
        ["Ann <ann@example.com>"],
        ["desk+t1@example.com"],
    )
    assert sent.extra_headers["Message-ID"] == "<1@example.com>"
    assert "In HTML" in sent.alternatives[0][0]
    assert sent.attachments[0][:2] == ("log.txt", b"a log")
