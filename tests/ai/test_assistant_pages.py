"""The pages of the assistant: conversations, and what an agent wants to write, approved or declined."""

import pytest

from ai.actions.conversations import ask_agent
from ai.models import Conversation, Proposal, Turn
from tests.ai.brains import speaks
from tests.ai.talks import put, write
from tickets.actions.tickets import change_ticket
from tickets.choices import Channel
from tickets.models import Comment, Ticket

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def change(tess, ticket):
    """Something an agent wants to do for Tess."""
    arguments = {"ticket_id": ticket.reference, "changes": {"priority": "high", "tags": ["hot", "fire"]}}
    return Proposal.objects.create(user=tess, ticket=ticket, tool="update_ticket", arguments=arguments)


def test_a_question_begins_a_conversation_and_the_next_goes_on_with_it(client, tess, brains):
    client.force_login(tess)
    brains["one"] = speaks("It is **the fuser**. <script>x</script>")
    answer = client.post("/assistant", {"question": "What burns?"})
    held = Conversation.objects.get()
    assert answer.url == f"/assistant/{held.pk}"
    open_page = client.get(answer.url).content.decode()
    assert 'data-state="running"' in open_page
    assert 'http-equiv="refresh"' in open_page  # for browsers without JavaScript
    write(Turn.objects.get())
    shown = client.get(answer.url).content.decode()
    assert "<strong>the fuser</strong>" in shown
    assert "<script>x" not in shown
    assert "http-equiv" not in shown
    piece = client.post(answer.url, {"question": "How <b>long</b>?"}, headers=HTMX).content.decode()
    assert "How &lt;b&gt;long&lt;/b&gt;?" in piece
    assert "<html" not in piece
    assert "What burns?" in client.get("/assistant").content.decode()


def test_a_second_question_meanwhile_is_refused_in_words(client, tess):
    client.force_login(tess)
    held = ask_agent(by=tess, question="One").conversation
    refused = client.post(f"/assistant/{held.pk}", {"question": "Two"}, headers=HTMX)
    assert (refused.status_code, refused["HX-Retarget"]) == (422, "#assistant-problem")
    assert "still being written" in refused.content.decode()
    plain = client.post(f"/assistant/{held.pk}", {"question": "Two"})
    assert plain.status_code == 400
    assert ">Two</textarea>" in plain.content.decode()
    assert client.post("/assistant", {"question": " "}).status_code == 400


def test_an_answer_is_stopped_and_a_conversation_deleted(client, tess):
    client.force_login(tess)
    turn = ask_agent(by=tess, question="One")
    stopped = client.post(f"/assistant/{turn.conversation_id}/turns/{turn.pk}/stop", headers=HTMX).content.decode()
    assert "You stopped the answer" in stopped
    assert client.post(f"/assistant/{turn.conversation_id}/forget").url == "/assistant"
    assert not Turn.objects.exists()


def test_a_conversation_about_a_ticket_is_opened_from_it_and_names_it(client, tess, milo, ticket):
    client.force_login(tess)
    assert f"/assistant?ticket={ticket.pk}" in client.get(f"/tickets/{ticket.pk}").content.decode()
    assert ticket.title in client.get(f"/assistant?ticket={ticket.pk}").content.decode()
    client.post("/assistant", {"question": "What now?", "ticket": ticket.pk})
    held = Conversation.objects.get()
    assert held.ticket == ticket
    assert ticket.title in client.get(f"/assistant/{held.pk}").content.decode()
    client.force_login(milo)
    assert client.get(f"/assistant?ticket={ticket.pk}").status_code == 404
    assert client.post("/assistant", {"question": "What now?", "ticket": ticket.pk}).status_code == 404


def test_nobody_opens_the_conversation_of_another_and_requesters_have_no_assistant(
    client, tess, ada, carl, ticket, change
):
    turn = put(tess)
    addresses = [f"/assistant/{turn.conversation_id}", f"/assistant/{turn.conversation_id}/turns/{turn.pk}"]
    for user in (ada, carl):
        client.force_login(user)
        for address in addresses:
            assert client.get(address).status_code == 404
        for act in ("forget", f"turns/{turn.pk}/stop"):
            assert client.post(f"{addresses[0]}/{act}").status_code == 404
        for act in ("approve", "decline"):
            assert client.post(f"/assistant/proposals/{change.pk}/{act}").status_code == 404
    for address in ("/assistant", "/assistant/proposals"):
        assert client.get(address).status_code == 404
    assert client.post("/assistant", {"question": "x"}).status_code == 404
    assert "Waiting for your word" not in client.get(f"/portal/tickets/{ticket.pk}").content.decode()


def test_a_proposal_is_shown_word_for_word_where_its_person_looks(client, tess, mona, ticket, change):
    body = "You are <b>fired</b>\nall of you"
    Proposal.objects.create(
        user=tess, ticket=ticket, tool="add_comment", arguments={"ticket_id": ticket.reference, "body": body}
    )
    client.force_login(tess)
    for address in ("/assistant/proposals", f"/tickets/{ticket.pk}"):
        shown = client.get(address).content.decode()
        assert f"Change {ticket.reference}" in shown
        assert "hot, fire" in shown
        assert f"Reply on {ticket.reference}" in shown
        assert "You are &lt;b&gt;fired&lt;/b&gt;<br>all of you" in shown
    assert "2 waiting" in client.get("/assistant").content.decode()
    client.force_login(mona)
    for address in ("/assistant/proposals", f"/tickets/{ticket.pk}"):
        assert "hot, fire" not in client.get(address).content.decode()


def test_approving_does_it_as_the_person_and_offers_undo(client, tess, ticket, change):
    client.force_login(tess)
    done = client.post(f"/assistant/proposals/{change.pk}/approve", headers=HTMX)
    assert "ticket-changed" in done["HX-Trigger"]
    assert "approved" in done.content.decode()
    ticket.refresh_from_db()
    assert ticket.priority == "high"
    event = ticket.events.latest("pk")
    assert (event.actor, event.channel) == (tess, Channel.WEB)
    assert f'value="change:{ticket.pk}.{ticket.version}"' in done.content.decode()
    client.post("/undo", {"what": f"change:{ticket.pk}.{ticket.version}"})
    ticket.refresh_from_db()
    assert ticket.priority == "medium"
    again = client.post(f"/assistant/proposals/{change.pk}/approve", headers=HTMX)
    assert again.status_code == 422
    assert "decided already" in again.content.decode()


def test_what_changed_nothing_offers_no_undo(client, tess, ticket, change):
    change_ticket(ticket=ticket, by=tess, via=Channel.WEB, changes=change.arguments["changes"])
    client.force_login(tess)
    done = client.post(f"/assistant/proposals/{change.pk}/approve", headers=HTMX).content.decode()
    assert "Undo" not in done


def test_declining_writes_nothing_and_a_refusal_settles_nothing(client, tess, ticket, change):
    client.force_login(tess)
    assert client.post(f"/assistant/proposals/{change.pk}/decline").url == "/assistant/proposals"
    ticket.refresh_from_db()
    assert ticket.priority == "medium"
    wrong = Proposal.objects.create(
        user=tess, tool="update_ticket", arguments={"ticket_id": ticket.reference, "changes": {"priority": "enormous"}}
    )
    refused = client.post(f"/assistant/proposals/{wrong.pk}/approve", headers=HTMX)
    assert refused.status_code == 422
    assert "enormous" in refused.content.decode()
    assert "Choose one of" in refused.content.decode()
    wrong.refresh_from_db()
    assert wrong.state == "pending"


def test_a_new_ticket_that_was_approved_can_be_put_away_again_by_who_may(client, mona, tess):
    for user, offered in ((mona, True), (tess, False)):
        client.force_login(user)
        row = Proposal.objects.create(user=user, tool="create_ticket", arguments={"title": f"For {user.name}"})
        done = client.post(f"/assistant/proposals/{row.pk}/approve", headers=HTMX).content.decode()
        made = Ticket.objects.latest("pk")
        assert (f"archive:{made.pk}" in done) == offered, done
    assert not Comment.objects.exists()


def test_an_answer_shows_what_it_proposed(client, tess, brains, ticket):
    from tests.ai.test_hostile_conversations import obeys

    brains["one"] = obeys(("add_comment", {"ticket_id": ticket.reference, "body": "Pull the plug", "internal": True}))
    turn = put(tess, "Write it down", ticket=ticket)
    client.force_login(tess)
    shown = client.get(f"/assistant/{turn.conversation_id}").content.decode()
    assert f"Internal note on {ticket.reference}" in shown
    assert "Pull the plug" in shown
