"""Comparing every linked ticket with its record: what differed is mended by the fields' rules and reported."""

import pytest

from integrations.actions.sync import ask_for_sync
from integrations.choices import SyncKind
from integrations.errors import Gone, Refused, Unreachable
from integrations.models import ExternalLink, SyncRun
from tests.integrations.conftest import settle
from tickets.choices import WorkState
from tickets.models import Ticket

pytestmark = pytest.mark.django_db


def compare(connection, mona):
    run = ask_for_sync(by=mona, connection=connection, kind=SyncKind.CHECK)
    settle()
    run.refresh_from_db()
    return run


def test_two_sides_that_agree_have_nothing_to_report(linked, mona):
    run = compare(linked.connection, mona)
    assert (run.state, run.seen, run.changed, run.refused, run.report) == (WorkState.DONE, 1, 0, 0, [])


def test_what_was_missed_is_taken_over_and_reported(linked, elsewhere, mona, api):
    elsewhere.set("1", level="P1")
    run = compare(linked.connection, mona)
    assert Ticket.objects.get().priority == "critical"
    (line,) = run.report
    assert (line["field"], line["ours"], line["theirs"], line["outcome"]) == ("priority", "medium", "P1", "theirs")
    told = api(mona).get(f"/api/v1/integrations/{linked.connection_id}/sync").json()
    assert told[0]["report"] == run.report


def test_what_stays_ours_is_reported_as_such_and_told_there(linked, elsewhere, mona):
    Ticket.objects.update(priority="low")  # written past the actions, so that nobody was told
    run = compare(linked.connection, mona)
    assert [(line["field"], line["outcome"]) for line in run.report] == [("priority", "ours")]
    assert elsewhere.records["1"]["fields"]["level"] == "P4"
    assert compare(linked.connection, mona).report == []


def test_a_record_that_is_gone_and_one_that_cannot_be_read_do_not_stop_the_run(connect, elsewhere, mona):
    connection = connect(opens_tickets=True)
    for number in range(3):
        elsewhere.make(summary=f"Record {number}")
    ask_for_sync(by=mona, connection=connection)
    settle()
    elsewhere.fail("read", Gone("There is no such record."))
    elsewhere.fail("read", Refused("Not today."))
    elsewhere.set("3", level="P1")
    run = compare(connection, mona)
    assert [line["outcome"] for line in run.report] == ["gone", "unreadable", "theirs"]
    assert (run.seen, run.changed, run.refused) == (3, 2, 1)
    assert ExternalLink.objects.count() == 2


def test_a_run_that_was_cut_off_goes_on_where_it_stopped(connect, elsewhere, mona):
    connection = connect(opens_tickets=True)
    for number in range(2):
        elsewhere.make(summary=f"Record {number}")
    ask_for_sync(by=mona, connection=connection)
    settle()
    elsewhere.calls.clear()
    run = ask_for_sync(by=mona, connection=connection, kind=SyncKind.CHECK)
    SyncRun.objects.filter(pk=run.pk).update(cursor={"after": ExternalLink.objects.order_by("pk").first().pk})
    elsewhere.fail("read", Unreachable("Cannot be reached."))
    settle()
    run.refresh_from_db()
    assert (run.state, run.seen) == (WorkState.DONE, 1)
