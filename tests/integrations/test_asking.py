"""Runs that ask what changed: begun when their time has come, page by page, going on where they stopped."""

from datetime import timedelta

import pytest
from django.utils import timezone

from integrations.actions.connect import save_connection
from integrations.actions.sync import ask_for_sync, begin_due
from integrations.choices import SyncKind
from integrations.errors import Busy, NotConnected, Unreachable
from integrations.models import ExternalLink, SyncRun
from tests.integrations.conftest import settle
from tests.integrations.elsewhere import START
from tickets.choices import Channel, EventKind, WorkState
from tickets.models import Ticket

pytestmark = pytest.mark.django_db


def test_what_changed_there_is_found_without_a_webhook(linked, elsewhere, mona):
    elsewhere.set("1", level="P1")
    elsewhere.say("1", "Looking into it")
    ask_for_sync(by=mona, connection=linked.connection)
    settle()
    ticket = Ticket.objects.get()
    assert (ticket.priority, ticket.comments.get().body) == ("critical", "Looking into it")
    run = SyncRun.objects.get()
    assert (run.state, run.changed) == (WorkState.DONE, 1)


def test_runs_begin_when_their_time_has_come_and_only_once(connection, connect, elsewhere):
    connect(name="Silent", sync_minutes=0)
    now = timezone.now()
    assert begin_due(now) == 1
    assert begin_due(now) == 0
    settle()
    assert begin_due(now + timedelta(minutes=6)) == 1


def test_all_pages_are_read_and_the_next_run_goes_on_from_there(connect, elsewhere, mona):
    connection = connect(opens_tickets=True)
    for number in range(5):
        elsewhere.make(summary=f"Record {number}")
    ask_for_sync(by=mona, connection=connection)
    settle()
    assert Ticket.objects.count() == 5
    assert SyncRun.objects.get().pages == 3
    elsewhere.calls.clear()
    elsewhere.make(summary="New")
    ask_for_sync(by=mona, connection=connection)
    settle()
    assert Ticket.objects.count() == 6
    assert elsewhere.asked("changes")[0] == {"since": (START + timedelta(seconds=5)).isoformat()}


def test_a_run_that_fails_goes_on_where_it_stopped(connect, elsewhere, mona):
    connection = connect(opens_tickets=True)
    for number in range(4):
        elsewhere.make(summary=f"Record {number}")
    elsewhere.fail("read", Unreachable("down"))
    elsewhere.fail("changes", Busy("later", 60))
    ask_for_sync(by=mona, connection=connection)
    settle()
    assert Ticket.objects.count() == ExternalLink.objects.count() == 4
    connection.refresh_from_db()
    assert connection.health == "well"


def test_a_record_that_cannot_be_taken_does_not_stop_the_others(connect, elsewhere, mona, monkeypatch):
    connection = connect(opens_tickets=True)
    connection.fields.create(ours="urgency", theirs="hurry")
    connection.values.create(field="urgency", ours="no such level", theirs="very")
    elsewhere.make(hurry="very")
    elsewhere.make(summary="Good")
    ask_for_sync(by=mona, connection=connection)
    settle()
    assert [ticket.title for ticket in Ticket.objects.all()] == ["Good"]
    assert SyncRun.objects.get().refused == 1


def test_the_past_comes_in_at_its_own_times_and_is_news_to_nobody(connect, elsewhere, mona, carl):
    connection = connect(takes_as_notes=False)
    number = elsewhere.make(summary="Old", level="P1", state="Done")
    elsewhere.say(number, "It was the cable")
    ask_for_sync(by=mona, connection=connection, kind=SyncKind.HISTORY)
    settle()
    ticket = Ticket.objects.get()
    assert (ticket.title, ticket.priority, ticket.status) == ("Old", "critical", "resolved")
    assert ticket.created_at < START + timedelta(minutes=1)
    comment = ticket.comments.get()
    assert (comment.body, comment.is_internal) == ("It was the cable", False)
    assert comment.created_at < START + timedelta(minutes=1)
    kinds = [event.kind for event in ticket.events.all()]
    assert kinds == [
        EventKind.TICKET_CREATED,
        EventKind.COMMENT_ADDED,
        EventKind.TICKET_CHANGED,
        EventKind.EXTERNALLY_LINKED,
    ]
    assert {event.channel for event in ticket.events.all()} == {Channel.IMPORT, Channel.SYSTEM}
    ask_for_sync(by=mona, connection=connection, kind=SyncKind.HISTORY)
    settle()
    assert Ticket.objects.count() == 1


def test_a_connection_that_is_switched_off_is_not_asked(connection, mona):
    save_connection(by=mona, fields={"is_enabled": False}, connection=connection)
    connection.refresh_from_db()
    with pytest.raises(NotConnected):
        ask_for_sync(by=mona, connection=connection)
    assert begin_due(timezone.now()) == 0
