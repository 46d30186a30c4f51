"""Why is this due then? The ledger in words and arithmetic, over the API."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from sla.actions.clocks import backfill
from sla.explain import explain
from sla.models import Policy
from tests.sla.ledgers import at
from tickets.actions.conversation import add_comment
from tickets.actions.history import Life, write_lives
from tickets.actions.tickets import archive_ticket, change_ticket, restore_ticket
from tickets.choices import Channel, Status
from tickets.models import Team, Ticket, User

MONDAY = at("mon 09:00")


@pytest.fixture
def told(standard: Policy, carl: User, tess: User) -> Iterator[Callable[..., Ticket]]:
    """Tell a ticket's past: (when, what) with a status, or a name of who writes."""

    def tell(*steps: tuple[str, Any], **first: Any) -> Ticket:
        created, *later = steps
        values = {"title": "Printer", "status": Status.OPEN, "requester": carl, **first}
        life = Life.begin(by=carl, via=Channel.IMPORT, at=at(created[0]), values=values)
        for when, what in later:
            if isinstance(what, User):
                life.comment(by=what, via=Channel.IMPORT, at=at(when), body="…", reopens=False)
            else:
                life.change(by=tess, via=Channel.IMPORT, at=at(when), values=what)
        write_lives([life])
        backfill([life.ticket.pk], at("mon+ 09:00"))
        return Ticket.objects.get(pk=life.ticket.pk)

    return tell


def lines(ticket: Ticket, reader: User, now: str, metric: str = "resolution") -> list[str]:
    found = [one for one in explain(ticket, reader, at(now)) if one.clock.metric == metric]
    assert len(found) == 1
    return found[0].lines


def test_a_running_clock_says_when_it_is_due_and_why(told: Any, tess: User) -> None:
    ticket = told(("mon 09:00", None), ("mon 11:00", {"status": "pending"}), ("tue 09:30", {"status": "open"}))
    assert lines(ticket, tess, "tue 10:00") == [
        "Resolution: 16 h of working time, promised to the customer by Standard v1.",
        "Mon 02 Mar 2026 09:00 to Mon 02 Mar 2026 11:00: ran 2 h by Round the clock v1, because the ticket was created.",
        "Mon 02 Mar 2026 11:00 to Tue 03 Mar 2026 09:30: rested, because the status became pending.",
        "Since Tue 03 Mar 2026 09:30: ran 30 min by Round the clock v1, because the status became open.",
        "Used: 2 h + 30 min = 2 h 30 min.",
        "Left: 16 h − 2 h 30 min = 13 h 30 min.",
        "Due at Tue 03 Mar 2026 23:30: 14 h of working time from Tue 03 Mar 2026 09:30 on, by Round the clock v1.",
    ]


def test_a_pause_in_which_the_customer_had_replied_is_marked(told: Any, tess: User, carl: User) -> None:
    ticket = told(("mon 09:00", None), ("mon 11:00", {"status": "on_hold"}), ("mon 12:00", carl))
    assert lines(ticket, tess, "mon 13:00")[2] == (
        "Since Mon 02 Mar 2026 11:00: rested, because the status became on hold. "
        "The customer had already replied, at Mon 02 Mar 2026 12:00."
    )
    before = told(("mon 09:00", None), ("mon 10:00", carl), ("mon 11:00", {"status": "on_hold"}))
    assert "already replied, at Mon 02 Mar 2026 10:00" in lines(before, tess, "mon 13:00")[2]
    answered = told(("mon 09:00", None), ("mon 10:00", carl), ("mon 10:30", tess), ("mon 11:00", {"status": "on_hold"}))
    assert "already" not in lines(answered, tess, "mon 13:00")[2]


def test_time_for_which_nothing_is_promised_is_counted_and_says_so(told: Any, tess: User) -> None:
    ticket = told(("mon 09:00", None), ("mon 11:00", {"priority": "low"}))
    assert lines(ticket, tess, "mon 12:00") == [
        "Resolution: nothing is promised for this priority any more.",
        "Mon 02 Mar 2026 09:00 to Mon 02 Mar 2026 11:00: ran 2 h by Round the clock v1, because the ticket was created.",
        "Since Mon 02 Mar 2026 11:00: ran 1 h by Round the clock v1, with nothing promised, "
        "because the priority became low.",
        "Used: 2 h + 1 h = 3 h.",
        "Nothing is due. What is used counts once something is promised again.",
    ]
    paused = told(("mon 09:00", None), ("mon 11:00", {"priority": "low"}), ("mon 11:30", {"status": "pending"}))
    assert lines(paused, tess, "mon 12:00")[3] == (
        "Since Mon 02 Mar 2026 11:30: rested, with nothing promised, because the status became pending."
    )


def test_a_stretch_in_which_a_promise_had_ended_is_no_pause(told: Any, tess: User, mona: User, ticket: Ticket) -> None:
    opened = told(("mon 09:00", None), ("mon 11:00", {"status": "resolved"}), ("mon 13:00", {"status": "open"}))
    assert lines(opened, tess, "mon 14:00")[2].endswith(": had ended, because the status became resolved.")
    archive_ticket(ticket=ticket, by=mona, via=Channel.WEB)
    restore_ticket(ticket=ticket, by=mona, via=Channel.WEB)
    (found,) = (one for one in explain(ticket, tess, timezone.now()) if one.clock.metric == "resolution")
    assert found.lines[2].endswith(": was cancelled, because the ticket was archived.")


def test_times_that_cannot_be_are_told(told: Any, tess: User, carl: User) -> None:
    ticket = told(("mon 09:00", None), ("mon 12:00", carl), ("mon 11:00", tess))
    assert lines(ticket, tess, "mon 13:00")[-1] == (
        "Event 3 says Mon 02 Mar 2026 11:00, before the one it follows; it was taken as of Mon 02 Mar 2026 12:00."
    )
    ahead = told(("fri 09:00", None))
    assert lines(ahead, tess, "mon 13:00")[-1].startswith("The ticket says that it was created in the future")


def test_the_readers_zone(told: Any, tess: User) -> None:
    ticket = told(("mon 09:00", None))
    tess.time_zone = "Asia/Kathmandu"
    assert lines(ticket, tess, "mon 10:00")[-1].startswith("Due at Tue 03 Mar 2026 06:45")


@pytest.mark.parametrize(
    ("steps", "end"),
    [
        ([], "Overdue since Tue 03 Mar 2026 01:00: by then the promised time was used up."),
        ([("mon 12:00", {"status": "pending"})], "Due: not while it rests."),
        (
            [("mon 12:00", {"status": "closed"})],
            "Met: it ended at Mon 02 Mar 2026 12:00, because the status became closed; "
            "it would have been due at Tue 03 Mar 2026 01:00.",
        ),
        (
            [("wed 12:00", {"status": "closed"})],
            "Missed: it was due at Tue 03 Mar 2026 01:00 and ended at Wed 04 Mar 2026 12:00, "
            "because the status became closed.",
        ),
    ],
)
def test_how_it_ends(steps: list[Any], end: str, told: Any, tess: User) -> None:
    ticket = told(("mon 09:00", None), *steps)
    assert lines(ticket, tess, "fri 10:00")[-1] == end


def test_the_api_gives_ledger_and_words(standard: Policy, ticket: Ticket, api: Any, carl: User, tess: User) -> None:
    add_comment(ticket=ticket, by=tess, via=Channel.WEB, body="Try again.")
    change_ticket(ticket=ticket, by=tess, via=Channel.WEB, changes={"status": "pending"})
    body = api(tess).get(f"/tickets/{ticket.reference}/sla").json()
    assert (body["ticket_id"], body["due_at"], body["risk"]) == (ticket.pk, None, "low")
    resting, met = body["clocks"]
    assert (resting["metric"], resting["state"], resting["target_seconds"]) == ("resolution", "paused", 16 * 3600)
    assert [line["running"] for line in resting["ledger"]] == [True, False]
    assert (met["metric"], met["state"], met["policy"], met["calendar"]) == (
        *("first_response", "met"),
        *("Standard v1", "Round the clock v1"),
    )
    assert api(carl).get(f"/tickets/{ticket.pk}/sla").json()["clocks"][0]["explanation"]


def test_strangers_see_nothing_and_requesters_no_internal_promises(
    make_policy: Any, ticket: Ticket, api: Any, carl: User, gina: User, tess: User, network: Team
) -> None:
    make_policy("Network", kind="internal", targets={"resolution": {"medium": 60}}, is_default=True)
    change_ticket(ticket=ticket, by=tess, via=Channel.WEB, changes={"team": network.pk})
    assert [c["kind"] for c in api(tess).get(f"/tickets/{ticket.pk}/sla").json()["clocks"]] == ["internal"]
    assert api(carl).get(f"/tickets/{ticket.pk}/sla").json()["clocks"] == []
    assert api(gina).get(f"/tickets/{ticket.pk}/sla").status_code == 404


def test_a_status_costs_a_constant_number_of_queries(
    standard: Policy, ticket: Ticket, tess: User, carl: User, django_assert_max_num_queries: Any
) -> None:
    for by in (tess, carl, tess, carl, tess):
        add_comment(ticket=ticket, by=by, via=Channel.WEB, body="…")
    with django_assert_max_num_queries(4):
        assert len(explain(ticket, tess, datetime.now(UTC) + timedelta(hours=1))) == 4
