"""Mailboxes that are signed in to by OAuth, for reading and for sending: tokens are kept, renewed, and asked for by who may be."""

import base64
import logging
import socket
from urllib.parse import parse_qs

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from django.core.cache import cache
from django.core.mail import EmailMessage
from django.core.mail.utils import DNS_NAME

from integrations.actions.connect import save_connection, try_connection
from integrations.actions.sync import ask_for_sync
from integrations.choices import Health
from integrations.models import Connection, MailAddress, SyncRun
from tests.integrations.conftest import settle
from tests.integrations.imap import imap_server
from tests.integrations.mails import raw_mail
from tests.integrations.server import serving
from tickets import work
from tickets.choices import WorkState
from tickets.errors import Conflict, Invalid
from tickets.models import OutgoingMail, Ticket

pytestmark = pytest.mark.django_db
CREDENTIALS = {"client_id": "desk", "client_secret": "s3cret", "refresh_token": "r-1"}
OVER = (400, {}, {"error": "invalid_grant", "error_description": "AADSTS70008: expired"})


class Provider:
    """Whoever gives the tokens: `grants` are answers in turn, the last for ever."""

    def __init__(self, script):
        self.script = script

    def gives(self, *answers):
        self.script.answers = list(answers)

    @property
    def asked(self):
        return [{name: value[0] for name, value in parse_qs(body.decode()).items()} for *_, body in self.script.asked]


def granted(token="t0ken", **more):
    return 200, {}, {"access_token": token, "token_type": "Bearer", "expires_in": 3599, **more}


@pytest.fixture(autouse=True)
def own_machine(settings):
    settings.INTEGRATION_HOSTS = ["127.0.0.1"]
    cache.clear()


@pytest.fixture
def oauth():
    with serving() as (address, script):
        script.address = f"{address}/common/oauth2/v2.0/token"
        there = Provider(script)
        there.gives(granted())
        yield there


@pytest.fixture
def imap():
    with imap_server() as (port, script):
        script.port = port
        yield script


@pytest.fixture
def mailbox(oauth, imap, mona):
    """A mailbox that is signed in to by a refresh token; `mailbox(smtp_port=…)` sets more."""

    def make(credentials=CREDENTIALS, **more):
        given = {"host": "127.0.0.1", "port": imap.port, "security": "none", "user": "help"}
        given |= {"token_url": oauth.script.address, "scope": "imap smtp offline_access"} | more
        fields = {"name": "Help", "provider": "email", "settings": given, "credentials": credentials}
        box = save_connection(by=mona, fields=fields)
        MailAddress.objects.create(connection=box, address="help@acme.example")
        return box

    return make


def fetch(box, mona):
    run = ask_for_sync(by=mona, connection=box)
    settle()
    box.refresh_from_db()
    return SyncRun.objects.get(pk=run.pk)


def test_letters_are_fetched_with_a_token_that_is_asked_for_once(mailbox, oauth, imap, mona, carl):
    box = mailbox()
    for number in range(2):
        imap.inbox.put(raw_mail(Message_ID=f"<{number}@x>"))
        assert fetch(box, mona).state == WorkState.DONE
    assert Ticket.objects.count() == 2
    assert oauth.asked == [CREDENTIALS | {"grant_type": "refresh_token", "scope": "imap smtp offline_access"}]


def test_a_token_that_has_nearly_ended_is_not_used(mailbox, oauth, mona, monkeypatch):
    """It is asked for anew two minutes before its end; the cache holds nothing that could be read."""
    kept = {}
    monkeypatch.setattr(cache, "set", lambda key, value, seconds: kept.update({key: (value, seconds)}))
    oauth.gives(granted(expires_in=300))
    fetch(mailbox(), mona)
    [(value, seconds)] = kept.values()
    assert (seconds, "t0ken" in value) == (180, False)


def test_a_token_that_the_server_refuses_is_asked_for_anew_once(mailbox, oauth, imap, mona):
    box = mailbox()
    fetch(box, mona)
    imap.token = "t1"
    oauth.gives(granted("t1"))
    assert fetch(box, mona).state == WorkState.DONE
    imap.token = "nobody has it"
    assert fetch(box, mona).state == WorkState.QUARANTINED
    assert (len(oauth.asked), box.health) == (3, Health.REFUSED)


def test_a_refresh_token_that_is_given_in_place_of_ours_is_kept_encrypted_and_used(mailbox, oauth, mona):
    box = mailbox()
    oauth.gives(granted(refresh_token="r-2", expires_in=1))
    fetch(box, mona)
    assert box.secrets == CREDENTIALS | {"password": "", "oauth_token": "", "refresh_token": "r-2"}
    assert "r-2" not in str(Connection.objects.extra(select={"raw": "credentials"}).values_list("raw"))
    cache.clear()
    fetch(box, mona)
    assert [asked["refresh_token"] for asked in oauth.asked] == ["r-1", "r-2"]


def test_credentials_that_somebody_gave_meanwhile_stay(mailbox, oauth, mona):
    box = mailbox()
    stale = Connection.objects.get(pk=box.pk)
    save_connection(by=mona, fields={"credentials": {"refresh_token": "by hand"}}, connection=box)
    oauth.gives(granted(refresh_token="r-2"))
    try_connection(by=mona, connection=stale)
    assert Connection.objects.get(pk=box.pk).secrets["refresh_token"] == "by hand"


def test_access_that_was_withdrawn_is_a_state_of_its_own_and_says_what_to_do(mailbox, oauth, mona, client):
    box = mailbox()
    oauth.gives(OVER)
    assert fetch(box, mona).state == WorkState.QUARANTINED
    client.force_login(mona)
    page = client.get("/integrations").content.decode()
    assert "Sign-in refused" in page
    assert "Sign in there again, and put the new refresh token into the connection." in page
    assert "AADSTS70008" not in page
    oauth.gives(granted())
    save_connection(by=mona, fields={"credentials": {"refresh_token": "r-9"}}, connection=box)
    fetch(box, mona)
    assert box.health == Health.WELL


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        ((401, {}, {"error": "invalid_client"}), "Client id and secret"),
        ((400, {}, {"error": "invalid_scope", "error_description": "No such scope."}), "No such scope"),
        ((200, {}, {"no": "token"}), "without a token"),
    ],
)
def test_other_trouble_with_tokens_is_told_in_words(mailbox, oauth, mona, answer, says):
    oauth.gives(answer)
    with pytest.raises(Conflict, match=says):
        try_connection(by=mona, connection=mailbox())


def test_a_refresh_token_needs_its_address_and_follows_to_no_other(mailbox, mona):
    with pytest.raises(Conflict, match="token address"):
        try_connection(by=mona, connection=mailbox(token_url=""))
    for more in ({"token_url": "https://evil.example/token"}, {"smtp_host": "evil.example"}):
        with pytest.raises(Invalid) as refused:
            save_connection(by=mona, fields={"settings": more}, connection=Connection.objects.get())
        assert list(refused.value.errors) == ["credentials"]


def test_a_mailbox_from_before_there_was_oauth_is_changed_without_its_password(mailbox, mona):
    box = mailbox({"password": "secret"})
    Connection.objects.update(settings={"host": box.settings["host"], "port": box.settings["port"], "security": "none"})
    box.refresh_from_db()
    assert (
        save_connection(by=mona, fields={"settings": {"folder": "Post"}}, connection=box).secrets["password"]
        == "secret"
    )


class Postbox:
    """An SMTP server that takes mail from who has the token."""

    def __init__(self):
        self.envelopes, self.token, self.tried = [], "t0ken", 0

    async def auth_XOAUTH2(self, server, args):  # noqa: N802 - the library's name
        self.tried += 1
        said = base64.b64decode(args[1])
        if said == f"user=help\x01auth=Bearer {self.token}\x01\x01".encode():
            return AuthResult(success=True)
        await server.challenge_auth(b"{}")
        return AuthResult(success=False, handled=False)

    async def handle_DATA(self, server, session, envelope):  # noqa: N802 - the library's name
        self.envelopes.append((session.authenticated, envelope))
        return "250 OK"


@pytest.fixture
def postbox(settings, monkeypatch):
    monkeypatch.setattr(DNS_NAME, "_fqdn", "desk.example", raising=False)  # a lookup that some networks answer late
    logging.getLogger("mail.log").setLevel(logging.ERROR)
    box = Postbox()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        box.port = free.getsockname()[1]
    server = Controller(
        box, hostname="127.0.0.1", port=box.port, server_hostname="postbox.example", auth_require_tls=False
    )
    server.start()
    settings.EMAIL_BACKEND = "tickets.mail.StoredMailBackend"
    yield box
    server.stop()


def send(sender="Acme Help <help@acme.example>"):
    EmailMessage("Hello", "On my way", sender, ["carl@example.com"]).send()
    row = OutgoingMail.objects.latest("pk")
    work.run(OutgoingMail, row.pk)
    row.refresh_from_db()
    return row


@pytest.fixture
def sending(mailbox, postbox):
    return mailbox(smtp_host="127.0.0.1", smtp_port=postbox.port, smtp_security="none")


def test_mail_of_the_mailbox_is_sent_by_its_own_server_with_the_same_token(sending, postbox, oauth, mona):
    assert try_connection(by=mona, connection=sending).name == "help"
    assert send().state == WorkState.DONE
    [(is_known, envelope)] = postbox.envelopes
    assert (is_known, envelope.mail_from, envelope.rcpt_tos) == (True, "help@acme.example", ["carl@example.com"])
    assert b"Subject: Hello" in envelope.content
    assert len(oauth.asked) == 1


def test_mail_of_others_is_sent_as_the_installation_says(sending, postbox, settings, mailoutbox):
    settings.MAIL_OTHERWISE = "django.core.mail.backends.locmem.EmailBackend"
    assert send("Somebody <else@acme.example>").state == WorkState.DONE
    assert (len(mailoutbox), postbox.tried) == (1, 0)


def test_a_token_that_the_smtp_server_refuses_is_asked_for_anew_once(sending, postbox, oauth):
    send()
    postbox.token = "t1"
    oauth.gives(granted("t1"))
    assert send().state == WorkState.DONE
    postbox.token = "nobody has it"
    row = send()
    sending.refresh_from_db()
    assert (row.state, sending.health) == (WorkState.QUEUED, Health.REFUSED)
    assert (len(oauth.asked), len(postbox.envelopes)) == (3, 2)


def test_an_smtp_server_that_is_away_is_tried_again_and_one_without_tls_needs_leave(sending, settings, postbox):
    Connection.objects.update(settings=sending.settings | {"smtp_port": 1})
    assert send().state == WorkState.QUEUED
    settings.INTEGRATION_HOSTS = []
    Connection.objects.update(settings=sending.settings | {"token_url": "", "smtp_port": postbox.port})
    Connection.objects.update(credentials='{"oauth_token": "t0ken"}')
    row = send()
    assert (row.state, "Without TLS" in row.last_error) == (WorkState.QUARANTINED, True)
