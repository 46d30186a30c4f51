"""What happens on tickets is told to those whom it concerns, each once: never to who did it, never to who may not see it."""

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext

from integrations.actions.notify import notify_people
from integrations.actions.preferences import save_preferences, set_muted
from integrations.choices import Kind
from integrations.models import Message, News, Notification
from tests.integrations.telling import spread, told
from tickets import work
from tickets.actions.conversation import add_comment
from tickets.actions.merging import merge_tickets
from tickets.actions.tickets import change_ticket, create_ticket, rate_ticket, set_watching
from tickets.choices import Channel, WorkState
from tickets.models import TicketEvent

pytestmark = pytest.mark.django_db
WEB = Channel.WEB


@pytest.fixture
def change(ticket, mona):
    def make(by=mona, **changes):
        return change_ticket(ticket=ticket, by=by, via=WEB, changes=changes)

    return make


@pytest.fixture
def assigned(change, tess):
    """Tess has Carl's ticket, and everything so far is told."""
    ticket = change(assignee=tess.pk)
    spread()
    Notification.objects.all().delete()
    mail.outbox.clear()
    return ticket


def say(ticket, by, body="Have a look.", **options):
    return add_comment(ticket=ticket, by=by, via=WEB, body=body, **options)


def test_the_requester_gets_a_receipt_by_mail_and_nobody_else_a_word(ticket, carl, tess):
    spread()
    assert told(carl) == ["receipt"]
    assert told(tess) == []
    (letter,) = mail.outbox
    assert letter.subject == f"[{ticket.reference}] Printer is on fire"
    assert "Hello Carl" in letter.body
    assert f"/portal/tickets/{ticket.pk}" in letter.body
    assert not Notification.objects.visible_to(carl).exists(), "a receipt is mail only"


def test_who_is_given_a_ticket_hears_of_it_and_who_takes_it_does_not(change, tess, mona):
    change(assignee=tess.pk)
    spread()
    change(assignee=mona.pk)
    spread()
    assert told(tess) == ["assigned"]
    assert told(mona) == []


def test_who_gave_it_on_before_it_was_told_is_not_told_of_it(change, tess, mona, ada):
    change(by=ada, assignee=tess.pk)
    change(by=tess, assignee=mona.pk)
    spread()
    assert (told(tess), told(mona)) == ([], ["assigned"])


def test_a_team_hears_of_what_is_handed_to_it_and_of_new_tickets_where_it_asks(change, network, tess, mona):
    save_preferences(by=tess, fields={"media": {"new_ticket": ["app"]}})
    create_ticket(by=mona, via=WEB, fields={"title": "New", "team": network.pk})
    change(team=network.pk)
    spread()
    assert told(tess) == ["new_ticket", "team_assigned"]


def test_a_reply_reaches_requester_and_watchers_as_the_mail_with_its_words(assigned, tess, carl, cleo):
    set_watching(ticket=assigned, watcher=cleo, watching=True, by=tess, via=WEB)
    say(assigned, tess, "Update to **5.2**, please.")
    spread()
    assert (told(carl), told(cleo), told(tess)) == (["reply"], ["reply"], [])
    letters = {letter.to[0]: letter for letter in mail.outbox}
    assert {address.partition("<")[2].rstrip(">") for address in letters} == {carl.email, cleo.email}
    letter = next(iter(letters.values()))
    assert letter.subject.startswith("Re: [T-")
    assert "Update to **5.2**, please." in letter.body
    assert "<strong>5.2</strong>" in letter.alternatives[0].content
    assert letter.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_the_requesters_reply_reaches_the_assignee_once_though_it_reopens_too(assigned, tess, carl):
    change_ticket(ticket=assigned, by=tess, via=WEB, changes={"status": "pending"})
    say(assigned, carl)
    spread()
    assert told(tess) == ["reply"]


def test_a_note_stays_at_the_desk_and_a_mention_in_it_is_the_stronger_word(assigned, tess, mona, carl, cleo):
    set_watching(ticket=assigned, watcher=cleo, watching=True, by=tess, via=WEB)
    set_watching(ticket=assigned, watcher=mona, watching=True, by=tess, via=WEB)
    say(assigned, tess, "@mona should know the password is wrong.", internal=True)
    spread()
    assert (told(mona), told(carl), told(cleo)) == (["mention"], [], [])
    assert [letter.to for letter in mail.outbox] == [[f"Mona <{mona.email}>"]]


@pytest.mark.parametrize(("status", "kind"), [("in_progress", "status"), ("resolved", "resolved")])
def test_a_status_is_told_to_those_who_follow(assigned, tess, carl, status, kind):
    extra = {"resolution": "New cable."} if status == "resolved" else {}
    change_ticket(ticket=assigned, by=tess, via=WEB, changes={"status": status, **extra})
    spread()
    assert told(carl) == [kind]
    assert len(mail.outbox) == (1 if kind == "resolved" else 0)


def test_a_rating_a_merge_and_other_changes(assigned, make_ticket, tess, carl, mona):
    other = make_ticket("Printer burns")
    change_ticket(ticket=assigned, by=mona, via=WEB, changes={"priority": "high", "tags": ["fire"]})
    change_ticket(ticket=assigned, by=tess, via=WEB, changes={"status": "resolved", "resolution": "Put out."})
    rate_ticket(ticket=assigned, by=carl, via=WEB, rating=5)
    merge_tickets(source=other, target=assigned, by=tess, via=WEB)
    spread()
    assert told(tess) == ["rated"]
    assert told(carl) == ["receipt", "resolved", "merged"]


def test_who_does_not_see_the_ticket_hears_nothing(ticket, tess, milo, gina, carl):
    comment = say(ticket, carl, "x")
    comment.mentions.add(milo, gina)
    TicketEvent.objects.filter(data__comment_id=comment.pk).update(data={"comment_id": comment.pk, "internal": False})
    spread()
    assert told(milo) == told(gina) == []


def test_a_muted_ticket_is_silent_for_who_muted_it(assigned, tess, mona):
    set_muted(ticket=assigned, by=tess, muted=True)
    say(assigned, mona, internal=True)
    spread()
    assert told(tess) == []
    set_muted(ticket=assigned, by=tess, muted=False)
    say(assigned, mona, internal=True)
    spread()
    assert told(tess) == ["note"]


def test_two_machines_that_answer_by_themselves_do_not_answer_each_other(assigned, carl, cleo, tess):
    set_watching(ticket=assigned, watcher=cleo, watching=True, by=tess, via=WEB)
    say(assigned, carl, "I am away.", automatic=True)
    spread()
    assert (told(cleo), told(tess)) == ([], ["reply"])


def test_imports_tell_nobody(carl, tess):
    create_ticket(by=tess, via=Channel.IMPORT, fields={"title": "Old", "requester": carl.pk})
    assert not News.objects.exists()


def test_who_asked_in_another_system_gets_no_receipt(carl, tess):
    create_ticket(by=tess, via=Channel.WEBHOOK, fields={"title": "From there", "requester": carl.pk})
    spread()
    assert told(carl) == []


def test_a_change_that_nobody_hears_of_writes_nothing(ticket, tess):
    before = News.objects.count()
    change_ticket(ticket=ticket, by=tess, via=WEB, changes={"tags": ["a"], "title": "Printer smokes"})
    assert News.objects.count() == before


def test_the_write_itself_costs_one_statement(make_ticket):
    make_ticket()
    with CaptureQueriesContext(connection) as captured:
        make_ticket()
    ours = [query["sql"] for query in captured if '"integrations_' in query["sql"]]
    about = [sql for sql in ours if "news" in sql or "notification" in sql or "message" in sql]
    assert len(about) == 1
    assert about[0].startswith('INSERT INTO "integrations_news"')


def test_news_that_are_spread_again_are_told_once(assigned, tess, mona):
    say(assigned, mona, internal=True)
    spread()
    News.objects.filter(event=TicketEvent.objects.latest("pk")).update(state=WorkState.QUEUED)
    Message.objects.update(state=WorkState.QUEUED)
    spread()
    assert told(tess) == ["note"]


def test_people_are_told_without_a_ticket_once_for_each_key(mona, ada, carl):
    fields = {
        "kind": Kind.CONNECTION,
        "people": [mona, mona, carl],
        "title": "Jira fails",
        "text": "Since 9.",
        "url": "/",
    }
    assert notify_people(key="jira:1", **fields) == 1, "a requester never hears of such things"
    assert notify_people(key="jira:1", **fields) == 0
    assert notify_people(key="jira:2", **fields) == 1
    spread()
    assert [letter.subject for letter in mail.outbox] == ["Jira fails"] * 2
    assert "Since 9." in mail.outbox[0].body


def test_a_mail_whose_ticket_was_read_or_lost_meanwhile_is_not_sent(assigned, tess, mona):
    say(assigned, mona, "@tess look", internal=True)
    for pk in News.objects.filter(state=WorkState.QUEUED).values_list("pk", flat=True):
        work.run(News, pk)
    Notification.objects.update(read_at="2026-01-01T00:00:00Z")
    spread()
    assert mail.outbox == []
    assert Message.objects.get(notification__person=tess).outcome == "dropped"
