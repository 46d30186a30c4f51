"""Triage of new tickets: advised, applied where an admin allows it, decided by people, and learned anew."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone

from ai import tasks
from ai.actions.learned import promote_version
from ai.actions.learning import learn
from ai.actions.triage import decide_suggestion, dismiss_suggestion, take_up_missed, triage_ticket
from ai.choices import AdviceState, Learning, VersionState
from ai.models import FieldSuggestion, LearnedModel, Triage, TriageRule, TriageSetting
from tickets import work
from tickets.actions.history import Life, write_lives
from tickets.actions.tickets import change_ticket, create_ticket
from tickets.choices import Channel, WorkState
from tickets.errors import Conflict, NotAllowed, NotFound
from tickets.models import Category, Team, Ticket, TicketEvent, User
from tickets.permissions import System
from tickets.publisher import publisher

pytestmark = pytest.mark.django_db
Past = Callable[..., list[Ticket]]
NewTicket = Callable[..., Ticket]


def advised(ticket: Ticket) -> dict[str, FieldSuggestion]:
    return {row.field: row for row in FieldSuggestion.objects.filter(ticket=ticket)}


def allow(field: str, percent: int) -> None:
    TriageSetting.objects.update_or_create(field=field, defaults={"apply_from": percent})


def train() -> None:
    call_command("train_triage")


def test_a_new_ticket_is_triaged_by_a_worker(make_ticket: NewTicket, categories: dict[str, Category]) -> None:
    ticket = make_ticket("VPN drops, urgent")
    row = Triage.objects.get(ticket=ticket)
    assert row.state == WorkState.QUEUED
    work.run(Triage, row.pk)
    row.refresh_from_db()
    assert (row.state, row.last_error) == (WorkState.DONE, "")
    found = advised(ticket)
    assert found["category"].value == {"id": categories["VPN"].pk, "name": "VPN"}
    assert found["priority"].value == "high"
    assert found["priority"].reasons == ["urgent"]
    assert found["priority"].source == "rule"


def test_by_default_nothing_is_applied(make_ticket: NewTicket, categories: dict[str, Category]) -> None:
    ticket = make_ticket("VPN outage for everyone")
    triage_ticket(ticket=ticket, now=timezone.now())
    ticket.refresh_from_db()
    assert (ticket.category, ticket.priority, ticket.version) == (None, "medium", 1)


def test_above_the_threshold_it_is_applied_through_the_door_of_advice(
    make_ticket: NewTicket, categories: dict[str, Category]
) -> None:
    allow("category", 60)
    allow("priority", 70)
    ticket = make_ticket("VPN outage")
    triage_ticket(ticket=ticket, now=timezone.now())
    ticket.refresh_from_db()
    assert (ticket.category, ticket.priority) == (categories["VPN"], "medium")
    event = TicketEvent.objects.get(ticket=ticket, version=2)
    assert (event.channel, event.actor, event.actor_name) == (Channel.AI, None, "Triage")
    found = advised(ticket)
    assert found["category"].state == AdviceState.APPLIED
    assert found["priority"].state == AdviceState.OPEN


def test_what_a_person_has_set_is_neither_changed_nor_questioned(
    tess: User, categories: dict[str, Category], make_ticket: NewTicket
) -> None:
    allow("priority", 1)
    allow("category", 1)
    set_at_first = create_ticket(
        by=tess,
        via=Channel.API,
        fields={"title": "VPN outage", "priority": "medium", "category": categories["Printers"].pk},
    )
    set_later = make_ticket("VPN outage")
    change_ticket(ticket=set_later, by=tess, via=Channel.WEB, changes={"priority": "low"})
    for ticket in (set_at_first, set_later):
        triage_ticket(ticket=ticket, now=timezone.now())
    set_at_first.refresh_from_db()
    set_later.refresh_from_db()
    assert (set_at_first.priority, set_at_first.category) == ("medium", categories["Printers"])
    assert "priority" not in advised(set_at_first)
    assert (set_later.priority, set_later.category) == ("low", categories["VPN"])


def test_triage_done_twice_leaves_a_decision_alone(
    make_ticket: NewTicket, tess: User, categories: dict[str, Category]
) -> None:
    ticket = make_ticket("VPN outage")
    triage_ticket(ticket=ticket, now=timezone.now())
    dismiss_suggestion(suggestion=advised(ticket)["category"], by=tess)
    triage_ticket(ticket=ticket, now=timezone.now())
    assert advised(ticket)["category"].state == AdviceState.DISMISSED
    assert advised(ticket)["category"].decided_by == tess


def test_an_accepted_suggestion_runs_as_the_person(
    make_ticket: NewTicket, tess: User, categories: dict[str, Category]
) -> None:
    ticket = make_ticket("VPN outage")
    triage_ticket(ticket=ticket, now=timezone.now())
    row = advised(ticket)["category"]
    after = decide_suggestion(suggestion=row, by=tess, via=Channel.WEB)
    assert after.category == categories["VPN"]
    assert TicketEvent.objects.get(ticket=ticket, version=after.version).actor == tess
    assert (advised(ticket)["category"].state, advised(ticket)["category"].decided_by) == (
        AdviceState.ACCEPTED,
        tess,
    )
    with pytest.raises(Conflict):
        decide_suggestion(suggestion=row, by=tess, via=Channel.WEB)


@pytest.mark.parametrize(("priority", "state"), [("critical", "accepted"), ("low", "corrected")])
def test_a_change_by_hand_decides_a_suggestion(make_ticket: NewTicket, tess: User, priority: str, state: str) -> None:
    ticket = make_ticket("Total outage")
    triage_ticket(ticket=ticket, now=timezone.now())
    change_ticket(ticket=ticket, by=tess, via=Channel.WEB, changes={"priority": priority})
    assert advised(ticket)["priority"].state == state


def test_who_changes_what_was_applied_has_corrected_it(make_ticket: NewTicket, tess: User) -> None:
    allow("priority", 1)
    ticket = make_ticket("Total outage")
    triage_ticket(ticket=ticket, now=timezone.now())
    assert advised(ticket)["priority"].state == AdviceState.APPLIED
    change_ticket(ticket=ticket, by=tess, via=Channel.WEB, changes={"priority": "low"})
    triage_ticket(ticket=ticket, now=timezone.now())
    ticket.refresh_from_db()
    assert ticket.priority == "low"
    assert advised(ticket)["priority"].state == AdviceState.CORRECTED


def test_tags_are_added_to_those_that_are_there(make_ticket: NewTicket, tess: User) -> None:
    ticket = make_ticket("Phishing mail")
    change_ticket(ticket=ticket, by=System(), via=Channel.SYSTEM, changes={"tags": ["vip"]})
    triage_ticket(ticket=ticket, now=timezone.now())
    decide_suggestion(suggestion=advised(ticket)["tags"], by=tess, via=Channel.WEB)
    assert sorted(tag.name for tag in ticket.tags.all()) == ["security", "vip"]


def test_requesters_and_technicians_of_other_teams_decide_nothing(
    make_ticket: NewTicket, carl: User, milo: User
) -> None:
    ticket = make_ticket("Total outage")
    triage_ticket(ticket=ticket, now=timezone.now())
    row = advised(ticket)["priority"]
    with pytest.raises(NotAllowed):
        decide_suggestion(suggestion=row, by=carl, via=Channel.PORTAL)
    with pytest.raises(NotFound):
        decide_suggestion(suggestion=row, by=milo, via=Channel.WEB)
    with pytest.raises(NotFound):
        dismiss_suggestion(suggestion=row, by=milo)
    assert not FieldSuggestion.objects.visible_to(carl).exists()
    assert not FieldSuggestion.objects.visible_to(milo).exists()


def test_what_came_in_without_an_event_is_taken_up_by_schedule(carl: User) -> None:
    now = timezone.now()
    values = {"title": "Total outage", "requester": carl}
    lives = [
        Life.begin(by=carl, via=Channel.IMPORT, at=now - timedelta(hours=1), values=values),
        Life.begin(by=carl, via=Channel.IMPORT, at=now - timedelta(days=40), values=values),
        Life.begin(by=carl, via=Channel.IMPORT, at=now - timedelta(hours=1), values=values | {"status": "closed"}),
    ]
    write_lives(lives)
    assert take_up_missed(now) == 1
    assert take_up_missed(now) == 0
    work.run_due()
    assert "priority" in advised(lives[0].ticket)


def test_a_closed_ticket_gets_no_advice(make_ticket: NewTicket, carl: User) -> None:
    ticket = make_ticket("Total outage")
    change_ticket(ticket=ticket, by=carl, via=Channel.PORTAL, changes={"status": "closed"})
    work.run_due()
    assert advised(ticket) == {}


@pytest.mark.parametrize("text", ["", "打印机坏了 " * 50, "\u202eשלום world", "x" * 100_000])
def test_any_text_is_triaged(make_ticket: NewTicket, past: Past, text: str) -> None:
    past(90)
    train()
    ticket = make_ticket("?", description=text)
    work.run_due()
    assert Triage.objects.get(ticket=ticket).state == WorkState.DONE


def test_without_a_past_the_command_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    train()
    assert "Nothing to learn yet." in capsys.readouterr().out
    assert not LearnedModel.objects.exists()


def test_a_past_of_one_kind_is_nothing_to_tell_apart(past: Past, capsys: pytest.CaptureFixture[str]) -> None:
    past(60, only="VPN")
    train()
    said = capsys.readouterr().out
    assert "category: all closed tickets have the same" in said
    assert not LearnedModel.objects.exists()


def test_what_was_learned_is_advised_with_its_words(
    past: Past,
    make_ticket: NewTicket,
    categories: dict[str, Category],
    desktop: Team,
    capsys: pytest.CaptureFixture[str],
) -> None:
    past(150)
    train()
    assert "In use: The first version." in capsys.readouterr().out
    assert sum(LearnedModel.objects.get().metrics["labels"]["category"].values()) == 150
    TriageRule.objects.all().delete()
    ticket = make_ticket("Stripes again", description="It jams and prints stripes")
    work.run_due()
    found = advised(ticket)
    assert found["category"].value["name"] == "Printers"
    assert found["team"].value == {"id": desktop.pk, "name": "Desktop"}
    assert found["priority"].value == "low"
    assert (found["category"].source, found["category"].version) == ("model", LearnedModel.objects.get())
    assert "stripes" in found["category"].reasons
    assert found["category"].confidence > 0.7
    who = found["assignee"]
    assert (who.source, who.version) == ("dispatch", None)
    assert not any("closed tickets" in words for words in who.reasons)  # all were solved by one: nothing to tell apart


def test_a_category_that_left_the_desk_is_not_advised(
    past: Past, make_ticket: NewTicket, categories: dict[str, Category]
) -> None:
    past(150)
    train()
    Category.objects.filter(name="Printers").update(is_active=False)
    ticket = make_ticket("Stripes again", description="It jams and prints stripes")
    work.run_due()
    assert advised(ticket).get("category", FieldSuggestion(value={"name": ""})).value["name"] != "Printers"


def test_a_better_version_takes_over_and_is_taken_back(past: Past, capsys: pytest.CaptureFixture[str]) -> None:
    past(150)
    train()
    past(600, start=timezone.now() - timedelta(days=100))
    train()
    first, second = LearnedModel.objects.filter(kind=Learning.TRIAGE).order_by("number")
    assert (first.state, second.state) == (VersionState.RETIRED, VersionState.ACTIVE)
    assert "newer tickets" in second.verdict
    promote_version(version=first, by=System())
    assert LearnedModel.objects.get(kind=Learning.TRIAGE, state=VersionState.ACTIVE) == first


def test_a_worse_version_is_kept_but_not_used(past: Past, categories: dict[str, Category]) -> None:
    past(150)
    train()
    mixed = past(600, start=timezone.now() - timedelta(days=100))
    names = list(categories.values())
    for n, ticket in enumerate(mixed[:460]):  # a past that teaches nonsense, and a present that does not follow it
        Ticket.objects.filter(pk=ticket.pk).update(category=names[(n + 1) % 3], priority="low", team=None)
    train()
    second = LearnedModel.objects.get(number=2)
    assert second.state == VersionState.CANDIDATE
    assert "by version 1" in second.verdict


def test_what_triage_set_and_nobody_confirmed_teaches_nothing(past: Past) -> None:
    closed = past(150)
    rows = [
        FieldSuggestion(
            ticket=one,
            field="category",
            value={"id": 1, "name": "x"},
            confidence=1,
            source="rule",
            state="applied",
            made_at=timezone.now(),
        )
        for one in closed
    ]
    FieldSuggestion.objects.bulk_create(rows)
    train()
    skipped = LearnedModel.objects.get().metrics["skipped"]
    assert skipped["category"].startswith("category: 0 closed tickets have one")


def test_a_decision_on_an_open_ticket_is_learned_from(past: Past, make_ticket: NewTicket, tess: User) -> None:
    past(60)
    ticket = make_ticket("VPN outage")
    triage_ticket(ticket=ticket, now=timezone.now())
    decide_suggestion(suggestion=advised(ticket)["category"], by=tess, via=Channel.WEB)
    train()
    assert LearnedModel.objects.get().examples == 61


def test_a_technician_may_not_learn(past: Past, tess: User) -> None:
    with pytest.raises(NotAllowed):
        learn(kind=Learning.TRIAGE, by=tess, now=timezone.now())


def test_who_follows_the_ticket_hears_of_it(
    make_ticket: NewTicket,
    categories: dict[str, Category],
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: Any,
) -> None:
    said: list[Any] = []
    ticket = make_ticket("VPN outage")
    monkeypatch.setattr(publisher, "say", lambda channel, one: said.append((channel, one)))
    with django_capture_on_commit_callbacks(execute=True):
        work.run(Triage, Triage.objects.get(ticket=ticket).pk)
    channel, told = said[-1]
    assert channel is tasks.push_triaged
    assert told == {
        "ticket_id": ticket.pk,
        "category": {"id": categories["VPN"].pk, "name": "VPN"},
        "priority": "critical",
        "confidence": 0.65,
    }
