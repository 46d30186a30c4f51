"""A reply that landed on the wrong ticket is moved with one click, told on both, and taken back."""

import pytest
from django.urls import reverse

from integrations.mail.outgoing import compose
from sla.choices import Cause
from sla.log import facts_of
from tests.integrations.mails import answer, arrive
from tickets.actions.conversation import add_comment, redact_comment
from tickets.actions.tickets import change_ticket
from tickets.choices import Channel
from tickets.models import Attachment, Ticket, TicketEvent

pytestmark = pytest.mark.django_db


@pytest.fixture
def said(mailbox, ticket, carl):
    """Carl's answer by mail, with a file; about something else."""
    sent = compose(ticket=ticket, recipient=carl, subject="News", text="Which one?", key="1")
    mail = answer(sent, "My mouse is broken, too.", carl.email)
    mail.add_attachment(b"a log", maintype="application", subtype="octet-stream", filename="log.txt")
    arrive(mailbox, mail)
    return ticket.comments.get(author=carl)


@pytest.fixture
def desk(client, tess):
    client.force_login(tess)
    return client


def move(desk, comment, into=""):
    return desk.post(reverse("comment_move", args=[comment.ticket_id, comment.pk]), {"into": into}, follow=True)


def test_a_message_is_moved_and_both_tickets_tell_it(desk, said, ticket, make_ticket):
    other = make_ticket("Mouse")
    page = move(desk, said, other.reference)
    assert "My mouse is broken" in page.text
    assert f'moved a message here from <a href="/tickets/{ticket.reference}"' in page.text
    left = desk.get(reverse("ticket", args=[ticket.pk])).text
    assert "My mouse is broken" not in left
    assert "moved a message to" in left
    assert Attachment.objects.get().ticket == other
    assert other.comments.get() == said


def test_what_was_quoted_is_shown_folded(desk, said, ticket):
    page = desk.get(reverse("ticket", args=[ticket.pk])).text
    assert "Quoted text and signature" in page
    assert "&gt; Which one?" in page


def test_what_was_quoted_goes_with_a_redacted_message(said, mona):
    redact_comment(comment=said, by=mona, via=Channel.WEB)
    assert said.mails.get().folded == ""


def test_answers_to_a_moved_message_follow_it(desk, said, mailbox, carl, make_ticket):
    other = make_ticket("Mouse")
    move(desk, said, other.reference)
    sent = compose(ticket=other, recipient=carl, subject="News", text="Which mouse?", key="2")
    assert said.mails.get().message_id in sent.extra_headers["References"]
    arrive(mailbox, answer(sent, "The grey one.", carl.email))
    assert other.comments.filter(body="The grey one.").exists()


def test_a_message_becomes_a_ticket_of_its_own_and_goes_back(desk, said, ticket, carl):
    move(desk, said)
    made = Ticket.objects.exclude(pk=ticket.pk).get()
    assert (made.title, made.requester, made.organization) == ("My mouse is broken, too.", carl, carl.organization)
    assert (made.channel, made.comments.get()) == (Channel.EMAIL, said)
    desk.post(reverse("undo"), {"what": f"rethread:{said.pk}.{ticket.pk}"})
    said.refresh_from_db()
    made.refresh_from_db()
    assert said.ticket == ticket
    assert made.archived_at is not None
    page = desk.get(reverse("ticket", args=[ticket.pk])).text
    assert page.count("My mouse is broken") == 1


def test_a_moved_message_reopens_the_ticket_where_it_belongs(desk, said, make_ticket, tess):
    other = make_ticket("Mouse")
    change_ticket(ticket=other, by=tess, via=Channel.WEB, changes={"status": "resolved", "resolution": "Done"})
    move(desk, said, other.reference)
    other.refresh_from_db()
    assert other.status == "open"


def test_a_moved_message_waits_for_an_answer_where_it_belongs(desk, said, ticket, make_ticket):
    other = make_ticket("Mouse")
    move(desk, said, other.reference)
    told = {
        row.ticket_id: [fact.cause for fact in facts_of(row)]
        for row in TicketEvent.objects.filter(kind="comment_moved")
    }
    assert told == {ticket.pk: [], other.pk: [Cause.MESSAGE]}


def test_no_customer_comes_to_read_anothers_words(desk, said, ticket, make_ticket, gina):
    foreign = make_ticket("Theirs", by=gina)
    answer_page = move(desk, said, foreign.reference)
    assert answer_page.status_code == 400
    assert "different organizations" in answer_page.text
    assert ticket.comments.filter(pk=said.pk).exists()


def test_only_staff_move_messages_and_only_those_that_came_by_mail(client, desk, said, ticket, carl, tess):
    typed = add_comment(ticket=ticket, by=tess, via=Channel.WEB, body="Typed here")
    assert desk.get(reverse("comment_move", args=[ticket.pk, typed.pk])).status_code == 404
    assert reverse("comment_move", args=[ticket.pk, said.pk]) in desk.get(reverse("ticket", args=[ticket.pk])).text
    client.force_login(carl)
    assert client.post(reverse("comment_move", args=[ticket.pk, said.pk]), {"into": ""}).status_code in (302, 403, 404)
    assert Ticket.objects.count() == 1
