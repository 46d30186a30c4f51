"""`manage.py sla_replay` finds nothing after any history, and everything that was tampered with."""

import random
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db.models import F
from django.utils import timezone

import sla.tasks  # noqa: F401 - carries out what edits ask for
from sla.actions.policies import save_policy
from sla.models import Application, Clock, Policy, Segment
from tickets import work
from tickets.actions.conversation import add_comment
from tickets.actions.merging import merge_tickets, unmerge_ticket
from tickets.actions.tickets import archive_ticket, change_ticket, restore_ticket
from tickets.choices import Channel, Level, Status
from tickets.errors import DomainError
from tickets.models import Organization, Team, Ticket, User

WEB = Channel.WEB


def replay(**options: Any) -> tuple[int, str]:
    """Run the command; returns its exit code and what it said."""
    out = StringIO()
    try:
        call_command("sla_replay", stdout=out, stderr=StringIO(), **options)
    except CommandError as error:
        return error.returncode, out.getvalue()
    return 0, out.getvalue()


class Desk:
    """People who do whatever comes to their mind, through the actions."""

    def __init__(self, seed: int, people: dict[str, User], tickets: list[Ticket], policies: list[Policy]) -> None:
        self.rng, self.people, self.tickets, self.policies = random.Random(seed), people, tickets, policies

    def do_something(self) -> None:
        ticket = Ticket.objects.get(pk=self.rng.choice(self.tickets).pk)
        deeds = [self.change, self.change, self.change, self.reply, self.reply, self.merge, self.archive, self.edit]
        with suppress(DomainError):  # what is not possible now, nobody does
            self.rng.choice(deeds)(ticket)

    def change(self, ticket: Ticket) -> None:
        change: dict[str, list[Any]] = {
            "status": [*Status.values],
            "priority": [*Level.values],
            "team": [None, *Team.objects.values_list("pk", flat=True)],
            "organization": [*Organization.objects.values_list("pk", flat=True)],
        }
        chosen = self.rng.sample(sorted(change), self.rng.randint(1, 2))
        changes = {name: self.rng.choice(change[name]) for name in chosen}
        if changes.get("status") == "resolved":
            changes["resolution"] = "Done."
        change_ticket(ticket=ticket, by=self.people["mona"], via=WEB, changes=changes)

    def reply(self, ticket: Ticket) -> None:
        by = self.people[self.rng.choice(["mona", "carl"])]
        internal = by.is_support_staff and self.rng.random() < 0.3
        add_comment(ticket=ticket, by=by, via=WEB, body="…", internal=internal)

    def merge(self, ticket: Ticket) -> None:
        if ticket.merged_into_id:
            unmerge_ticket(ticket=ticket, by=self.people["mona"], via=WEB)
        else:
            other = self.rng.choice(self.tickets)
            merge_tickets(source=ticket, target=other, by=self.people["mona"], via=WEB)

    def archive(self, ticket: Ticket) -> None:
        do = restore_ticket if ticket.archived_at else archive_ticket
        do(ticket=ticket, by=self.people["mona"], via=WEB)

    def edit(self, _: Ticket) -> None:
        policy = self.rng.choice(self.policies)
        targets = {"first_response": {"medium": self.rng.randint(10, 900)}, "resolution": {"medium": 900, "high": 60}}
        scope = self.rng.choice(["new", "open"])
        save_policy(by=self.people["mona"], policy=policy, fields={"targets": targets}, scope=scope)
        work.run_due()


@pytest.mark.parametrize("seed", range(4))
def test_nothing_differs_after_a_long_random_history(
    seed: int,
    standard: Policy,
    make_policy: Callable[..., Policy],
    make_ticket: Callable[..., Ticket],
    mona: User,
    carl: User,
    network: Team,
    desktop: Team,
    acme: Organization,
    globex: Organization,
) -> None:
    gold = make_policy(
        "Gold", position=1, conditions={"organizations": [globex.pk]}, targets={"resolution": {"medium": "1 h"}}
    )
    inside = make_policy(
        "Network", kind="internal", conditions={"teams": [network.pk]}, targets={"resolution": {"medium": "2 h"}}
    )
    tickets = [make_ticket(f"Ticket {n}") for n in range(6)]
    desk = Desk(seed, {"mona": mona, "carl": carl}, tickets, [standard, gold, inside])
    for _ in range(120):
        desk.do_something()
    code, said = replay()
    assert (code, said) == (0, "6 tickets looked at, 0 differ.\n")
    assert set(Application.objects.values_list("state", flat=True)) == {"done"}
    assert Segment.objects.count() > 20


@pytest.fixture
def worked_on(standard: Policy, ticket: Ticket, tess: User) -> Ticket:
    """A ticket with some history: answered, and waiting for the customer."""
    add_comment(ticket=ticket, by=tess, via=WEB, body="Try another one.")
    change_ticket(ticket=ticket, by=tess, via=WEB, changes={"status": "pending"})
    ticket.refresh_from_db()
    return ticket


TAMPERING: dict[str, Callable[[Ticket], Any]] = {
    "due_at is": lambda t: Clock.objects.filter(metric="first_response").update(
        due_at=F("due_at") + timedelta(hours=1)
    ),
    "state is": lambda t: Clock.objects.filter(metric="resolution").update(state="running"),
    "used is": lambda t: Clock.objects.filter(metric="resolution").update(used=timedelta(hours=9)),
    "since is": lambda t: Clock.objects.filter(metric="resolution").update(since=F("since") + timedelta(minutes=1)),
    "resolution 1: not stored": lambda t: Clock.objects.filter(metric="resolution").delete(),
    "first_response 1: not stored": lambda t: Clock.objects.all().delete(),
    "segment 1: end is": lambda t: Segment.objects.filter(clock__metric="resolution").update(end=timezone.now()),
    "segment 1: not stored": lambda t: Segment.objects.filter(clock__metric="resolution").delete(),
    "ticket: due_at is": lambda t: Ticket.objects.filter(pk=t.pk).update(due_at=timezone.now()),
}


@pytest.mark.parametrize("said", TAMPERING)
def test_what_was_tampered_with_is_found_and_repaired(said: str, worked_on: Ticket) -> None:
    assert replay()[0] == 0
    TAMPERING[said](worked_on)
    code, told = replay()
    assert code == 1
    assert f"T-{worked_on.pk} " in told
    assert said in told
    assert replay(repair=True)[0] == 0
    assert replay() == (0, "1 tickets looked at, 0 differ.\n")


def test_a_clock_that_the_log_knows_nothing_of_is_found(worked_on: Ticket) -> None:
    row = Clock.objects.get(metric="resolution")
    row.pk, row.metric, row._state.adding = None, "next_response", True
    row.save()
    code, told = replay()
    assert code == 1
    assert "next_response 1: stored, but not in the log" in told


def test_tickets_and_dates_narrow_it(worked_on: Ticket, make_ticket: Callable[..., Ticket]) -> None:
    other = make_ticket()
    Clock.objects.filter(ticket=worked_on).update(used=timedelta(hours=9))
    assert replay(ticket=[f"T-{worked_on.pk}"])[0] == 1
    code, told = replay(since=(timezone.now() + timedelta(days=1)).isoformat())
    assert (code, told) == (0, "0 tickets looked at, 0 differ.\n")
    assert replay(ticket=[str(other.pk)], since="2020-01-01")[1].startswith("1 tickets looked at")


@pytest.mark.parametrize("options", [{"ticket": ["T-999999"]}, {"ticket": ["x"]}, {"since": "yesterday"}])
def test_what_cannot_be_understood_is_said(options: dict[str, Any], db: None) -> None:
    with pytest.raises(CommandError):
        call_command("sla_replay", **options)


def test_a_ticket_solved_before_there_was_a_policy_is_owed_nothing(
    ticket: Ticket, tess: User, make_policy: Callable[..., Policy]
) -> None:
    change_ticket(ticket=ticket, by=tess, via=WEB, changes={"status": "resolved", "resolution": "Done."})
    make_policy("Late", is_default=True, targets={"resolution": {"medium": "1 h"}})
    assert replay()[0] == 0


def test_an_open_ticket_without_its_clocks_is_found(ticket: Ticket, make_policy: Callable[..., Policy]) -> None:
    make_policy("Late", is_default=True, targets={"resolution": {"medium": "1 h"}})
    code, told = replay()
    assert (code, "resolution 1: not stored" in told) == (1, True)


def test_many_batches_are_gone_through(
    standard: Policy, make_ticket: Callable[..., Ticket], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sla.management.commands.sla_replay.BATCH", 2)
    for _ in range(5):
        make_ticket()
    assert replay() == (0, "5 tickets looked at, 0 differ.\n")
