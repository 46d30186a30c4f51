"""What a hosted sender tells of our mails is believed by its secret, and noted where bounces are."""

import json
from base64 import b64encode

import pytest

from integrations import counting
from integrations.models import DeadAddress, MailMessage, Message, Notification, Preferences
from tests.integrations.server import serving
from tests.integrations.telling import spread
from tickets import work
from tickets.actions.conversation import add_comment
from tickets.actions.tickets import change_ticket
from tickets.choices import Channel
from tickets.models import OutgoingMail

pytestmark = pytest.mark.django_db
PATH = "/api/v1/mail/events/postmark"
SENT_AS = "b7bc2f4a-e38e-4336-af7d-e6c392c2f817"


@pytest.fixture
def sent(settings, ticket, tess, mona):
    """A reply that Tess was sent by Postmark; returns its row."""
    answer = {"ErrorCode": 0, "Message": "OK", "MessageID": SENT_AS, "SubmittedAt": "2026-01-05T09:00:00Z"}
    with serving() as (address, script):
        script.answers = [(200, {}, {**answer, "To": tess.email})]
        settings.EMAIL_BACKEND = "tickets.mail.StoredMailBackend"
        settings.MAIL_TRANSPORT = "anymail.backends.postmark.EmailBackend"
        settings.ANYMAIL = {
            "POSTMARK_SERVER_TOKEN": "t",
            "POSTMARK_API_URL": f"{address}/",
            "WEBHOOK_SECRET": "desk:s3cret",
        }
        change_ticket(ticket=ticket, by=mona, via=Channel.WEB, changes={"assignee": tess.pk})
        spread()
        OutgoingMail.objects.all().delete()
        Message.objects.all().delete()
        MailMessage.objects.all().delete()
        add_comment(ticket=ticket, by=mona, via=Channel.WEB, body=f"@{tess.username} look, please.", internal=True)
        spread()
        work.run(OutgoingMail, OutgoingMail.objects.get().pk)
        yield MailMessage.objects.get()


@pytest.fixture
def tell(client, tess):
    """`tell(**fields)` has Postmark tell of the mail; returns the answer."""

    def call(secret="desk:s3cret", **fields):
        body = {"MessageID": SENT_AS, "Recipient": tess.email, **fields}
        proof = {"Authorization": f"Basic {b64encode(secret.encode()).decode()}"} if secret else {}
        return client.post(PATH, json.dumps(body), content_type="application/json", headers=proof)

    return call


def counted(outcome, sender="postmark"):
    return counting.webhooks.labels(sender, outcome)._value.get()


def bounce(address, kind="HardBounce", said="smtp;550 5.1.1 No such user"):
    return {
        "RecordType": "Bounce",
        "Type": kind,
        "ID": 42,
        "Email": address,
        "Details": said,
        "BouncedAt": "2026-01-05T09:01:00Z",
    }


def test_that_a_mail_arrived_is_noted_on_it_and_on_the_message(sent, tell):
    before = counted("taken")
    for _ in range(2):
        answer = tell(RecordType="Delivery", DeliveredAt="2026-01-05T09:01:00Z")
        assert (answer.status_code, answer.json()) == (200, {"status": "stored"})
    sent.refresh_from_db()
    assert sent.delivered_at.isoformat() == "2026-01-05T09:01:00+00:00"
    assert Message.objects.get(medium="email").outcome == "delivered"
    assert counted("taken") == before + 2


def test_one_that_came_back_after_all_fails_and_ends_mail_to_a_dead_address(sent, tell, ticket, tess):
    tell(RecordType="Delivery", DeliveredAt="2026-01-05T09:01:00Z")
    for _ in range(2):
        tell(**bounce(tess.email))
    sent.refresh_from_db()
    assert "5.1.1" in sent.bounce
    assert DeadAddress.objects.get().address == tess.email
    assert Message.objects.get(medium="email").outcome == "failed"
    assert ticket.comments.filter(body__contains="came back").count() == 1
    assert Notification.objects.visible_to(tess).exists()


@pytest.mark.parametrize(
    ("kind", "said", "hard"),
    [
        ("SoftBounce", "", False),
        ("SoftBounce", "550 5.1.1 unknown", True),
        ("HardBounce", "552 5.2.2 full", False),
        ("HardBounce", "", True),
    ],
)
def test_only_an_address_that_is_at_fault_is_dead(sent, tell, tess, kind, said, hard):
    tell(**bounce(tess.email, kind, said))
    assert DeadAddress.objects.exists() == hard
    sent.refresh_from_db()
    assert sent.bounced_at


def test_who_calls_it_spam_is_sent_nothing_more(sent, tell, ticket, tess):
    for _ in range(2):
        tell(RecordType="SpamComplaint", Type="SpamComplaint", Email=tess.email, BouncedAt="2026-01-05T09:01:00Z")
    assert "spam" in DeadAddress.objects.get().detail
    assert ticket.comments.filter(body__contains="spam").count() == 1


def test_who_wants_no_more_mail_gets_none_and_reads_it_here(sent, tell, tess):
    tell(
        RecordType="SubscriptionChange",
        SuppressSending=True,
        SuppressionReason="ManualSuppression",
        ChangedAt="2026-01-05T09:01:00Z",
    )
    assert all("email" not in media for media in Preferences.objects.get(person=tess).media.values())
    assert not DeadAddress.objects.exists()


def test_what_is_not_about_a_mail_of_ours_is_ignored(sent, tell):
    before = counted("ignored")
    assert tell(MessageID="other", RecordType="Delivery", DeliveredAt="2026-01-05T09:01:00Z").json() == {
        "status": "ignored"
    }
    assert tell(Recipient="eve@example.com", RecordType="Delivery").json() == {"status": "ignored"}
    assert tell(RecordType="Open").json() == {"status": "ignored"}
    assert counted("ignored") == before + 3


@pytest.mark.parametrize("secret", ["", "desk:wrong"])
def test_what_is_not_believed_is_refused_and_counted(sent, tell, secret):
    before = counted("forged")
    assert tell(secret, RecordType="Delivery").status_code == 401
    assert counted("forged") == before + 1
    sent.refresh_from_db()
    assert sent.delivered_at is None


def test_without_a_secret_nobody_is_believed(sent, tell, settings):
    settings.ANYMAIL = {"POSTMARK_SERVER_TOKEN": "t"}
    before = counted("no_secret")
    with pytest.warns(match="insecure"):
        assert tell(RecordType="Delivery").status_code == 401
    assert counted("no_secret") == before + 1


def test_nonsense_and_a_desk_without_a_hosted_sender_have_their_answers(sent, tell, client, settings):
    proof = {"Authorization": f"Basic {b64encode(b'desk:s3cret').decode()}"}
    assert client.post(PATH, "{", content_type="application/json", headers=proof).status_code == 400
    settings.MAIL_TRANSPORT = "django.core.mail.backends.smtp.EmailBackend"
    assert tell(RecordType="Delivery").status_code == 404
