"""Mails about tickets: a retry is the same mail, an answer finds its ticket, and nothing answers by itself."""

import pytest

from integrations.choices import MailDirection
from integrations.mail import tokens
from integrations.mail.outgoing import AddressRefuses, compose
from integrations.models import Connection, DeadAddress, MailAddress, MailMessage
from tickets.actions.conversation import add_comment
from tickets.choices import Channel
from tickets.models import OutgoingMail

pytestmark = pytest.mark.django_db


@pytest.fixture
def help_box(mona):
    box = Connection.objects.create(provider="email", name="Acme Help", owner=mona, settings={})
    MailAddress.objects.create(connection=box, address="help@acme.example")
    return box


def mail(ticket, to, key="event-1", **more):
    return compose(ticket=ticket, recipient=to, subject="New reply", text="Hello", html="<p>Hello</p>", key=key, **more)


def test_a_mail_composed_again_is_the_same_mail(ticket, carl, cleo, help_box):
    first, again, other = mail(ticket, carl), mail(ticket, carl), mail(ticket, cleo)
    assert first.extra_headers["Message-ID"] == again.extra_headers["Message-ID"]
    assert first.extra_headers["Message-ID"] != other.extra_headers["Message-ID"]
    assert MailMessage.objects.count() == 2
    assert first.extra_headers["References"] == again.extra_headers["References"]


def test_a_mail_continues_what_its_recipient_has_seen(ticket, carl, cleo, help_box):
    first, _, third = mail(ticket, carl, "1"), mail(ticket, cleo, "2"), mail(ticket, carl, "3")
    thread, seen = third.extra_headers["References"].split()
    assert tokens.ticket_of_thread([thread]) == ticket.pk
    assert third.extra_headers["In-Reply-To"] == seen == first.extra_headers["Message-ID"]
    assert first.extra_headers["References"] == thread


def test_answers_go_to_an_address_that_only_the_recipient_can_use(ticket, carl, cleo, help_box):
    (address,) = mail(ticket, carl).reply_to
    assert address.startswith(f"help+T{ticket.pk}.")
    assert address.endswith("@acme.example")
    assert tokens.ticket_of_reply([address.upper()], carl.email) == ticket.pk
    assert tokens.ticket_of_reply([address], cleo.email) is None
    assert tokens.ticket_of_reply([address.replace(f"T{ticket.pk}", f"T{ticket.pk + 1}")], carl.email) is None
    assert len(address.partition("@")[0]) <= 64, "RFC 5321 allows no more"


def test_reply_addresses_outlive_a_change_of_the_key(ticket, carl, help_box, settings):
    (address,) = mail(ticket, carl).reply_to
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another key", [settings.SECRET_KEY]
    assert tokens.ticket_of_reply([address], carl.email) == ticket.pk
    settings.SECRET_KEY_FALLBACKS = []
    assert tokens.ticket_of_reply([address], carl.email) is None


def test_a_server_without_plus_addresses_gets_plain_ones(ticket, carl, help_box):
    Connection.objects.filter(pk=help_box.pk).update(settings={"plus_addresses": False})
    assert mail(ticket, carl).reply_to == ["help@acme.example"]


def test_mails_come_from_the_mailbox_of_the_ticket(ticket, carl, help_box, settings):
    settings.DEFAULT_FROM_EMAIL = "Desk <desk@example.com>"
    assert mail(ticket, carl).from_email == "Desk <desk@example.com>"
    MailMessage.objects.create(
        message_id="<a@there>",
        ticket=ticket,
        direction=MailDirection.IN,
        address=carl.email,
        ours="help@acme.example",
    )
    assert mail(ticket, carl, "2").from_email == "Acme Help <help@acme.example>"


def test_without_a_mailbox_there_is_no_address_to_answer_to(ticket, carl, settings):
    settings.DEFAULT_FROM_EMAIL = "Desk <desk@example.com>"
    message = mail(ticket, carl)
    assert message.reply_to == []
    assert message.extra_headers["Message-ID"].endswith("@example.com>")


def test_nothing_answers_a_mail_of_ours_by_itself(ticket, carl, help_box):
    headers = mail(ticket, carl).extra_headers
    assert headers["Auto-Submitted"] == "auto-generated"
    assert headers["X-Auto-Response-Suppress"] == "OOF, AutoReply"
    assert tokens.is_ours(headers["X-Ticketsite"])
    assert "List-Unsubscribe" not in headers


def test_who_may_unsubscribe_can_do_so_by_one_click(ticket, carl, help_box):
    headers = mail(ticket, carl, unsubscribe_url="https://desk.example.com/u/1").extra_headers
    assert headers["List-Unsubscribe"] == "<https://desk.example.com/u/1>"
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


@pytest.mark.parametrize("subject", ["New reply", "[T-{}] New reply", "New\n reply"])
def test_the_subject_names_the_ticket_once(ticket, carl, help_box, subject):
    message = compose(ticket=ticket, recipient=carl, subject=subject.format(ticket.pk), text="Hello", key="1")
    assert message.subject == f"[{ticket.reference}] New reply"


def test_a_mail_remembers_the_reply_that_it_tells_of(ticket, carl, tess, help_box):
    comment = add_comment(ticket=ticket, by=tess, via=Channel.WEB, body="Try again")
    mail(ticket, carl, event=ticket.events.get(kind="comment_added"))
    assert MailMessage.objects.get().comment == comment


def test_an_address_that_refused_mail_gets_none(ticket, carl, help_box):
    dead = DeadAddress.objects.create(address=carl.email)
    with pytest.raises(AddressRefuses):
        mail(ticket, carl)
    dead.delete()
    assert mail(ticket, carl)


def test_what_is_composed_is_stored_as_it_was(ticket, carl, help_box, settings):
    settings.EMAIL_BACKEND = "tickets.mail.StoredMailBackend"
    message = mail(ticket, carl)
    message.send()
    stored = OutgoingMail.objects.get()
    assert stored.recipients == ["Carl <carl@example.com>"]
    assert message.extra_headers["Message-ID"].encode() in bytes(stored.message)
    assert b"List-Unsubscribe" not in bytes(stored.message)
