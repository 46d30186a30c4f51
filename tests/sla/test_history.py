"""Tickets whose past came in at once: the demo, imports, and replaying the log."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from sla import tasks
from sla.models import Backfill, Calendar, Clock, Policy
from tests.sla.ledgers import at, says
from tickets import work
from tickets.actions.conversation import add_comment
from tickets.actions.history import Life, write_lives
from tickets.choices import Channel, Status
from tickets.models import Ticket, User

CSV = """id,title,status,priority,created,resolved,requester,assignee,resolution
A-1,Printer,New,P3,2026-03-02T10:00:00Z,,Carl,,
A-2,Screen,Resolved,P3,2026-03-02T10:00:00Z,2026-03-05T10:00:00Z,Carl,Tess,New cable
A-3,Mouse,Resolved,P3,2026-03-02T10:00:00Z,2026-03-02T12:00:00Z,Carl,Tess,Cleaned
"""


def test_an_import_ends_with_clocks_by_the_real_times(standard: Policy, tmp_path: Path) -> None:
    file = tmp_path / "tickets.csv"
    file.write_text(CSV)
    call_command("import_tickets", file, format="csv", source="old")
    work.run_due()
    assert tasks.Backfill.objects.get().state == "done"
    found = {
        (clock.ticket.external_id, clock.metric): (clock.state, says(clock.due_at))
        for clock in Clock.objects.select_related("ticket")
    }
    assert found == {
        ("A-1", "first_response"): ("running", "mon 14:00"),
        ("A-1", "resolution"): ("running", "tue 02:00"),
        ("A-2", "first_response"): ("missed", "mon 14:00"),
        ("A-2", "resolution"): ("missed", "tue 02:00"),
        ("A-3", "first_response"): ("met", "mon 14:00"),
        ("A-3", "resolution"): ("met", "tue 02:00"),
    }
    assert Ticket.objects.get(external_id="A-1").risk == "critical"
    assert not Clock.objects.filter(quiet_until=None).exists()
    call_command("sla_replay")


def test_an_import_that_goes_on_keeps_what_was_promised(standard: Policy, tmp_path: Path) -> None:
    file = tmp_path / "tickets.csv"
    file.write_text(CSV)
    call_command("import_tickets", file, format="csv", source="old")
    work.run_due()
    file.write_text(CSV.replace("A-1,Printer,New", "A-1,Printer,Pending"))
    call_command("import_tickets", file, format="csv", source="old")
    work.run_due()
    assert Clock.objects.get(ticket__external_id="A-1", metric="resolution").state == "paused"
    call_command("sla_replay")


def test_done_twice_nothing_changes(standard: Policy, carl: User) -> None:
    life = Life.begin(
        by=carl,
        via=Channel.IMPORT,
        at=at("mon 10:00"),
        values={"title": "Printer", "status": Status.OPEN, "requester": carl},
    )
    write_lives([life])
    work.run_due()
    before = list(Clock.objects.order_by("pk").values())
    tasks.carry_out_backfill(Backfill(tickets=[life.ticket.pk]))
    assert list(Clock.objects.order_by("pk").values()) == before


def test_replay_names_what_differs(standard: Policy, ticket: Ticket, capsys: pytest.CaptureFixture[str]) -> None:
    Clock.objects.filter(ticket=ticket, metric="resolution").update(due_at=datetime(2030, 1, 1, tzinfo=UTC))
    with pytest.raises(CommandError):
        call_command("sla_replay", ticket=[ticket.reference])
    assert f"{ticket.reference} customer resolution 1: due_at is 2030" in capsys.readouterr().out


def test_a_past_without_clocks_gets_them_on_demand(
    ticket: Ticket, make_policy: Callable[..., Policy], tess: User, capsys: pytest.CaptureFixture[str]
) -> None:
    add_comment(ticket=ticket, by=tess, via=Channel.WEB, body="Hello.")
    make_policy("Everybody", is_default=True, targets={"first_response": {"medium": 60}}, scope="new")
    call_command("sla_replay", backfill=True)
    assert not Clock.objects.exists()
    make_policy("All", position=1, targets={"first_response": {"medium": 60}})
    call_command("sla_replay", backfill=True)
    assert Clock.objects.get().state == "met"
    assert "1 tickets looked at, 0 differ." in capsys.readouterr().out


def test_the_demo_is_promised_things(db: Any) -> None:
    now = datetime(2026, 3, 18, 10, 30, tzinfo=UTC)
    call_command("load_demo", now=now.isoformat())
    states = Clock.objects.values_list("state", flat=True)
    assert {"running", "paused", "met", "missed"} <= set(states)
    last = Clock.objects.filter(ticket__in=Ticket.objects.order_by("-pk")[:2], metric="first_response")
    assert set(last.values_list("next_percent", flat=True)) == {90, 100}
    assert all(0 < (clock.due_at - now).total_seconds() < 600 for clock in last if clock.due_at)
    late = Clock.objects.filter(kind="customer", state="running", due_at__lt=now).count()
    live = Clock.objects.filter(kind="customer", state__in=["running", "paused"]).count()
    assert 0 < late < live / 2
    assert Calendar.objects.get(is_default=True).name == "Business hours, London", "so figures by business hours differ"
    call_command("sla_replay")
