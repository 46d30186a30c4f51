"""Letters are fetched from a real IMAP server, stored first, and only then marked there; or come through the pipe."""

import io
import sys

import pytest
from django.core.management import call_command

from integrations.actions.connect import save_connection, try_connection
from integrations.actions.sync import ask_for_sync
from integrations.choices import Health
from integrations.models import Connection, InboundEvent, MailAddress, SyncRun
from tests.integrations.conftest import settle
from tests.integrations.imap import imap_server
from tests.integrations.mails import raw_mail
from tickets.choices import WorkState
from tickets.errors import Conflict, Invalid
from tickets.models import Ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def server():
    with imap_server() as (port, script):
        yield port, script


@pytest.fixture
def fetched(server, mona, settings):
    """A mailbox on the server; `fetched(...)` sets more of its settings."""
    settings.INTEGRATION_HOSTS = ["127.0.0.1"]

    def make(password="secret", **more):
        given = {"host": "127.0.0.1", "port": server[0], "security": "none", "user": "help"} | more
        fields = {"name": "Help", "provider": "email", "settings": given, "credentials": {"password": password}}
        box = save_connection(by=mona, fields=fields)
        MailAddress.objects.create(connection=box, address="help@acme.example")
        return box

    return make


def fetch(box, mona):
    run = ask_for_sync(by=mona, connection=box)
    settle()
    return SyncRun.objects.get(pk=run.pk)


def test_letters_are_stored_and_then_marked_as_read(server, fetched, mona, carl):
    inbox = server[1].inbox
    inbox.put(raw_mail("Read before", Message_ID="<0@x>"))
    inbox.seen.add(1)
    for number in range(3):
        inbox.put(raw_mail(f"Number {number}", Message_ID=f"<{number + 1}@x>"))
    box = fetched()
    run = fetch(box, mona)
    assert (run.state, run.seen, run.changed) == (WorkState.DONE, 3, 3)
    assert Ticket.objects.count() == 3
    assert inbox.seen == {1, 2, 3, 4}
    assert not any("EXPUNGE" in command for command in server[1].asked)


def test_the_next_run_takes_what_came_since_even_if_somebody_read_it(server, fetched, mona, carl):
    box, inbox = fetched(), server[1].inbox
    inbox.put(raw_mail("One", Message_ID="<1@x>"))
    fetch(box, mona)
    inbox.put(raw_mail("Two", Message_ID="<2@x>"))
    inbox.seen.add(2)
    box.refresh_from_db()
    assert fetch(box, mona).changed == 1
    box.refresh_from_db()
    assert fetch(box, mona).seen == 0, "a server answers n:* with its last letter"
    assert Ticket.objects.count() == 2


def test_letters_move_to_the_done_folder(server, fetched, mona, carl):
    script = server[1]
    for number in range(25):
        script.inbox.put(raw_mail(f"Number {number}", Message_ID=f"<{number}@x>", sender=f"p{number}@x.example"))
    run = fetch(fetched(done_folder="Done"), mona)
    assert (run.changed, run.pages) == (25, 2)
    assert not script.inbox.letters
    assert len(script.done.letters) == 25


def test_a_line_cut_while_marking_doubles_nothing(server, fetched, mona, carl):
    script = server[1]
    script.inbox.put(raw_mail())
    script.cut_at = "STORE"
    box = fetched()
    run = ask_for_sync(by=mona, connection=box)
    settle(1)
    assert InboundEvent.objects.count() == 1, "stored before it was marked"
    box.refresh_from_db()
    assert box.health == Health.FAILING
    script.cut_at = ""
    settle()
    assert SyncRun.objects.get(pk=run.pk).state == WorkState.DONE
    assert (Ticket.objects.count(), script.inbox.seen) == (1, {1})


def test_a_mailbox_made_anew_on_the_server_doubles_nothing(server, fetched, mona, carl):
    inbox = server[1].inbox
    inbox.put(raw_mail())
    box = fetched()
    fetch(box, mona)
    inbox.validity, inbox.seen = 8, set()
    box.refresh_from_db()
    run = fetch(box, mona)
    assert (run.seen, run.changed, Ticket.objects.count()) == (1, 0, 1)


def test_a_letter_that_is_too_large_opens_a_ticket_without_its_body(server, fetched, mona, carl, settings):
    settings.MAIL_MAX_BYTES = 2_000
    server[1].inbox.put(raw_mail("x" * 5_000, subject="Big"))
    fetch(fetched(), mona)
    ticket = Ticket.objects.get()
    assert ticket.title == "Big"
    assert "still in the mailbox" in ticket.description


def test_a_connection_is_tried(server, fetched, mona):
    assert try_connection(by=mona, connection=fetched()).name == "help"


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"password": "wrong"}, "user and password"),
        ({"folder": "Nowhere"}, "folders"),
        ({"port": 1}, "cannot be reached"),
    ],
)
def test_trouble_is_told_in_words(server, fetched, mona, more, says):
    with pytest.raises(Conflict, match=says):
        try_connection(by=mona, connection=fetched(**more))


def test_our_own_network_is_not_reached_and_nothing_goes_without_tls(server, fetched, mona, settings):
    box = fetched()
    settings.INTEGRATION_HOSTS = []
    with pytest.raises(Conflict, match="Without TLS"):
        try_connection(by=mona, connection=box)
    Connection.objects.filter(pk=box.pk).update(settings=box.settings | {"security": "TLS"})
    box.refresh_from_db()
    with pytest.raises(Conflict, match="inside our own network"):
        try_connection(by=mona, connection=box)
    assert not server[1].asked


def test_the_password_does_not_follow_to_another_server(fetched, mona):
    box = fetched()
    with pytest.raises(Invalid):
        save_connection(by=mona, fields={"settings": {"host": "evil.example"}}, connection=box)


def piped(monkeypatch, raw, mailbox="Acme Help"):
    """What the mail server sees: the exit code."""
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(raw)))
    try:
        call_command("receive_mail", "--mailbox", mailbox, stderr=io.StringIO())
    except SystemExit as left:
        return left.code
    return 0


def test_the_pipe_stores_a_letter_once(mailbox, carl, monkeypatch):
    raw = raw_mail().as_bytes()
    assert [piped(monkeypatch, raw), piped(monkeypatch, raw)] == [0, 0]
    settle()
    assert Ticket.objects.count() == 1


def test_the_pipe_tells_the_mail_server_what_helps(mailbox, monkeypatch, settings):
    settings.MAIL_MAX_BYTES = 500
    assert piped(monkeypatch, b"") == 65
    assert piped(monkeypatch, raw_mail("x" * 500).as_bytes()) == 65
    assert piped(monkeypatch, b"From: x\n\nx", mailbox="Nobody") == 67
    Connection.objects.update(is_enabled=False)
    assert piped(monkeypatch, b"From: x\n\nx") == 75
