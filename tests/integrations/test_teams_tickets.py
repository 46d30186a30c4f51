"""Tickets in a channel of Teams: cards tell what happens, commands are believed, done as who asks, and answered in the call."""

import base64
import hashlib
import hmac
import json
from datetime import timedelta

import pytest
from django.utils import timezone

from integrations.actions.connect import save_connection
from integrations.actions.hand_on import hand_on
from integrations.models import Delivery, InboundEvent
from integrations.providers.teams.webhook import words
from integrations.ticket_pages import address_of
from tests.integrations.conftest import settle
from tests.integrations.server import serving
from tests.vendors import VENDORS
from tickets.actions.conversation import add_comment
from tickets.actions.tickets import change_ticket
from tickets.choices import Channel, WorkState
from tickets.errors import Invalid
from tickets.models import Ticket

TOKEN = base64.b64encode(b"0123456789abcdef0123456789abcdef").decode()
TENANT = "72f988bf-86f1-41af-91ab-2d7cd011db47"
TESS, CARL, TIM = (f"7faf8ebc-3d7c-4f8e-9d5a-1d9f2c0b9c1{digit}" for digit in "123")


@pytest.fixture
def channel(settings):
    """Where a workflow posts."""
    settings.INTEGRATION_HOSTS = ["127.0.0.1"]
    with serving() as (address, script):
        script.address = address
        script.answers = [(202, {}, b"")]
        yield script


@pytest.fixture
def teams(channel, mona):
    given = {
        "name": "Teams",
        "provider": "teams",
        "settings": {"tenant_id": TENANT, "people": f"{TESS}=tess@example.com, {CARL}=Carl@example.com"},
        "credentials": {"workflow_url": f"{channel.address}/workflow?sig=0123456789", "security_token": TOKEN},
    }
    return save_connection(by=mona, fields=given)


@pytest.fixture
def write(teams, api):
    """`write(TESS, "status T-1")` is a message in the channel that calls us."""

    def message(person, text, *, number="1", tenant=TENANT, at=None, token=TOKEN):
        body = {
            "type": "message",
            "id": number,
            "timestamp": (at or timezone.now()).isoformat(),
            "text": f"<at>Ticketsite</at>&nbsp;{text}\n",
            "from": {"name": "Tim Jones", "aadObjectId": person},
            "conversation": {"id": "19:x@thread.skype;messageid=1"},
            "channelData": {"tenant": {"id": tenant}},
        }
        raw = json.dumps(body).encode()
        digest = base64.b64encode(hmac.new(base64.b64decode(token), raw, hashlib.sha256).digest()).decode()
        address = f"/api/v1/integrations/teams/webhook/{teams.token}"
        headers = {"Authorization": f"HMAC {digest}"}
        return api().generic("POST", address, raw, content_type="application/json", headers=headers)

    return message


def cards(channel):
    found = [body["attachments"][0]["content"] for body in channel.bodies()]
    return [["".join(run["text"] for run in block["inlines"]) for block in card["body"]] for card in found]


def test_a_ticket_handed_on_is_a_card_and_so_is_its_news(teams, channel, ticket, tess):
    hand_on(ticket=ticket, connection=teams, by=tess)
    settle()
    change_ticket(ticket=ticket, by=tess, via=Channel.WEB, changes={"priority": "high"})
    add_comment(ticket=ticket, by=tess, via=Channel.WEB, body="On <at>my</at> way")
    settle()
    assert cards(channel) == [
        [f"{ticket.reference} Printer is on fire", "Status: Open", "Priority: Medium"],
        [f"{ticket.reference} has changed", "Priority: High"],
        [f"Tess on {ticket.reference}", "On <at>my</at> way"],
    ]
    opened = [body["attachments"][0]["content"]["actions"][0]["url"] for body in channel.bodies()]
    assert set(opened) == {address_of(ticket.pk)}


def test_a_workflow_that_is_gone_waits_with_its_reason(teams, channel, ticket, tess):
    channel.answers = [(404, {}, {"error": {"code": "WorkflowNotFound", "message": "The workflow was not found."}})]
    hand_on(ticket=ticket, connection=teams, by=tess)
    settle()
    row = Delivery.objects.get()
    assert (row.state, "was not found" in row.last_error) == (WorkState.QUARANTINED, True)


def test_a_command_is_done_as_the_person_and_answered_in_the_call(write, tess, carl):
    answer = write(CARL, "open The printer <b>burns</b>")
    ticket = Ticket.objects.get()
    assert (answer.status_code, ticket.requester, ticket.title) == (200, carl, "The printer burns")
    text = f"{ticket.reference} is open: {address_of(ticket.pk)}"
    assert answer.json() == {"type": "message", "textFormat": "plain", "text": text}
    assert (
        write(TESS, f"assign {ticket.reference}", number="2").json()["text"].startswith(f"{ticket.reference} is yours")
    )
    settle()
    ticket.refresh_from_db()
    assert (ticket.assignee, Ticket.objects.count()) == (tess, 1)


def test_a_command_that_comes_again_is_done_once(write, carl):
    sent_at = timezone.now()
    write(CARL, "open Help", at=sent_at)
    assert write(CARL, "open Help", at=sent_at).json()["text"] == "This was asked before."
    assert Ticket.objects.count() == 1


@pytest.mark.parametrize(
    ("person", "text"), [(TIM, "status {}"), (CARL, "assign {}"), (TIM, "open Help"), ("", "resolve {}")]
)
def test_who_may_not_is_told_so(write, tess, carl, ticket, person, text):
    """Tim has the name of nobody's account; Carl may not assign; of some senders Teams tells no id."""
    answer = write(person, text.format(ticket.reference)).json()["text"]
    assert ticket.title not in answer
    ticket.refresh_from_db()
    assert (Ticket.objects.count(), ticket.assignee, ticket.status) == (1, None, "open")
    assert InboundEvent.objects.get().answer == answer


def test_strangers_open_tickets_in_the_owners_name_where_the_settings_say_so(write, teams, mona, ticket):
    save_connection(by=mona, connection=teams, fields={"settings": {"opens_for_strangers": True}})
    write(TIM, "open My screen is dark", number="1")
    assert "Nobody with a confirmed address" in write(TIM, f"status {ticket.reference}", number="2").json()["text"]
    opened = Ticket.objects.exclude(pk=ticket.pk).get()
    assert (opened.requester, opened.description) == (mona, "Asked by Tim Jones in Teams.")


@pytest.mark.parametrize("text", ["", "help", "what is this"])
def test_what_is_no_command_is_told_how_to_write_one(write, text):
    assert "status T-1042" in write(TESS, text).json()["text"]
    assert InboundEvent.objects.count() == 0


@pytest.mark.parametrize(
    ("wrong", "status"),
    [
        ({"token": base64.b64encode(b"another").decode()}, 401),
        ({"at": timezone.now() - timedelta(minutes=6)}, 401),
        ({"tenant": "00000000-0000-0000-0000-000000000000"}, 403),
    ],
)
def test_forged_old_and_foreign_commands_are_refused(write, wrong, status):
    assert write(TESS, "open Help", **wrong).status_code == status
    assert Ticket.objects.count() == 0


def test_people_are_given_as_pairs(teams, mona):
    assert teams.settings["people"] == f"{TESS}=tess@example.com {CARL}=carl@example.com"
    with pytest.raises(Invalid):
        save_connection(by=mona, connection=teams, fields={"settings": {"people": "Tess=tess@example.com"}})


def test_microsofts_sample_is_understood():
    path = VENDORS / "webhooks" / "teams" / "outgoing_webhook.json"
    if not path.exists():
        pytest.skip("../shared/vendors is not on this machine")
    assert words(json.loads(path.read_text())["text"]) == "status 42"
    assert words("<p><at id='0'>Desk</at>&nbsp;open&nbsp;A &amp; B &lt;x&gt;</p>") == "open A & B <x>"
