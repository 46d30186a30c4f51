"""A ticket handed on to Slack: its message, its thread, its files; and what happens when Slack does not answer, or says no."""

from datetime import UTC, datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from integrations.actions.hand_on import hand_on
from integrations.actions.sync import ask_for_sync
from integrations.models import Delivery, InboundFile
from integrations.provider import RemoteRef
from integrations.providers.slack import api as slack_api
from integrations.providers.slack.client import SlackProvider
from tests.integrations.conftest import settle
from tests.integrations.workspace import CHANNEL, SECRETS, settings_of
from tickets.actions.conversation import add_comment, edit_comment
from tickets.actions.files import attach_file
from tickets.actions.tickets import change_ticket
from tickets.choices import Channel, WorkState
from tickets.models import Attachment

pytestmark = pytest.mark.usefixtures("acme_slack")


@pytest.fixture
def posted(slack, acme_slack, ticket, tess):
    """Carl's ticket in the channel; returns its link."""
    hand_on(ticket=ticket, connection=slack, by=tess)
    settle()
    return slack.links.get()


def shown(message):
    return [block["text"]["text"] for block in message["blocks"] if block["type"] == "section"]


def test_a_ticket_handed_on_is_a_message_with_its_facts_and_buttons(posted, acme_slack, ticket):
    [message] = acme_slack.messages
    assert posted.ref == RemoteRef(
        f"{CHANNEL}:{message['ts']}",
        f"message {message['ts']}",
        f"https://acme.slack.com/archives/{CHANNEL}/p{message['ts'].replace('.', '')}",
    )
    assert f"|{ticket.reference} Printer is on fire>" in shown(message)[0]
    assert [block["type"] for block in message["blocks"]] == ["section", "context", "actions"]
    assert [fact["text"] for fact in message["blocks"][1]["elements"]] == ["*Status:* Open", "*Priority:* Medium"]


def test_changes_of_the_ticket_change_the_message_which_keeps_the_rest(slack, acme_slack, tess, make_ticket):
    ticket = make_ticket(description="It burns <!channel>")
    hand_on(ticket=ticket, connection=slack, by=tess)
    settle()
    changes = {"title": "Ash", "status": "resolved", "resolution": "Bought another"}
    change_ticket(ticket=ticket, by=tess, via=Channel.WEB, changes=changes)
    settle()
    [message] = acme_slack.messages
    assert [shown(message)[0].endswith("Ash>*"), shown(message)[1]] == [True, "It burns &lt;!channel&gt;"]
    assert "*Status:* Resolved" in str(message["blocks"])
    assert "actions" not in [block["type"] for block in message["blocks"]]
    assert message["metadata"]["event_payload"]["title"] == "Ash"


def test_replies_and_files_go_into_the_thread_once(posted, acme_slack, ticket, tess):
    add_comment(ticket=ticket, by=tess, via=Channel.WEB, body="On my way <!here>")
    add_comment(ticket=ticket, by=tess, via=Channel.WEB, body="Not for Slack", internal=True)
    attach_file(ticket=ticket, by=tess, via=Channel.WEB, file=SimpleUploadedFile("flames.txt", b"hot"))
    settle()
    edit_comment(comment=ticket.comments.first(), by=tess, via=Channel.WEB, body="On my bike <!here>")
    settle()
    there = SlackProvider("test", settings_of(acme_slack.address), SECRETS)
    said, file = acme_slack.answers_to(acme_slack.messages[0]["ts"])
    assert shown(said) == ["*Tess*", "On my bike &lt;!here&gt;"]
    assert [there.is_comment_gone(posted.ref, ts) for ts in (said["ts"], "1.000001")] == [False, True]
    assert (file["files"][0]["name"], acme_slack.files) == ("flames.txt", {"F1": b"hot"})
    assert set(posted.parts.values_list("remote_id", flat=True)) == {said["ts"], "F1"}


def test_what_people_answer_in_the_thread_becomes_notes_once_and_what_programs_say_does_not(
    slack, posted, acme_slack, ticket, mona, tess
):
    ask_for_sync(by=mona, connection=slack)
    settle()
    root = acme_slack.messages[0]["ts"]
    acme_slack.clock = iter(range(4_000_000_000, 4_000_000_009))
    acme_slack.say("Is it <@U1> or <@U2>? &lt;script&gt; <https://a.test|see>", root)
    acme_slack.say("I am a robot", root, user="", bot_id="B7", subtype="bot_message")
    acme_slack.say("joined", root, subtype="channel_join")
    acme_slack.say("broken", root, files="none")
    acme_slack.say("Not in the thread")
    add_comment(ticket=ticket, by=tess, via=Channel.WEB, body="Ours")
    for _ in range(2):
        ask_for_sync(by=mona, connection=slack)
        settle()
    comments = list(ticket.comments.order_by("pk").values_list("author_name", "body", "is_internal"))
    assert comments == [
        ("Tess", "Ours", False),
        ("Mia Moss (Slack)", "Is it Mia Moss or somebody? <script> [see](https://a.test)", True),
    ]


@pytest.mark.parametrize("cut", ["cut", "internal_error", (500, {}, {})])
def test_a_message_whose_answer_was_lost_is_looked_for_before_it_is_sent_again(slack, acme_slack, ticket, tess, cut):
    """The message stands there all the same, as if Slack had posted it and then failed."""
    hand_on(ticket=ticket, connection=slack, by=tess)
    acme_slack.refuse["chat.postMessage"] = cut
    settle(1)
    acme_slack.refuse.clear()
    acme_slack.post({"channel": CHANNEL, "text": "", "metadata": _marked(Delivery.objects.get().marker)})
    settle()
    assert slack.links.get().remote_id == f"{CHANNEL}:{acme_slack.messages[0]['ts']}"
    assert acme_slack.asked.count("chat.postMessage") == 1


def _marked(marker):
    return {"event_type": "ticketsite_ticket", "event_payload": {"marker": marker}}


@pytest.mark.parametrize("error", ["token_revoked", "is_archived", "channel_not_found"])
def test_a_refusal_waits_with_its_reason_and_nothing_is_lost(slack, acme_slack, ticket, tess, error):
    acme_slack.refuse["chat.postMessage"] = error
    hand_on(ticket=ticket, connection=slack, by=tess)
    settle()
    row = Delivery.objects.get()
    assert (row.state, error in row.last_error) == (WorkState.QUARANTINED, True)
    assert acme_slack.asked.count("chat.postMessage") == 1


def test_a_message_that_was_deleted_there_is_told_and_stops_nothing(posted, acme_slack, ticket, tess):
    acme_slack.messages.clear()
    add_comment(ticket=ticket, by=tess, via=Channel.WEB, body="Anybody?")
    change_ticket(ticket=ticket, by=tess, via=Channel.WEB, changes={"priority": "high"})
    settle()
    states = dict(Delivery.objects.exclude(verb="create").values_list("verb", "state"))
    assert states["update"] == WorkState.QUARANTINED


@pytest.mark.parametrize(
    ("answer", "came"),
    [
        ((200, {}, b"very hot"), [b"very hot"]),
        ((302, {"Location": "https://acme.slack.com/?redir=x"}, b""), []),  # the app lacks the scope
    ],
)
def test_a_file_of_the_thread_is_fetched_with_our_token_and_others_stay_links(
    slack, posted, acme_slack, ticket, mona, answer, came
):
    ask_for_sync(by=mona, connection=slack)
    settle()
    root = acme_slack.messages[0]["ts"]
    acme_slack.clock = iter(range(4_000_000_000, 4_000_000_009))
    shown = {"url_private": f"{acme_slack.address}/files-pri/F7/flames.txt", "permalink": "https://acme.slack.com/F7"}
    elsewhere = {"id": "F8", "name": "sheet", "is_external": True, "permalink": "https://acme.slack.com/F8"}
    acme_slack.say("Look", root, files=[{"id": "F7", "name": "flames.txt", **shown}, elsewhere], subtype="file_share")
    acme_slack.extra["GET /files-pri/F7/flames.txt"] = answer
    for _ in range(2):
        ask_for_sync(by=mona, connection=slack)
        settle()
    said = ticket.comments.get()
    assert said.body == "Look\n\n[sheet](https://acme.slack.com/F8)"
    assert [(file.filename, file.file.read()) for file in Attachment.objects.filter(comment=said)] == [
        ("flames.txt", content) for content in came
    ]
    [asked] = acme_slack.script.asked_of("/files-pri")
    assert asked["Authorization"] == "Bearer xoxb-1"
    assert "may read files" in InboundFile.objects.get().last_error or came


def test_bytes_go_to_slack_only():
    assert slack_api.own_address("https://files.slack.com/upload/v1/x")
    for elsewhere in ("https://evil.test/x", "http://files.slack.com/x", "https://files.slack.com.evil.test/x"):
        with pytest.raises(Exception, match="not its own"):
            slack_api.own_address(elsewhere)


def test_answers_that_nobody_told_us_of_are_found_for_two_weeks(posted, acme_slack):
    there = SlackProvider("test", settings_of(acme_slack.address), SECRETS)
    [root] = acme_slack.messages
    acme_slack.say("Late", root["ts"])
    since = datetime(2026, 1, 1, tzinfo=UTC).timestamp()
    assert there.changes({"since": since + 10**9}).records == []
    assert [record.ref.id for record in there.changes({"since": since}).records] == [posted.remote_id]
    root["ts"] = f"{float(root['ts']) - 15 * 86_400:.6f}"
    assert there.changes({"since": since}).records == []
