"""Comments that are edited or deleted on one side: who wrote one decides what it says, and what loses is kept."""

from dataclasses import replace

import pytest

from integrations.actions.apply import apply_record
from integrations.actions.hand_on import hand_on
from integrations.actions.sync import ask_for_sync
from integrations.choices import Ability, SyncKind
from integrations.errors import Gone
from integrations.models import Delivery, ExternalLink, ExternalPart
from tests.integrations.conftest import settle
from tests.integrations.elsewhere import ElsewhereProvider
from tickets.actions.conversation import add_comment, edit_comment, redact_comment
from tickets.choices import Channel, EventKind, WorkState
from tickets.models import Comment, Ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def hear(linked, elsewhere):
    """Be told of record 1 as it stands; returns its ticket."""

    def tell():
        apply_record(linked.connection, elsewhere.shown("1"))
        return Ticket.objects.get(pk=linked.ticket_id)

    return tell


@pytest.fixture
def theirs(hear, elsewhere):
    """Mia's comment there, taken over; returns its id there."""
    name = elsewhere.say("1", "The printer is on fire")
    hear()
    return name


@pytest.fixture
def ours(linked, ticket, tess):
    """Tess's reply, sent there."""
    said = add_comment(ticket=ticket, by=tess, via=Channel.WEB, body="On my way")
    settle()
    return said


def edit(comment, by, body):
    return edit_comment(comment=comment, by=by, via=Channel.WEB, body=body)


def test_what_is_edited_there_is_edited_here_once_and_not_sent_back(theirs, hear, elsewhere):
    elsewhere.reword("1", theirs, "The printer is ash")
    for _ in range(2):
        ticket = hear()
    said = ticket.comments.get()
    assert (said.body, said.edited_at is None) == ("The printer is ash", False)
    event = ticket.events.get(kind=EventKind.COMMENT_EDITED)
    assert (event.actor_name, event.channel, event.data) == ("Mia (Elsewhere)", "webhook", {"comment_id": said.pk})
    settle()
    assert elsewhere.asked("edit") == []


def test_another_system_that_knows_the_comment_is_told(connect, theirs, hear, ticket, tess, elsewhere):
    hand_on(ticket=ticket, connection=connect(name="Second", sends_notes=True), by=tess)
    settle()
    second = ExternalLink.objects.get(connection__name="Second").remote_id
    elsewhere.reword("1", theirs, "The printer is ash")
    hear()
    settle()
    assert [said.body for said in elsewhere.comments[second]] == ["The printer is ash"]


def test_old_news_bring_no_old_words_back(theirs, hear, linked, elsewhere):
    old = elsewhere.shown("1")
    elsewhere.reword("1", theirs, "The printer is ash")
    hear()
    apply_record(linked.connection, old)
    assert Comment.objects.get().body == "The printer is ash"


def test_an_edition_says_more_than_the_words(theirs, linked, elsewhere):
    """The same text reads differently in a call and in an answer, and nobody edited it."""
    said = elsewhere.shown("1")
    for body in ("*Fire*", "**Fire**"):
        comment = replace(said.comments[0], id="c9", body=body, edition="2026-01-05T09:00")
        apply_record(linked.connection, replace(said, comments=(comment,)))
    assert Comment.objects.last().body == "*Fire*"
    assert not Ticket.objects.get().events.filter(kind=EventKind.COMMENT_EDITED).exists()


def test_what_was_taken_over_before_digests_were_kept_is_learnt_at_first_sight(theirs, hear, elsewhere):
    ExternalPart.objects.update(digest="")
    elsewhere.reword("1", theirs, "Seen first")
    assert hear().comments.get().body == "The printer is on fire"
    elsewhere.reword("1", theirs, "Seen second")
    assert hear().comments.get().body == "Seen second"


def test_where_both_edited_theirs_its_writer_wins_and_our_words_are_kept_in_a_note(theirs, hear, mona, elsewhere):
    edit(Comment.objects.get(), mona, "The printer glows\na little")
    elsewhere.reword("1", theirs, "The printer is ash")
    said, note = hear().comments.order_by("pk")
    assert said.body == "The printer is ash"
    assert note.body == (
        "The message of Mia (Elsewhere) was edited both here and in Elsewhere. Here it said:\n\n"
        "> The printer glows\n> a little"
    )
    assert (note.is_internal, note.is_automatic) == (True, True)


def test_what_is_deleted_there_is_withdrawn_here_and_stays_so(theirs, hear, linked, elsewhere):
    said = elsewhere.shown("1")
    gone = replace(said, comments=(replace(said.comments[0], body="", is_gone=True),))
    for _ in range(2):
        apply_record(linked.connection, gone)
    comment = Comment.objects.get()
    assert (comment.body, comment.html, comment.redacted_at is None) == ("", "", False)
    assert Ticket.objects.get().events.get(kind=EventKind.COMMENT_REDACTED).actor_name == "Elsewhere"
    elsewhere.reword("1", theirs, "It is back")
    assert hear().comments.get().body == ""


def test_comparing_reports_what_is_not_found_any_more_and_removes_nothing(theirs, linked, elsewhere, ours, mona):
    hidden = elsewhere.say("1", "Only hidden from us")
    apply_record(linked.connection, elsewhere.shown("1"))
    elsewhere.hidden.add(hidden)
    elsewhere.comments["1"] = [said for said in elsewhere.comments["1"] if said.id == hidden]
    run = ask_for_sync(by=mona, connection=linked.connection, kind=SyncKind.CHECK)
    settle()
    run.refresh_from_db()
    said = [(line["ours"], line["theirs"]) for line in run.report]
    assert (run.state, run.changed, said) == (WorkState.DONE, 0, [("1 stay here", "not there any more")])
    assert not Comment.objects.filter(body="").exists()


def test_our_edits_go_there_with_a_redaction_as_the_last(ours, linked, tess, hear, elsewhere):
    edit(ours, tess, "On my way by bike")
    settle()
    assert [said.body for said in elsewhere.comments["1"]] == ["On my way by bike"]
    hear()
    redact_comment(comment=ours, by=tess, via=Channel.WEB)
    settle()
    assert [said.body for said in elsewhere.comments["1"]] == ["This message was redacted."]
    hear()
    assert (Comment.objects.count(), Delivery.objects.exclude(state=WorkState.DONE).count()) == (1, 0)


def test_an_edit_before_the_comment_is_there_arrives_too(linked, ticket, tess, elsewhere):
    said = add_comment(ticket=ticket, by=tess, via=Channel.WEB, body="On my way")
    edit(said, tess, "On my way by bike")
    settle()
    assert [said.body for said in elsewhere.comments["1"]] == ["On my way by bike"]


def test_a_comment_that_they_deleted_needs_no_edit(ours, tess, elsewhere):
    elsewhere.fail("edit", Gone("There is no such comment."))
    edit(ours, tess, "On my way by bike")
    settle()
    assert set(Delivery.objects.values_list("state", flat=True)) == {WorkState.DONE}


def test_a_system_that_lets_nothing_be_changed_is_not_asked_to(ours, tess, elsewhere, monkeypatch):
    monkeypatch.setattr(ElsewhereProvider, "abilities", ElsewhereProvider.abilities - {Ability.EDIT})
    edit(ours, tess, "On my way by bike")
    settle()
    assert elsewhere.asked("edit") == []


def test_our_words_that_they_changed_stay_ours_and_theirs_are_kept_in_a_note(ours, linked, hear, elsewhere):
    part = ExternalPart.objects.get()
    hear()
    elsewhere.reword("1", part.remote_id, "Tess wrote:\n\n*On* my **way**")
    assert hear().comments.count() == 1
    elsewhere.reword("1", part.remote_id, "Never mind")
    for _ in range(2):
        said, note = hear().comments.order_by("pk")
    assert (said.body, note.body.endswith("There it says now:\n\n> Never mind")) == ("On my way", True)
