"""Breach risk in the product: learned from closed tickets, foretold for open ones, shown where people look."""

import random
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

import sla.tasks  # noqa: F401 - reckons the clocks of what was imported
from ai import tasks
from ai.actions import risk, risk_learning
from ai.actions.learning import learn
from ai.actions.risk import foretell_due, take_up
from ai.actions.risk_learning import read_pasts
from ai.choices import Learning, VersionState
from ai.learned import active
from ai.models import LearnedModel, RiskForecast
from ai.risk.log import schema
from ai.risk.outlook import forecaster_of
from ai.risk.replay import replay
from sla.actions.foresee import note_forecasts
from sla.actions.watch import watch
from sla.models import Clock
from tests.ai.promises import promise_solutions
from tests.worlds import world
from tickets import work
from tickets.actions.history import Life, write_lives
from tickets.actions.tickets import change_ticket
from tickets.choices import Channel, Level, Role, Status
from tickets.models import Category, Organization, Team, Technician, Ticket, User
from tickets.permissions import System

pytestmark = pytest.mark.django_db
PROMISED = 16.0  # hours
COUNT = 420


@pytest.fixture(scope="module")
def learned_once(django_db_setup: None, django_db_blocker: Any) -> Iterator[LearnedModel]:
    """A desk with half a year behind it and the version that learned from it, for the whole module: learning takes seconds."""
    with world(django_db_blocker):
        tess, carl = (
            User.objects.create_user(f"{name.lower()}@example.com", None, name=name, role=role, email_confirmed=True)
            for name, role in (("Tess", Role.TECHNICIAN), ("Carl", Role.REQUESTER))
        )
        network, acme = Team.objects.create(name="Network"), Organization.objects.create(name="Acme")
        Technician.objects.create(user=tess).teams.add(network)
        promise_solutions(System(), hours=PROMISED)
        kinds = {name: Category.objects.create(name=name) for name in ("Mail", "Printer")}
        write_past(kinds, network, tess, carl, acme)
        yield learn(kind=Learning.RISK, by=System(), now=timezone.now())


def write_past(kinds: dict[str, Category], network: Team, tess: User, carl: User, acme: Organization) -> None:
    """Write half a year of tickets: mail is put right within hours, printers mostly take longer than is promised."""
    lives, draw = [], random.Random(7)
    for number in range(COUNT):
        name = draw.choice(("Mail", "Printer"))
        at = timezone.now() - timedelta(days=180 * (1 - number / COUNT) + 8)
        lasted = draw.expovariate(1 / {"Mail": 6.0, "Printer": 40.0}[name])
        lives.append(_life(at, lasted, kinds[name], network, tess, carl, acme))
    write_lives(lives)
    work.run_due()


def _life(
    at: datetime, lasted: float, category: Category, team: Team, tess: User, carl: User, acme: Organization
) -> Life:
    values = {"title": "Help", "category": category, "requester": carl, "organization": acme, "team": team}
    life = Life.begin(by=carl, via=Channel.PORTAL, at=at, values=values)
    taken, done = at + timedelta(hours=lasted / 10), at + timedelta(hours=lasted)
    life.change(by=tess, via=Channel.WEB, at=taken, values={"assignee": tess, "status": Status.IN_PROGRESS})
    life.comment(by=tess, via=Channel.WEB, at=taken, body="I am at it.")
    life.change(by=tess, via=Channel.WEB, at=done, values={"status": Status.RESOLVED, "resolution": "Done."})
    return life


@pytest.fixture
def learned(learned_once: LearnedModel, db: None) -> LearnedModel:
    return LearnedModel.objects.get(pk=learned_once.pk)


@pytest.fixture
def kinds(learned: LearnedModel) -> dict[str, Category]:
    return {category.name: category for category in Category.objects.all()}


@pytest.fixture
def network(learned: LearnedModel) -> Team:
    return Team.objects.get(name="Network")


@pytest.fixture
def tess(learned: LearnedModel) -> User:
    return User.objects.get(name="Tess")


@pytest.fixture
def carl(learned: LearnedModel) -> User:
    return User.objects.get(name="Carl")


@pytest.fixture
def waiting(
    learned: LearnedModel, make_ticket: Callable[..., Ticket], kinds: dict[str, Category], network: Team
) -> dict[str, Ticket]:
    """An open ticket of each kind, foretold."""
    found = {name: make_ticket(f"{name} again") for name in kinds}
    for name, ticket in found.items():
        changes = {"category": kinds[name].pk, "team": network.pk}
        change_ticket(ticket=ticket, by=System(), via=Channel.WEB, changes=changes)
    assert foretell_due(timezone.now(), 100) == 2
    return found


def forecast(ticket: Ticket) -> RiskForecast:
    return RiskForecast.objects.get(ticket=ticket)


def test_printers_are_foretold_to_be_late_and_mail_is_not(waiting: dict[str, Ticket], learned: LearnedModel) -> None:
    printer, mail = forecast(waiting["Printer"]), forecast(waiting["Mail"])
    assert learned.state == VersionState.ACTIVE
    assert learned.metrics["auc"] > 0.65
    assert learned.metrics["brier"] < learned.metrics["brier_of_mean"]
    assert printer.probability > 0.5 > 0.3 > mail.probability
    assert printer.version == mail.version == learned
    assert timezone.now() < mail.completion_at < printer.completion_at
    assert 1 <= len(printer.reasons) <= 3
    words = " ".join(reason["words"] for reason in printer.reasons)
    assert "in this category were broken" in words
    assert printer.reasons[0]["raises"]
    assert not mail.reasons[0]["raises"]


def test_a_forecast_raises_the_risk_that_the_clock_gives(waiting: dict[str, Ticket]) -> None:
    printer, mail = (Ticket.objects.get(pk=waiting[name].pk) for name in ("Printer", "Mail"))
    assert printer.risk in (Level.MEDIUM, Level.HIGH)
    assert mail.risk == Level.LOW
    assert Clock.objects.get(ticket=printer).foreseen == forecast(printer).percent


def test_the_clocks_facts_are_a_floor(waiting: dict[str, Ticket]) -> None:
    mail, clock = waiting["Mail"], Clock.objects.get(ticket=waiting["Mail"])
    watch(clock.due_at - timedelta(hours=1))
    note_forecasts(forecasts={clock.pk: 1}, now=clock.due_at - timedelta(hours=1))
    mail.refresh_from_db()
    assert mail.risk == Level.HIGH  # past the last warning, however calm the forecast is
    watch(clock.due_at + timedelta(seconds=1))
    mail.refresh_from_db()
    assert mail.risk == Level.CRITICAL


def test_no_forecast_calls_it_a_breach(waiting: dict[str, Ticket]) -> None:
    clock = Clock.objects.get(ticket=waiting["Printer"])
    note_forecasts(forecasts={clock.pk: 100}, now=timezone.now())
    assert Ticket.objects.get(pk=waiting["Printer"].pk).risk == Level.HIGH
    note_forecasts(forecasts={clock.pk: None}, now=timezone.now())
    assert Ticket.objects.get(pk=waiting["Printer"].pk).risk == Level.LOW


def test_an_event_and_the_clock_keep_the_forecast_in_the_risk(waiting: dict[str, Ticket], tess: User) -> None:
    printer = waiting["Printer"]
    before = Ticket.objects.get(pk=printer.pk).risk
    change_ticket(ticket=printer, by=tess, via=Channel.WEB, changes={"status": "in_progress"})
    assert Ticket.objects.get(pk=printer.pk).risk == before != Level.LOW


def test_a_change_makes_it_anew_and_a_solution_ends_it(waiting: dict[str, Ticket], tess: User) -> None:
    printer = waiting["Printer"]
    first = forecast(printer)
    assert foretell_due(timezone.now(), 100) == 0
    change_ticket(ticket=printer, by=tess, via=Channel.WEB, changes={"assignee": tess.pk})
    assert foretell_due(timezone.now(), 100) == 1
    assert forecast(printer).made_at > first.made_at
    change_ticket(ticket=printer, by=tess, via=Channel.WEB, changes={"status": "resolved", "resolution": "Done."})
    foretell_due(timezone.now(), 100)
    assert (forecast(printer).probability, forecast(printer).due) == (None, None)
    assert Ticket.objects.get(pk=printer.pk).risk == Level.LOW


def test_a_forecast_is_made_again_after_a_while(waiting: dict[str, Ticket]) -> None:
    later = timezone.now() + risk.AGAIN + timedelta(seconds=1)
    before = forecast(waiting["Mail"]).probability
    assert foretell_due(later, 100) == 2
    assert forecast(waiting["Mail"]).made_at == later
    assert forecast(waiting["Mail"]).probability >= before - 0.1


def test_tickets_that_came_in_without_an_event_are_taken_up(waiting: dict[str, Ticket]) -> None:
    RiskForecast.objects.all().delete()
    assert take_up(timezone.now(), 100) == 2
    tasks.foretell_risk()
    assert forecast(waiting["Printer"]).probability > 0.5
    tasks.take_up_risk()
    assert foretell_due(timezone.now(), 100) == 0


def test_many_tickets_cost_as_many_queries_as_one(waiting: dict[str, Ticket], make_ticket: Any) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            foretell_due(timezone.now(), 100)
        return len(asked)

    make_ticket()
    one = queries()
    for _ in range(8):
        make_ticket()
    assert queries() <= one + 1


def test_what_is_read_of_the_past_does_not_change_when_more_happens(waiting: dict[str, Ticket], tess: User) -> None:
    now = timezone.now()
    before = replay(schema("UTC"), read_pasts(now), until=now.timestamp() / 3600)
    for ticket in waiting.values():
        change_ticket(
            ticket=ticket,
            by=tess,
            via=Channel.WEB,
            changes={"priority": "critical", "status": "resolved", "resolution": "x"},
        )
    after = replay(schema("UTC"), read_pasts(timezone.now()), until=now.timestamp() / 3600)
    assert before.rows.shape == after.rows.shape
    assert (before.rows == after.rows)[~(before.rows != before.rows)].all()


def test_the_ticket_page_says_how_likely_and_why(waiting: dict[str, Ticket], client: Client, tess: User) -> None:
    client.force_login(tess)
    html = client.get(reverse("ticket", args=[waiting["Printer"].pk])).content.decode()
    found = forecast(waiting["Printer"])
    assert f"Breach risk {found.percent} %" in html
    assert found.reasons[0]["words"] in html
    assert "Raises the risk:" in html


def test_the_board_sorts_by_it(waiting: dict[str, Ticket], client: Client, tess: User) -> None:
    client.force_login(tess)
    Clock.objects.filter(ticket=waiting["Printer"]).update(due_at=timezone.now() + timedelta(days=3))
    page = client.get(reverse("sla_board"), {"sort": "foreseen"})
    rows = [row.clock.ticket_id for section in page.context["sections"] for row in section.rows]
    assert rows == [waiting["Printer"].pk, waiting["Mail"].pk]
    assert f"{forecast(waiting['Printer']).percent} %" in page.content.decode()
    usual = client.get(reverse("sla_board"))
    assert [r.clock.ticket_id for s in usual.context["sections"] for r in s.rows] == rows[::-1]
    assert client.get(reverse("sla_board"), {"sort": "foreseen", "section": "next"}).context["sections"][0].rows


def test_programs_ask_for_it_and_nothing_is_written(waiting: dict[str, Ticket], tess: User, api: Any) -> None:
    printer = waiting["Printer"]
    before = RiskForecast.objects.values_list().get(ticket=printer)
    answer = api(tess).post("/api/v1/ai/predict-sla", {"ticket_id": printer.pk})
    assert answer.status_code == 200, answer.content
    found = answer.json()
    assert found["basis"] == "model"
    assert 0.5 < found["breach_probability"] <= 1
    assert found["risk"] in ("medium", "high")
    assert found["estimated_completion"] > found["due_at"] or found["breach_probability"] < 0.6
    assert found["reasons"][0]["raises_risk"] is True
    assert found["detail"] == ""
    assert RiskForecast.objects.values_list().get(ticket=printer) == before
    several = api(tess).post("/api/v1/ai/predict-sla", {"ticket_ids": [printer.pk, f"T-{waiting['Mail'].pk}"]}).json()
    assert [one["ticket_id"] for one in several["results"]] == [printer.pk, waiting["Mail"].pk]


def test_a_broken_promise_is_a_fact(waiting: dict[str, Ticket], tess: User, api: Any) -> None:
    Clock.objects.filter(ticket=waiting["Mail"]).update(due_at=timezone.now() - timedelta(minutes=1))
    found = api(tess).post("/api/v1/ai/predict-sla", {"ticket_id": waiting["Mail"].pk}).json()
    assert (found["breach_probability"], found["basis"], found["risk"]) == (1.0, "clock", "critical")
    assert "broken already" in found["detail"]


def test_nothing_promised_is_nothing_to_foretell(learned: LearnedModel, ticket: Ticket, tess: User, api: Any) -> None:
    change_ticket(ticket=ticket, by=tess, via=Channel.WEB, changes={"status": "resolved", "resolution": "x"})
    found = api(tess).post("/api/v1/ai/predict-sla", {"ticket_id": ticket.pk}).json()
    assert (found["breach_probability"], found["due_at"]) == (None, None)
    assert "No solution is promised" in found["detail"]


def test_one_class_only_is_said(learned: LearnedModel, capsys: Any) -> None:
    Clock.objects.filter(state="missed").update(state="met")
    call_command("train_risk")
    assert "kept and 20 broken promises are needed" in capsys.readouterr().out


def test_a_worse_version_is_kept_and_not_used(learned: LearnedModel, monkeypatch: pytest.MonkeyPatch) -> None:
    fitted = forecaster_of(active(Learning.RISK)).fitted
    monkeypatch.setattr(risk_learning, "fit", lambda table, until: fitted)  # what is learned does not matter here
    monkeypatch.setattr(risk_learning, "_skill", lambda score, late: -0.2)
    worse = learn(kind=Learning.RISK, by=System(), now=timezone.now())
    learned.refresh_from_db()
    assert (learned.state, worse.state) == (VersionState.ACTIVE, VersionState.CANDIDATE)
    assert "no better than always foretelling the mean" in worse.verdict


def test_an_equal_version_takes_over_and_all_is_foretold_anew(waiting: dict[str, Ticket], capsys: Any) -> None:
    call_command("train_risk")
    assert "In use" in capsys.readouterr().out
    assert LearnedModel.objects.get(state=VersionState.ACTIVE).number == 2
    assert foretell_due(timezone.now(), 100) == 2
    assert forecast(waiting["Mail"]).version.number == 2


def test_the_risk_of_the_api_agrees_with_the_ticket(waiting: dict[str, Ticket], tess: User, api: Any) -> None:
    for ticket in waiting.values():
        told = api(tess).post("/api/v1/ai/predict-sla", {"ticket_id": ticket.pk}).json()["risk"]
        assert told == api(tess).get(f"/api/v1/tickets/{ticket.pk}").json()["risk"]
