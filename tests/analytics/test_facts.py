"""What is read from the desk, as far as somebody sees it, and the counters that tickets keep."""

from datetime import timedelta

import numpy as np
import pytest

from analytics.facts.asked import Filters
from analytics.facts.desk import read_facts
from analytics.metrics.asking import answer, answer_by
from analytics.metrics.periods import Period
from analytics.metrics.registry import METRICS
from tests.analytics.conftest import MARCH, after
from tickets import work
from tickets.actions.conversation import add_comment
from tickets.actions.merging import merge_tickets, unmerge_ticket
from tickets.actions.reverting import revert_change
from tickets.actions.tickets import change_ticket, create_ticket
from tickets.choices import Channel

WEEK = Period(MARCH, MARCH + timedelta(days=7))
TABLES = ("messages", "promises", "work", "advice")


def read(reader, span=WEEK, **filters):
    accepted = Filters({name: (value,) for name, value in filters.items()})
    return read_facts(reader, span, now=after(24 * 30), tables=TABLES, filters=accepted)


def figures(name, facts, period=WEEK):
    return answer(METRICS[name], facts, period)


def test_figures_of_a_week(lived, mona, acme, network):
    lived(0, replies=(2, 12), asks=(4,), resolved=24, minutes=90, rating=5)
    lived(-48, replies=(-40,), resolved=10)
    lived(100, assignee=None)
    facts = read(mona)
    assert figures("volume", facts) == {"created": 2, "resolved": 2, "net": 0}
    assert figures("backlog", facts) == {"end": 1, "start": 1, "change": 0, "unassigned": 1}
    assert figures("resolution_time", facts)["mean"] == 41.0
    assert figures("first_response_time", facts) | {"count": 1, "mean": 2.0} == figures("first_response_time", facts)
    assert figures("next_response_time", facts) | {"count": 1, "mean": 8.0} == figures("next_response_time", facts)
    assert figures("time_spent", facts) == {"total": 1.5, "tickets": 1, "per_ticket": 1.5}
    assert figures("first_contact_resolution", facts)["rate"] == 50.0
    assert figures("satisfaction", facts)["rate"] == 100.0
    groups = answer_by([METRICS["volume"]], facts, WEEK, "technician")["volume"]
    assert [(g.name, g.figures["created"]) for g in groups] == [("Tess", 1), ("", 1)]
    assert [g.name for g in answer_by([METRICS["volume"]], facts, WEEK, "organization")["volume"]] == ["Acme"]


def test_a_reply_is_paired_with_a_message_from_before_the_period(lived, mona):
    lived(-200, replies=(-190, 5), asks=(-20,))
    assert figures("next_response_time", read(mona))["mean"] == 25.0


def test_work_on_what_was_resolved_before_counts(lived, mona):
    ticket = lived(-200, resolved=-100)
    lived(-200, resolved=-150)
    entry = lived(0, minutes=60).time_entries.get()
    entry.ticket = ticket
    entry.save()
    facts = read(mona)
    assert figures("time_spent", facts)["total"] == 1.0
    assert len(facts.tickets) == 2
    assert len(read(mona, team=ticket.team_id).work) == 1


def test_a_technician_of_one_team_counts_that_team(lived, milo, desktop):
    lived(0)
    lived(0, team=desktop, minutes=30)
    assert figures("volume", read(milo))["created"] == 1
    assert figures("time_spent", read(milo))["total"] == 0.5


def test_filters_let_through(lived, mona, tess, globex):
    lived(0, priority="high")
    lived(0, organization=globex, assignee=None)
    assert figures("volume", read(mona, priority="high"))["created"] == 1
    assert figures("volume", read(mona, technician=tess.pk))["created"] == 1
    assert figures("volume", read(mona, technician=-1, organization=globex.pk))["created"] == 1
    assert figures("volume", read(mona, channel="email"))["created"] == 0


def test_what_is_archived_or_merged_counts_nowhere(lived, mona):
    kept, merged = lived(0), lived(0)
    lived(0, archived_at=after(1))
    merge_tickets(source=merged, target=kept, by=mona, via=Channel.WEB)
    assert figures("volume", read(mona))["created"] == 1


def test_promises_come_from_the_clocks(lived, mona, standard):
    lived(0, replies=(2,), resolved=10)
    lived(0, replies=(6,), resolved=30)
    work.run_due()
    found = figures("sla_compliance", read(mona))
    assert found == {
        "rate": 50.0,
        "met": 2,
        "breached": 2,
        "waived": 0,
        "first_response": 50.0,
        "next_response": None,
        "resolution": 50.0,
    }
    broken = figures("breaches", read(mona))
    assert (broken["breaches"], broken["tickets"]) == (2, 1)
    later = Period(after(20), after(40))
    assert figures("breaches", read(mona, later), later)["breaches"] == 0


def test_business_time_is_that_of_the_default_calendar(lived, mona, office):
    office.is_default = True
    office.save()
    lived(0, resolved=24 * 7)
    found = figures("resolution_business_time", read(mona, Period(MARCH, after(24 * 8))), Period(MARCH, after(24 * 8)))
    assert found["mean"] == office.latest.compiled.elapsed(MARCH, after(24 * 7)) / timedelta(hours=1)


def test_an_empty_desk_gives_empty_answers(mona, db):
    facts = read(mona)
    assert len(facts.tickets) == 0
    assert not any(answer(METRICS["resolution_time"], facts, WEEK).values())


def test_tickets_count_reopenings_and_replies(carl, tess):
    ticket = create_ticket(by=carl, via=Channel.WEB, fields={"title": "Printer is on fire"})
    add_comment(ticket=ticket, by=tess, via=Channel.WEB, body="Water?")
    add_comment(ticket=ticket, by=tess, via=Channel.WEB, body="A note", internal=True)
    done = {"status": "resolved", "resolution": "Done"}
    change_ticket(ticket=ticket, by=tess, via=Channel.WEB, changes=done)
    add_comment(ticket=ticket, by=carl, via=Channel.WEB, body="Still on fire")
    ticket.refresh_from_db()
    assert (ticket.reopen_count, ticket.reply_count) == (1, 1)
    resolved = change_ticket(ticket=ticket, by=tess, via=Channel.WEB, changes=done)
    revert_change(ticket=ticket, by=tess, via=Channel.WEB, version=resolved.version)
    ticket.refresh_from_db()
    assert ticket.reopen_count == 1
    reopened = change_ticket(
        ticket=change_ticket(ticket=ticket, by=tess, via=Channel.WEB, changes=done),
        by=tess,
        via=Channel.WEB,
        changes={"status": "open"},
    )
    assert reopened.reopen_count == 2
    revert_change(ticket=ticket, by=tess, via=Channel.WEB, version=reopened.version)
    ticket.refresh_from_db()
    assert ticket.reopen_count == 1


def test_a_merge_taken_back_is_no_reopening(lived, mona):
    kept, merged = lived(0), lived(0)
    merge_tickets(source=merged, target=kept, by=mona, via=Channel.WEB)
    assert unmerge_ticket(ticket=merged.__class__.objects.get(pk=merged.pk), by=mona, via=Channel.WEB).reopen_count == 0


@pytest.mark.parametrize("dimension", ["status", "priority", "channel"])
def test_words_come_back_as_they_are(lived, mona, dimension):
    ticket = lived(0, priority="critical")
    column = getattr(read(mona).tickets, dimension)
    assert column.name(int(column.codes[0])) == getattr(ticket, dimension)
    assert np.all(column.codes >= 0)
