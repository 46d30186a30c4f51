"""Everybody says where and when they want to hear of what: quiet hours, digests, silence on a ticket, no more mail."""

from datetime import UTC, datetime, time, timedelta

import pytest
from django.core import mail
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from integrations.actions.preferences import save_preferences
from integrations.choices import Digest, Kind, Medium
from integrations.models import Message, Mute, Notification, Preferences
from integrations.notifications.habits import next_digest, release, when_to_send
from integrations.notifications.kinds import KINDS
from tests.integrations.telling import spread, told
from tickets import work
from tickets.actions.conversation import add_comment
from tickets.actions.tickets import change_ticket
from tickets.choices import Channel
from tickets.errors import Invalid
from tickets.models import User

PAGE, API = "/notifications/preferences", "/api/v1/notifications/preferences"
WEB = Channel.WEB
SATURDAY = datetime(2026, 11, 21, 22, tzinfo=UTC)  # 23:00 in Berlin


def row(**fields):
    return Preferences(person=User(time_zone="Europe/Berlin", role="technician"), **fields)


@pytest.fixture
def assigned(ticket, tess, mona):
    change_ticket(ticket=ticket, by=mona, via=WEB, changes={"assignee": tess.pk})
    spread()
    Notification.objects.all().delete()
    mail.outbox.clear()
    return ticket


@pytest.fixture
def saturday(monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: SATURDAY)


def mention(ticket, by, body="@tess look"):
    add_comment(ticket=ticket, by=by, via=WEB, body=body, internal=True)
    spread()


def let_it_be(moment, monkeypatch):
    """Let it be that moment: what has waited for it is carried out."""
    monkeypatch.setattr(timezone, "now", lambda: moment)
    for pk in Message.objects.filter(state="queued", due__lte=moment).order_by("pk").values_list("pk", flat=True):
        work.run(Message, pk)


def test_quiet_hours_belong_to_the_day_on_which_they_begin():
    quiet = row(quiet_from=time(22), quiet_until=time(7), quiet_days=[5])
    assert release(quiet, SATURDAY) == datetime(2026, 11, 22, 6, tzinfo=UTC)
    assert release(quiet, SATURDAY + timedelta(hours=6)) == datetime(2026, 11, 22, 6, tzinfo=UTC)
    assert release(quiet, SATURDAY + timedelta(days=1)) == SATURDAY + timedelta(days=1)
    assert release(row(quiet_from=time(22), quiet_until=time(7), quiet_zone="UTC"), SATURDAY) == datetime(
        2026, 11, 22, 7, tzinfo=UTC
    )


@given(st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC)), st.integers(0, 23))
def test_the_next_digest_lies_ahead_and_within_a_day(now, hour):
    daily = next_digest(row(digest=Digest.DAILY, digest_hour=hour), now)
    hourly = next_digest(row(digest=Digest.HOURLY), now)
    assert now < daily <= now + timedelta(hours=25)
    assert now < hourly <= now + timedelta(hours=1)


@pytest.mark.parametrize("kind", Kind)
def test_what_is_urgent_waits_for_nothing(kind):
    busy = row(quiet_from=time(22), quiet_until=time(7), digest=Digest.DAILY)
    due, together = when_to_send(busy, kind, Medium.EMAIL, SATURDAY)
    assert (due == SATURDAY, together) == (KINDS[kind].urgent, not KINDS[kind].urgent)


@pytest.mark.django_db
def test_mail_waits_for_the_end_of_quiet_hours_and_the_bell_does_not(assigned, tess, mona, saturday, monkeypatch):
    save_preferences(by=tess, fields={"quiet_from": "22:00", "quiet_until": "07:00", "quiet_zone": "Europe/Berlin"})
    mention(assigned, mona)
    assert told(tess) == ["mention"]
    assert mail.outbox == []
    let_it_be(datetime(2026, 11, 22, 6, tzinfo=UTC), monkeypatch)
    assert len(mail.outbox) == 1


@pytest.mark.django_db
def test_a_digest_is_one_mail_without_what_was_read_meanwhile(assigned, tess, mona, saturday, monkeypatch):
    save_preferences(by=tess, fields={"digest": "hourly"})
    for words in ("@tess one", "@tess two", "@tess three"):
        mention(assigned, mona, words)
    Notification.objects.filter(text="@tess two").update(read_at=SATURDAY)
    assert mail.outbox == []
    let_it_be(SATURDAY + timedelta(hours=1), monkeypatch)
    (letter,) = mail.outbox
    assert letter.subject == "2 notifications"
    assert "@tess one" in letter.body
    assert "@tess two" not in letter.body
    assert f"/tickets/{assigned.reference}" in letter.body
    assert sorted(Message.objects.filter(in_digest=True).values_list("outcome", flat=True)) == [
        "dropped",
        "sent",
        "sent",
    ]


@pytest.mark.django_db
def test_a_digest_of_one_is_the_mail_itself(assigned, tess, mona, saturday, monkeypatch):
    save_preferences(by=tess, fields={"digest": "daily", "digest_hour": 7})
    mention(assigned, mona)
    let_it_be(datetime(2026, 11, 22, 7, tzinfo=UTC), monkeypatch)
    assert mail.outbox[0].subject.startswith("Mona mentions you: [T-")


@pytest.mark.django_db
def test_words_come_in_the_readers_language(assigned, tess, mona):
    save_preferences(by=tess, fields={"language": "de"})
    mention(assigned, mona)
    assert mail.outbox[0].subject == f"Mona erwähnt Sie: [{assigned.reference}] Printer is on fire"
    assert "Ticket öffnen" in mail.outbox[0].alternatives[0].content


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["page", "mailbox"])
def test_the_link_in_a_mail_ends_mails_of_its_kind_without_signing_in(client, assigned, tess, mona, method):
    mention(assigned, mona)
    header = mail.outbox[0].extra_headers["List-Unsubscribe"].strip("<>")
    path = header.partition("8000")[2] or header
    assert "no more mail of the kind “You are mentioned”" in client.get(path).content.decode()
    assert not Preferences.objects.exists(), "a mailbox that looks at links ends nothing"
    body = {"List-Unsubscribe": "One-Click"} if method == "mailbox" else {}
    assert "gets no more mail" in client.post(path, body).content.decode()
    mail.outbox.clear()
    mention(assigned, mona, "@tess again")
    assert mail.outbox == []
    assert told(tess) == ["mention", "mention"]
    assert client.post(path[:-2] + "xx").status_code == 404


@pytest.mark.django_db
def test_the_page_shows_the_defaults_and_keeps_what_differs(client, tess, mona):
    client.force_login(tess)
    page = client.get(PAGE).content.decode()
    assert 'name="mention-email" checked' in page
    assert 'name="new_ticket-app"' in page
    assert "receipt" not in page
    sent = {f"{kind}-app": "on" for kind in KINDS} | {"mention-email": "on", "language": "de", "digest": "daily"}
    sent |= {"digest_hour": "7", "quiet_from": "22:00", "quiet_until": "06:30", "quiet_days": ["5", "6"]}
    answer = client.post(PAGE, sent, follow=True).content.decode()
    assert "You are told like this from now on." in answer
    row = Preferences.objects.get(person=tess)
    assert (row.quiet_days, row.quiet_until, row.digest_hour) == ([5, 6], time(6, 30), 7)
    assert row.media["assigned"] == ["app"]
    assert "mention" not in row.media, "as the defaults are"
    refused = client.post(PAGE, sent | {"quiet_until": "22:00"})
    assert refused.status_code == 400
    assert "The whole day would be quiet" in refused.content.decode()


@pytest.mark.django_db
def test_the_page_of_a_requester_has_what_requesters_hear_of(client, carl):
    client.force_login(carl)
    page = client.get(PAGE).content.decode()
    assert 'name="receipt-email" checked' in page
    assert "sla_breached" not in page


@pytest.mark.django_db
def test_preferences_by_the_api(api, tess, carl):
    assert api(tess).get(API).json()["media"]["reply"] == ["app", "email"]
    changed = api(tess).patch(API, {"media": {"reply": ["app"]}, "quiet_from": "21:00", "quiet_until": "06:00"}).json()
    assert changed["media"]["reply"] == ["app"]
    assert changed["media"]["mention"] == ["app", "email"]
    assert changed["quiet_from"] == "21:00:00"
    assert api(carl).patch(API, {"media": {"sla_breached": ["email"]}}).status_code == 400


NONSENSE = [
    ("media", {"media": {"reply": ["pigeon"]}}),
    ("media", {"media": ["reply"]}),
    ("order", {"order": ["app"]}),
    ("phone", {"phone": "030 123"}),
    ("quiet_until", {"quiet_from": "22:00"}),
    ("quiet_days", {"quiet_days": [7]}),
    ("quiet_zone", {"quiet_zone": "Mars/Olympus"}),
    ("digest_hour", {"digest_hour": 24}),
    ("language", {"language": "tlh"}),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("field", "fields"), NONSENSE)
def test_nonsense_is_refused_at_its_field(tess, field, fields):
    with pytest.raises(Invalid) as refused:
        save_preferences(by=tess, fields=fields)
    assert list(refused.value.errors) == [field]


@pytest.mark.django_db
def test_a_ticket_is_muted_from_its_menu_and_by_the_api(client, api, ticket, tess, gina):
    client.force_login(tess)
    page = f"/tickets/{ticket.reference}"
    assert f'href="{page}/mute"' in client.get(page).content.decode()
    assert "Mute this ticket?" in client.get(f"{page}/mute").content.decode()
    assert "You hear nothing more of this ticket." in client.post(f"{page}/mute", follow=True).content.decode()
    assert "Hear of it again" in client.get(f"{page}/mute").content.decode()
    path = f"/api/v1/tickets/{ticket.reference}/mute"
    assert api(tess).put(path, {"muted": False}).json() == {"muted": False}
    assert not Mute.objects.exists()
    assert api(gina).put(path, {"muted": True}).status_code == 404


@pytest.mark.django_db
def test_who_asks_mutes_a_ticket_in_the_portal(client, ticket, carl, gina):
    client.force_login(carl)
    page, button = f"/portal/tickets/{ticket.pk}", f"/portal/tickets/{ticket.pk}/mute"
    assert f'action="{button}"' in client.get(page).text
    for _ in range(2):
        assert "Hear of it again" in client.post(button, {"muted": "yes"}, follow=True).text
    assert Mute.objects.get().person == carl
    assert "You hear of this ticket again." in client.post(button, {"muted": "no"}, follow=True).text
    assert not Mute.objects.exists()
    client.force_login(gina)
    assert client.post(button, {"muted": "yes"}).status_code == 404
