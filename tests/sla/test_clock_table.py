"""Every row of the table in docs/sla.md, by its name: what each fact does to each metric.

The ticket has medium priority and is created on Monday at 10:00 under the standard policy (office hours; 4 h to answer, 2 h to answer
again, 16 h to resolve; pending and on hold rest the resolution), unless the case says otherwise.
"""

import re
from pathlib import Path
from typing import Any

import pytest

from sla.choices import Cause
from sla.clocks import Fold
from tests.sla.ledgers import GOLD, NETWORK, ONLY_HIGH, PARTNER, STANDARD, at, fold, lines
from tests.sla.test_clock_table_by_log import BY_THE_LOG

REPLY, MESSAGE, STATUS, PRIORITY = Cause.REPLY, Cause.MESSAGE, Cause.STATUS, Cause.PRIORITY
TEAM, TERMS, LAPSED = Cause.TEAM, Cause.TERMS, Cause.LAPSED
MERGED, UNMERGED, ARCHIVED, RESTORED = Cause.MERGED, Cause.UNMERGED, Cause.ARCHIVED, Cause.RESTORED
DOCS = Path(__file__).resolve().parents[2] / "docs" / "sla.md"

FRESH = "first_response: running, due mon 14:00, used 0:00"
SOLVING = "resolution: running, due wed 10:00, used 0:00"
ANSWERED = "first_response: met, due mon 14:00, used 1:00"
ANSWER = ("mon 11:00", REPLY)
GIVEN = (("mon 10:00", TERMS, STANDARD), ("mon 11:00", TEAM, "Network"), ("mon 11:00", TERMS, NETWORK))

# the row → how it was created, what happened, what the clocks say
CASES: dict[str, tuple[str, list[tuple[Any, ...]], dict[str, str], list[str]]] = {
    "the ticket is created": ("mon 10:00", [], {}, [FRESH, SOLVING]),
    "created outside working hours": (
        "sat 10:00",
        [],
        {},
        ["first_response: running, due mon+ 13:00, used 0:00", "resolution: running, due tue+ 17:00, used 0:00"],
    ),
    "created in a status that rests": (
        "mon 10:00",
        [],
        {"status": "pending"},
        [FRESH, "resolution: paused, due -, used 0:00"],
    ),
    "created resolved or closed": ("mon 10:00", [], {"status": "closed"}, []),
    "staff reply publicly, by any door": ("mon 10:00", [ANSWER], {}, [ANSWERED, SOLVING]),
    "the customer writes before the first response": ("mon 10:00", [("mon 11:00", MESSAGE)], {}, [FRESH, SOLVING]),
    "the customer writes after a response": (
        "mon 10:00",
        [ANSWER, ("mon 12:00", MESSAGE), ("mon 13:00", REPLY), ("mon 15:00", MESSAGE)],
        {},
        [
            ANSWERED,
            SOLVING,
            "next_response: met, due mon 14:00, used 1:00",
            "next_response 2: running, due mon 17:00, used 0:00",
        ],
    ),
    "the customer writes again while waiting": (
        "mon 10:00",
        [ANSWER, ("mon 12:00", MESSAGE), ("mon 13:00", MESSAGE)],
        {},
        [ANSWERED, SOLVING, "next_response: running, due mon 14:00, used 0:00"],
    ),
    "the customer writes and the ticket stays closed": (
        "mon 10:00",
        [ANSWER, ("mon 12:00", STATUS, "resolved"), ("mon 13:00", MESSAGE)],
        {},
        [ANSWERED, "resolution: met, due wed 10:00, used 2:00"],
    ),
    "a status that rests": (
        "mon 10:00",
        [ANSWER, ("mon 11:30", MESSAGE), ("mon 12:00", STATUS, "pending")],
        {},
        [ANSWERED, "resolution: paused, due -, used 2:00", "next_response: running, due mon 13:30, used 0:00"],
    ),
    "back to a status that runs": (
        "mon 10:00",
        [("mon 12:00", STATUS, "pending"), ("tue 12:00", STATUS, "open")],
        {},
        [FRESH, "resolution: running, due thu 10:00, used 2:00"],
    ),
    "resolved or closed without a reply": (
        "mon 10:00",
        [("mon 11:00", STATUS, "resolved")],
        {},
        [ANSWERED, "resolution: met, due wed 10:00, used 1:00"],
    ),
    "opened again before it was due": (
        "mon 10:00",
        [("mon 11:00", STATUS, "resolved"), ("mon 13:00", STATUS, "open"), ("mon 13:00", MESSAGE)],
        {},
        [
            ANSWERED,
            "resolution: running, due wed 12:00, used 1:00",
            "next_response: running, due mon 15:00, used 0:00",
        ],
    ),
    "opened again after it would have been due": (
        "mon 10:00",
        [("mon 11:00", STATUS, "resolved"), ("fri 13:00", STATUS, "open")],
        {},
        [ANSWERED, "resolution: running, due tue+ 12:00, used 1:00"],
    ),
    "opened again after it was missed": (
        "mon 10:00",
        [ANSWER, ("thu 11:00", STATUS, "resolved"), ("fri 13:00", STATUS, "open")],
        {},
        [ANSWERED, "resolution: running, due wed 10:00, used 25:00"],
    ),
    "the priority changes": (
        "mon 10:00",
        [("mon 11:00", PRIORITY, "high")],
        {},
        ["first_response: running, due mon 12:00, used 1:00", "resolution: running, due tue 10:00, used 1:00"],
    ),
    "the priority changes to one whose target is used up": (
        "mon 10:00",
        [("mon 13:00", PRIORITY, "high")],
        {},
        ["first_response: running, due mon 12:00, used 3:00", "resolution: running, due tue 10:00, used 3:00"],
    ),
    "the priority changes to one without a target": (
        "mon 10:00",
        [("mon 11:00", PRIORITY, "low")],
        {},
        ["first_response: cancelled, due -, used 1:00", "resolution: cancelled, due -, used 1:00"],
    ),
    "the priority changes to one with a target at last": (
        "mon 10:00",
        [("mon 10:00", TERMS, ONLY_HIGH), ("mon 12:00", PRIORITY, "high")],
        {},
        ["resolution: running, due tue 10:00, used 2:00"],
    ),
    "another policy fits (organization, team, tag … changed)": (
        "mon 10:00",
        [ANSWER, ("mon 12:00", TERMS, GOLD)],
        {},
        [ANSWERED, "resolution: running, due mon 18:00, used 2:00"],
    ),
    "no policy fits any more": (
        "mon 10:00",
        [("mon 11:00", LAPSED)],
        {},
        ["first_response: cancelled, due -, used 1:00", "resolution: cancelled, due -, used 1:00"],
    ),
    "a policy fits again": (
        "mon 10:00",
        [("mon 11:00", LAPSED), ("mon 12:00", TERMS, STANDARD)],
        {},
        ["first_response: running, due mon 15:00, used 1:00", "resolution: running, due wed 11:00, used 1:00"],
    ),
    "the first policy is found later": (
        "mon 10:00",
        [("mon 10:00", LAPSED), ("mon 12:00", TERMS, GOLD)],
        {},
        ["first_response: running, due mon 11:00, used 0:00", "resolution: running, due mon 18:00, used 0:00"],
    ),
    "merged into another ticket": (
        "mon 10:00",
        [("mon 11:00", MERGED, "T-1"), ("mon 11:00", STATUS, "closed")],
        {},
        ["first_response: cancelled, due -, used 1:00", "resolution: cancelled, due -, used 1:00"],
    ),
    "the merge is undone": (
        "mon 10:00",
        [
            *(("mon 11:00", MERGED, "T-1"), ("mon 11:00", STATUS, "closed")),
            *(("mon 12:00", UNMERGED), ("mon 12:00", STATUS, "open")),
        ],
        {},
        ["first_response: running, due mon 15:00, used 1:00", "resolution: running, due wed 11:00, used 1:00"],
    ),
    "archived": (
        "mon 10:00",
        [("mon 11:00", ARCHIVED)],
        {},
        ["first_response: cancelled, due -, used 1:00", "resolution: cancelled, due -, used 1:00"],
    ),
    "restored": (
        "mon 10:00",
        [("mon 11:00", ARCHIVED), ("tue 11:00", RESTORED)],
        {},
        ["first_response: running, due tue 14:00, used 1:00", "resolution: running, due thu 10:00, used 1:00"],
    ),
    "an event whose time lies before the one it follows": (
        "mon 10:00",
        [("mon 12:00", REPLY), ("mon 11:00", MESSAGE)],
        {},
        [
            "first_response: met, due mon 14:00, used 2:00",
            SOLVING,
            "next_response: running, due mon 14:00, used 0:00",
        ],
    ),
    "created in the future, by an import": (
        "thu+ 10:00",
        [],
        {},
        ["first_response: running, due thu+ 14:00, used 0:00", "resolution: running, due mon++ 10:00, used 0:00"],
    ),
    "a team or vendor is given the ticket (OLA)": (
        "mon 10:00",
        [*GIVEN],
        {},
        [
            *(FRESH, SOLVING),
            "internal first_response: running, due mon 12:00, used 0:00",
            "internal resolution: running, due tue 11:00, used 0:00",
        ],
    ),
    "the team takes it up (OLA)": (
        "mon 10:00",
        [*GIVEN, ("mon 11:30", STATUS, "in_progress")],
        {},
        [
            *(FRESH, SOLVING),
            "internal first_response: met, due mon 12:00, used 0:30",
            "internal resolution: running, due tue 11:00, used 0:00",
        ],
    ),
    "it is handed to another team (OLA)": (
        "mon 10:00",
        [*GIVEN, ("mon 13:00", TEAM, "Partner"), ("mon 13:00", TERMS, PARTNER)],
        {},
        [
            *(FRESH, SOLVING),
            "internal first_response: missed, due mon 12:00, used 2:00",
            "internal first_response 2: running, due mon 15:00, used 0:00",
            "internal resolution: met, due tue 11:00, used 2:00",
            "internal resolution 2: running, due wed 13:00, used 0:00",
        ],
    ),
}


@pytest.mark.parametrize("row", CASES)
def test_row(row: str) -> None:
    created, happened, start, said = CASES[row]
    assert lines(fold(created, *happened, **start)) == said


def test_the_table_and_the_tests_name_the_same_rows() -> None:
    table = DOCS.read_text().partition("| when |")[2].partition("\n\n")[0]
    rows = set(re.findall(r"^\| ([^|]+) \|", table.partition("\n")[2], re.MULTILINE))
    assert rows - {"---"} == CASES.keys() | BY_THE_LOG
    assert not CASES.keys() & BY_THE_LOG


def test_late_is_missed_and_exactly_on_time_is_met() -> None:
    for moment, state in (("mon 14:00", "met"), ("mon 14:01", "missed")):
        assert fold("mon 10:00", (moment, REPLY)).clocks[0].state == state


def test_used_up_at_closing_time_is_due_at_closing_time() -> None:
    ended_after_hours = fold("mon 13:00", ("mon 18:00", REPLY))
    assert lines(ended_after_hours)[0] == "first_response: missed, due mon 17:00, used 4:00"


def test_a_created_closed_ticket_begins_when_it_is_opened() -> None:
    opened = fold("mon 10:00", ("mon 12:00", STATUS, "open"), status="closed")
    assert lines(opened) == ["resolution: running, due wed 12:00, used 0:00"]


def test_an_impossible_order_is_corrected_and_reported() -> None:
    told = fold("mon 10:00", ("mon 12:00", REPLY), ("mon 11:00", MESSAGE))
    assert [(c.event, c.said, c.taken) for c in told.corrections] == [(4, at("mon 11:00"), at("mon 12:00"))]


def test_a_merged_ticket_that_is_opened_again_counts_again() -> None:
    opened = fold(
        "mon 10:00", ("mon 11:00", MERGED, "T-1"), ("mon 11:00", STATUS, "closed"), ("mon 12:00", STATUS, "open")
    )
    assert {clock.state for clock in opened.clocks} == {"running"}


def test_a_ledger_says_what_held_when() -> None:
    told = fold(
        "mon 10:00", ("mon 12:00", STATUS, "pending"), ("tue 12:00", STATUS, "open"), ("tue 13:00", TERMS, GOLD)
    )
    ledger = told.clocks[1].segments
    assert [(s.running, s.cause, s.detail, s.terms.policy) for s in ledger] == [
        (True, "created", "", 1),
        (False, "status", "pending", 1),
        (True, "status", "open", 1),
        (True, "terms", "", 2),
    ]
    assert [s.end for s in ledger] == [at("mon 12:00"), at("tue 12:00"), at("tue 13:00"), None]


def test_warnings_come_one_after_the_other_and_the_breach_last() -> None:
    clock = fold("mon 10:00").clocks[0]
    assert [clock.next_threshold(told) for told in (0, 50, 75, 90, 100)] == [
        *((50, at("mon 12:00")), (75, at("mon 13:00"))),
        *((90, at("mon 13:36")), (100, at("mon 14:00"))),
        None,
    ]


def test_a_missed_clock_has_its_breach_left_to_announce_and_a_met_one_nothing() -> None:
    missed: Fold = fold("mon 10:00", ("mon 15:00", REPLY))
    assert missed.clocks[0].next_threshold(50) == (100, at("mon 14:00"))
    assert fold("mon 10:00", ("mon 11:00", REPLY)).clocks[0].next_threshold(0) is None
