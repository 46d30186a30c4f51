"""Calls that say only that something changed: the desk looks for itself."""

import pytest

from integrations.actions.receive import receive_call
from integrations.actions.sync import ask_for_sync
from integrations.choices import SyncKind
from integrations.errors import Busy, Refused, Unreachable
from integrations.models import ExternalLink, InboundEvent, SyncRun
from integrations.signing import hex_digest
from tests.integrations.conftest import settle
from tickets import work
from tickets.choices import WorkState
from tickets.models import Ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def hint(linked):
    """`hint("1")` is a call about record 1, `hint()` one about nobody knows what."""

    def call(record="", name="a-1"):
        body = b'{"hint": 1, "record": "%s"}' % record.encode()
        headers = {"X-Id": name, "X-Sign": hex_digest("s3cret", body)}
        return receive_call(provider="elsewhere", token=linked.connection.token, headers=headers, body=body)

    return call


def test_a_record_that_is_named_is_read_again(hint, elsewhere):
    elsewhere.set("1", level="P1")
    hint("1")
    settle()
    assert Ticket.objects.get().priority == "critical"
    assert not SyncRun.objects.exists()


def test_a_record_that_is_named_and_gone_is_unlinked(hint, elsewhere):
    del elsewhere.records["1"]
    hint("1")
    settle()
    assert not ExternalLink.objects.exists()


def test_where_no_record_is_named_the_desk_asks_what_changed(hint, elsewhere):
    elsewhere.set("1", level="P1")
    hint()
    settle()
    assert Ticket.objects.get().priority == "critical"


def test_the_same_hint_later_is_another_one(hint, elsewhere):
    hint(name="a-1")
    settle()
    elsewhere.set("1", level="P1")
    assert hint(name="a-2").rows
    settle()
    assert Ticket.objects.get().priority == "critical"


def test_many_hints_at_once_need_one_run(hint):
    for number in range(5):
        hint(name=f"a-{number}")
    settle()
    assert SyncRun.objects.count() == 1
    assert set(InboundEvent.objects.values_list("state", flat=True)) == {WorkState.DONE}


def test_a_hint_waits_for_a_run_that_may_have_passed_it_already(hint, linked, mona):
    run = ask_for_sync(by=mona, connection=linked.connection, kind=SyncKind.HISTORY)
    hint()
    call = InboundEvent.objects.get()
    work.run(InboundEvent, call.pk)
    call.refresh_from_db()
    assert (call.state, call.attempts) == (WorkState.QUEUED, 0)
    work.run(SyncRun, run.pk)
    settle()
    assert SyncRun.objects.filter(kind=SyncKind.CHANGES, state=WorkState.DONE).exists()


@pytest.mark.parametrize(
    ("error", "state", "attempts"),
    [
        (Busy("Later", 60), WorkState.QUEUED, 0),
        (Unreachable("Trouble"), WorkState.QUEUED, 1),
        (Refused("No"), WorkState.QUARANTINED, 1),
    ],
)
def test_what_cannot_be_read_now_is_read_later_or_put_aside(hint, elsewhere, error, state, attempts):
    elsewhere.fail("read", error)
    hint("1")
    call = InboundEvent.objects.get()
    work.run(InboundEvent, call.pk)
    call.refresh_from_db()
    assert (call.state, call.attempts) == (state, attempts)


def test_one_record_that_cannot_be_read_does_not_stop_a_run(connect, elsewhere, mona):
    connection = connect(opens_tickets=True)
    elsewhere.make(summary="Bad")
    elsewhere.make(summary="Good")
    elsewhere.fail("read", Refused("Something is missing"))
    run = ask_for_sync(by=mona, connection=connection)
    settle()
    run.refresh_from_db()
    assert (run.state, run.changed, run.refused) == (WorkState.DONE, 1, 1)
    assert Ticket.objects.get().title == "Good"
