"""What people ask for from within Slack: done as who they are at the desk, with their rights, once, and answered to them alone."""

import hashlib
import hmac
import json
import time
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.utils import timezone

from integrations import http
from integrations.actions.connect import save_connection
from integrations.actions.hand_on import hand_on
from integrations.models import InboundEvent
from integrations.ticket_pages import address_of
from sla.actions.calendars import save_calendar
from sla.actions.policies import save_policy
from sla.actions.watch import watch
from sla.models import Breach
from tests.integrations.conftest import settle
from tests.integrations.workspace import CHANNEL, TEAM
from tickets import work
from tickets.actions.tickets import create_ticket
from tickets.choices import Channel, WorkState
from tickets.models import Ticket, User

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


@pytest.fixture
def desk_people(acme_slack, tess, milo, carl):
    """Tess, Milo and Carl are in the workspace, too."""
    for number, user in {"U2": tess, "U3": milo, "U4": carl}.items():
        acme_slack.join(number, user.email, user.name)


@pytest.fixture
def send(slack, api):
    """`send(body)` calls our address as Slack does: a dict as JSON, other things as a form."""

    def call(body, *, secret="s3cret", late=0, form=False):
        raw = (urlencode(body) if form else json.dumps(body)).encode() if isinstance(body, dict) else body
        sent_at = str(int(time.time() - late))
        digest = hmac.new(secret.encode(), f"v0:{sent_at}:".encode() + raw, hashlib.sha256).hexdigest()
        headers = {"X-Slack-Request-Timestamp": sent_at, "X-Slack-Signature": f"v0={digest}"}
        kind = "application/x-www-form-urlencoded" if form else "application/json"
        address = f"/api/v1/integrations/slack/webhook/{slack.token}"
        return api().generic("POST", address, raw, content_type=kind, headers=headers)

    return call


@pytest.fixture
def type_in(send, acme_slack):
    """`type_in("U2", "status T-1")` is `/ticket status T-1` by that person."""

    def command(person, text, trigger="t-1", **more):
        body = {
            "team_id": TEAM,
            "channel_id": CHANNEL,
            "user_id": person,
            "command": "/ticket",
            "text": text,
            "trigger_id": trigger,
            "response_url": f"{acme_slack.address}/answer",
        }
        return send(body | more, form=True)

    return command


@pytest.fixture
def press(send, acme_slack):
    """`press("U2", "resolve", ticket)` presses a button of the ticket's message."""

    def pressed(person, action, ticket, trigger="p-1"):
        payload = {
            "type": "block_actions",
            "team": {"id": TEAM, "domain": "acme"},
            "user": {"id": person},
            "channel": {"id": CHANNEL},
            "actions": [{"action_id": action, "value": ticket.reference}],
            "response_url": f"{acme_slack.address}/answer",
            "trigger_id": trigger,
        }
        return send({"payload": json.dumps(payload)}, form=True)

    return pressed


def event(name="E1", team=TEAM, **what):
    return {"type": "event_callback", "team_id": team, "event_id": name, "event": what}


def said(acme_slack):
    return [told["text"] for told in acme_slack.told]


def test_the_address_is_proven_by_its_challenge(send):
    assert send({"type": "url_verification", "challenge": "3eZb"}).json() == {"challenge": "3eZb"}


@pytest.mark.parametrize(
    ("wrong", "status"),
    [
        ({"secret": "other"}, 401),
        ({"secret": ""}, 401),
        ({"late": 301}, 401),
        ({"late": -400}, 401),
    ],
)
def test_forged_and_old_calls_are_refused(send, wrong, status):
    assert send(event(type="message", text="x", thread_ts="1.1", ts="2.2"), **wrong).status_code == status
    assert InboundEvent.objects.count() == 0


@pytest.mark.parametrize(
    ("body", "status"),
    [(event(team="T9", type="message"), 403), (b"{", 400), (b"payload=%7B", 400), (b"\xff\xff", 400)],
)
def test_calls_of_others_and_without_sense_are_refused(send, body, status):
    assert send(body).status_code == status


def test_a_command_is_answered_at_once_and_opens_a_ticket_as_the_person(type_in, desk_people, acme_slack, carl):
    answer = type_in("U4", "The printer <http://a.test|a.test> is on &lt;fire&gt;")
    assert (answer.status_code, answer.json()) == (200, {"response_type": "ephemeral", "text": "One moment…"})
    settle()
    ticket = Ticket.objects.get()
    assert (ticket.requester, ticket.title, ticket.channel) == (
        carl,
        "The printer [a.test](http://a.test) is on <fire>",
        Channel.WEBHOOK,
    )
    assert said(acme_slack) == [f"{ticket.reference} is open: {address_of(ticket.pk)}"]
    assert acme_slack.told[0]["response_type"] == "ephemeral"


def test_a_command_that_comes_twice_is_done_once(type_in, desk_people, acme_slack):
    type_in("U4", "The printer burns")
    assert type_in("U4", "The printer burns").status_code == 200
    settle()
    assert (Ticket.objects.count(), len(acme_slack.told)) == (1, 1)


@pytest.mark.parametrize("text", ["", " help ", "status"])
def test_help_is_all_that_an_empty_command_gets(type_in, text):
    assert "status T-1042" in type_in("U4", text).json()["text"]
    assert InboundEvent.objects.count() == 0


def test_where_only_the_answer_fails_it_alone_is_sent_again(type_in, desk_people, acme_slack, monkeypatch):
    monkeypatch.setattr(http.time, "sleep", lambda _: None)
    acme_slack.refuse["answer"] = (500, {}, b"")
    type_in("U4", "The printer burns")
    settle(1)
    row = InboundEvent.objects.get()
    assert (row.state, Ticket.objects.count(), said(acme_slack)) == (WorkState.QUEUED, 1, [])
    acme_slack.refuse.clear()
    settle()
    assert (Ticket.objects.count(), len(said(acme_slack))) == (1, 1)


def test_a_token_that_was_revoked_is_an_admins_to_mend_and_the_wish_waits(type_in, slack, acme_slack):
    acme_slack.refuse["users.info"] = "token_revoked"
    type_in("U1", "The printer burns")
    settle()
    slack.refresh_from_db()
    assert (slack.health, "token_revoked" in slack.health_detail) == ("refused", True)
    row = InboundEvent.objects.get()
    assert row.state == WorkState.QUARANTINED
    acme_slack.refuse.clear()
    work.run_again(row)
    settle()
    assert len(said(acme_slack)) == 1


def test_an_answer_that_comes_too_late_is_shown_in_the_channel_to_the_person_alone(type_in, desk_people, acme_slack):
    acme_slack.refuse["answer"] = (404, {}, b"expired_url")
    type_in("U4", "The printer burns")
    settle()
    [told] = acme_slack.told
    assert (told["channel"], told["user"]) == (CHANNEL, "U4")


def test_nobody_learns_of_a_ticket_that_is_not_theirs(type_in, desk_people, acme_slack, ticket, gina):
    acme_slack.join("U5", gina.email, "Gina")
    type_in("U4", f"status {ticket.reference}", "t-1")
    type_in("U5", f"status {ticket.reference}", "t-2")
    type_in("U5", "status T-999999", "t-3")
    settle()
    seen, hidden, missing = said(acme_slack)
    assert f"{ticket.reference} Printer is on fire: Open, priority medium, with nobody yet." in seen
    assert hidden == missing


def test_buttons_do_what_they_say_as_the_person_who_presses(press, desk_people, slack, acme_slack, ticket, tess):
    hand_on(ticket=ticket, connection=slack, by=tess)
    settle()
    answer = press("U2", "assign", ticket, "p-1")
    assert (answer.status_code, answer.content) == (200, b"")
    press("U2", "resolve", ticket, "p-2")
    settle()
    ticket.refresh_from_db()
    assert (ticket.assignee, ticket.status, ticket.resolution) == (tess, "resolved", "Resolved in Slack.")
    assert [event.actor for event in ticket.events.order_by("-pk")[:2]] == [tess, tess]
    assert "*Status:* Resolved" in str(acme_slack.messages[0]["blocks"])


@pytest.mark.parametrize("person", ["U1", "U3", "U4"])
def test_a_button_gives_nobody_rights(press, desk_people, acme_slack, ticket, person):
    """Mia is unknown at the desk, Milo is not on the ticket's team, Carl asks."""
    press(person, "assign", ticket, "p-1")
    press(person, "acknowledge", ticket, "p-2")
    settle()
    ticket.refresh_from_db()
    assert (ticket.assignee, len(said(acme_slack))) == (None, 2)
    assert set(InboundEvent.objects.values_list("state", flat=True)) == {WorkState.DONE}


def test_a_breach_is_acknowledged_by_a_button(press, desk_people, acme_slack, make_ticket, tess, ada, mona):
    always = {"name": "Always", "zone": "UTC", "windows": {day: ["00:00-24:00"] for day in DAYS}}
    targets = {"first_response": {"medium": "4 h", "high": "4 h"}}
    calendar = save_calendar(by=ada, fields=always)
    save_policy(
        by=mona,
        fields={"name": "Standard", "calendar": calendar.pk, "is_default": True, "targets": targets},
        scope="new",
    )
    ticket = make_ticket()
    press("U2", "acknowledge", ticket, "p-1")
    settle()
    watch(timezone.now() + timedelta(hours=5))
    press("U2", "acknowledge", ticket, "p-2")
    settle()
    assert Breach.objects.get().acknowledged_by == tess
    nothing, done = said(acme_slack)
    assert "has no breach" in nothing
    assert "acknowledged" in done


@pytest.mark.parametrize("fields", [{"is_active": False}, {"unconfirmed": True}, {}])
def test_whose_address_nobody_confirmed_is_told_what_to_do(type_in, acme_slack, make_user, fields, settings):
    acme_slack.join("U6", "uma@example.com", "Uma")
    if fields:
        make_user("Uma", is_active=fields.get("is_active", True), email_confirmed=not fields.get("unconfirmed"))
    type_in("U6", "The printer burns")
    settle()
    assert Ticket.objects.count() == 0
    assert settings.SITE_URL in said(acme_slack)[0]


@pytest.fixture
def open_to_all(slack, mona):
    save_connection(by=mona, connection=slack, fields={"settings": {"opens_for_strangers": True}})


def test_a_stranger_becomes_a_requester_where_the_settings_say_so_and_no_more(
    type_in, press, open_to_all, acme_slack, ticket
):
    type_in("U1", "My screen is dark", "t-1")
    type_in("U1", "And cold", "t-2")
    type_in("U1", f"status {ticket.reference}", "t-3")
    press("U1", "resolve", ticket)
    settle()
    mia = User.objects.get(email="mia@example.com")
    assert (mia.role, mia.emailaddress_set.filter(verified=True).exists()) == ("requester", False)
    assert list(mia.requested_tickets.order_by("pk").values_list("title", flat=True)) == [
        "My screen is dark",
        "And cold",
    ]
    assert Ticket.objects.get(pk=ticket.pk).status == "open"
    assert len([text for text in said(acme_slack) if "Nobody with a confirmed address" in text]) == 2


def test_staff_with_an_address_that_they_did_not_confirm_are_no_strangers(type_in, open_to_all, acme_slack, make_user):
    make_user("Olga", "technician", email_confirmed=False)
    acme_slack.join("U7", "olga@example.com", "Olga")
    type_in("U7", "The printer burns")
    settle()
    assert Ticket.objects.count() == 0


@pytest.mark.parametrize(
    "other", [{"team_id": "T9"}, {"is_email_confirmed": False}, {"is_bot": True}, {"deleted": True}]
)
def test_an_address_that_the_workspace_does_not_vouch_for_is_nobodys(
    type_in, open_to_all, acme_slack, tess, ticket, other
):
    """In a channel shared with another company, its admins say which address its members have."""
    acme_slack.join("U8", tess.email, "Tess", **other)
    type_in("U8", f"resolve {ticket.reference}", "t-1")
    type_in("U8", "The printer burns", "t-2")
    settle()
    assert (Ticket.objects.get().status, len(said(acme_slack))) == ("open", 2)


def test_a_message_becomes_a_ticket_with_the_way_back(send, desk_people, acme_slack, carl):
    payload = {
        "type": "message_action",
        "callback_id": "open_ticket",
        "team": {"id": TEAM, "domain": "acme"},
        "user": {"id": "U4"},
        "channel": {"id": CHANNEL},
        "message": {"ts": "1503435956.000247", "text": "Printer burns\nsince &lt;noon&gt; <@U9>", "user": "U9"},
        "response_url": f"{acme_slack.address}/answer",
        "trigger_id": "s-1",
    }
    send({"payload": json.dumps(payload)}, form=True)
    settle()
    ticket = Ticket.objects.get()
    assert (ticket.requester, ticket.title) == (carl, "Printer burns")
    assert ticket.description == (
        "since <noon> somebody\n\nFrom Slack: https://acme.slack.com/archives/C1H9RESGL/p1503435956000247"
    )


def test_an_answer_in_the_thread_is_a_note_at_once_and_our_own_is_none(send, slack, acme_slack, ticket, tess):
    hand_on(ticket=ticket, connection=slack, by=tess)
    settle()
    root = acme_slack.messages[0]["ts"]
    ts = acme_slack.say("Is it the <!channel> one?", root)
    heard = {"type": "message", "channel": CHANNEL, "thread_ts": root, "ts": ts, "user": "U1", "text": "…"}
    assert send(event("E1", **heard)).json() == {"status": "stored"}
    assert send(event("E1", **heard)).json() == {"status": "known"}
    assert send(event("E2", **heard | {"bot_id": "B1"})).json() == {"status": "ignored"}
    assert send(event("E3", **heard | {"thread_ts": ""})).json() == {"status": "ignored"}
    assert send(event("E4", **heard | {"subtype": "message_changed"})).json() == {"status": "ignored"}
    settle()
    [note] = ticket.comments.all()
    assert (note.author_name, note.body, note.is_internal) == ("Mia Moss (Slack)", "Is it the channel one?", True)


def test_an_answer_that_is_edited_or_deleted_is_so_here(send, slack, acme_slack, ticket, tess):
    hand_on(ticket=ticket, connection=slack, by=tess)
    settle()
    root = acme_slack.messages[0]["ts"]
    ts = acme_slack.say("Is it the big one?", root)
    heard = {"type": "message", "channel": CHANNEL, "ts": "9.9"}
    before = {"ts": ts, "thread_ts": root, "user": "U1", "text": "Is it the big one?"}
    send(event("E1", **heard | before))
    settle()
    changed = heard | {"subtype": "message_changed", "previous_message": before}
    shown_link = changed | {"message": before | {"attachments": []}}
    assert send(event("E2", **shown_link)).json() == {"status": "ignored"}
    after = before | {"text": "Is it the small one?", "edited": {"ts": f"{float(ts) + 5:.6f}"}}
    acme_slack.found(ts).update(after)
    assert send(event("E3", **changed | {"message": after})).json() == {"status": "stored"}
    settle()
    assert ticket.comments.get().body == "Is it the small one?"
    acme_slack.messages.pop()
    gone = heard | {"subtype": "message_deleted", "deleted_ts": ts, "previous_message": after}
    assert send(event("E4", **gone | {"previous_message": after | {"bot_id": "B1"}})).json() == {"status": "ignored"}
    assert send(event("E5", **gone)).json() == {"status": "stored"}
    settle()
    assert ticket.comments.get().redacted_at


def test_threads_that_are_no_tickets_are_not_even_read(send, acme_slack):
    root = acme_slack.say("Lunch?")
    acme_slack.say("Yes", root)
    send(event(type="message", channel=CHANNEL, thread_ts=root, ts="9.9", user="U1", text="Yes"))
    settle()
    assert acme_slack.asked == []


def link(address, **more):
    return event(type="link_shared", channel=CHANNEL, message_ts="1.1", user="U1", links=[{"url": address}], **more)


@pytest.mark.parametrize(
    ("how", "text"),
    [
        ("reference", "*<{address}|{reference}>*"),
        ("title and status", "*<{address}|{reference} Paper &lt;!here&gt;>*"),
        ("nothing", None),
    ],
)
def test_an_address_shows_what_everybody_may_know(send, slack, acme_slack, mona, carl, how, text):
    save_connection(by=mona, connection=slack, fields={"settings": {"unfurls": how}})
    ticket = create_ticket(by=carl, via=Channel.PORTAL, fields={"title": "Paper <!here>"})
    address = address_of(ticket.pk)
    send(link(address))
    settle()
    shown = [unfurl["unfurls"][address]["blocks"][0]["text"]["text"] for unfurl in acme_slack.unfurled]
    assert shown == ([text.format(address=address, reference=ticket.reference)] if text else [])


def test_addresses_of_others_and_of_no_ticket_show_nothing(send, acme_slack):
    assert send(link("https://evil.test/tickets/T-1")).json() == {"status": "ignored"}
    send(link(address_of(999_999)))
    settle()
    assert acme_slack.unfurled == []


def test_an_address_that_is_being_typed_is_known_by_its_own_id(send, acme_slack, ticket):
    body = link(address_of(ticket.pk), unfurl_id="u-1", source="composer")
    send(body)
    settle()
    [shown] = acme_slack.unfurled
    assert (shown["unfurl_id"], shown["source"], "ts" in shown) == ("u-1", "composer", False)
