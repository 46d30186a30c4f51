"""How good the advice is: what people made of it becomes figures on a page, over the API and as metrics; a version comes back by a click."""

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from ai import tasks
from ai.actions import risk
from ai.actions.dispatch import apply_plan, propose_plan
from ai.actions.learned import Trained, keep_version, promote_version
from ai.choices import AdviceState, AgentType, Learning, PlanState, RunOutcome, VersionState
from ai.learned import Learned
from ai.models import AIRun, DispatchPlan, FieldSuggestion, LearnedModel, RiskSample, SuggestedResolution, Triage
from ai.quality import report as quality_report
from ai.quality.drift import Word
from ai.quality.of_desk import dispatch_quality
from ai.quality.of_risk import risk_quality
from ai.quality.of_triage import triage_quality
from ai.quality.report import report
from ai.quality.tally import Advisor
from ai.quality.window import Window
from ai.risk.outlook import Outlook
from ai.risk.prediction import Forecast
from sla.models import Clock
from tests.ai.advice import advise, tickets_of
from tests.ai.promises import promise_solutions
from tickets import work
from tickets.choices import Channel
from tickets.errors import NotAllowed
from tickets.models import Organization, Technician, Ticket, User
from tickets.permissions import System

pytestmark = pytest.mark.django_db
NewTicket = Callable[..., Ticket]


def version(kind: Learning = Learning.TRIAGE, **metrics: Any) -> LearnedModel:
    """Return a version in use."""
    trained = Trained({}, {}, metrics, 500, True, "Better.")
    made = keep_version(kind=kind, trained=trained, now=timezone.now())
    promote_version(version=made, by=System("Test"), verdict="Better.")
    return made


def window(days: int = 30) -> Window:
    now = timezone.now()
    return Window(now - timedelta(days=days), now)


def ago(**span: float) -> datetime:
    return timezone.now() - timedelta(**span)


@pytest.fixture
def advised(carl: User, gina: User, acme: Organization, globex: Organization) -> LearnedModel:
    """Two versions and the rules have advised categories: Globex, which writes German, gets worse advice than Acme."""
    version(labels={})
    second = version(labels={})
    advise(tickets_of(carl, acme, 100, ago(days=2)), 90, version=second, confidence=0.85)
    advise(tickets_of(gina, globex, 40, ago(days=3)), 20, version=second, confidence=0.85, language="de")
    advise(tickets_of(carl, acme, 10, ago(days=4)), 0, version=LearnedModel.objects.get(number=1))
    advise(tickets_of(carl, acme, 10, ago(days=5)), 10, wrong=AdviceState.DISMISSED)
    advise(tickets_of(carl, acme, 50, ago(days=60)), 0, version=second)
    return second


def test_what_people_decided_is_counted_by_field_and_version(advised: LearnedModel) -> None:
    found = {one.key.version: one for one in triage_quality(window())}
    assert (found["v2"].accuracy.hits, found["v2"].accuracy.count) == (110, 140)
    assert (found["v2"].is_in_use, found["v1"].is_in_use) == (True, False)
    assert (found["v1"].accuracy.rate, found["rules"].accuracy.count) == (None, 10)
    assert found[""].advised == 160
    assert found["v2"].calibration_error == pytest.approx(0.85 - 110 / 140)


def test_dismissed_advice_is_not_taken_but_was_not_wrong(carl: User) -> None:
    advise(tickets_of(carl, None, 40, ago(days=1)), 30, wrong=AdviceState.DISMISSED)
    (whole, _) = sorted(triage_quality(window()), key=lambda one: one.key.version)
    assert (whole.accuracy.rate, whole.acceptance.rate) == (1.0, 0.75)


def test_the_page_says_who_is_served_worse(advised: LearnedModel, mona: User, client: Client) -> None:
    client.force_login(mona)
    page = client.get(reverse("advice_quality")).content.decode()
    assert "Organization Globex: 50 % of the advice is right, 83 % elsewhere." in page
    assert "Language German: 50 % of the advice is right" in page
    assert "Clearly worse" in page
    assert "Put to use" not in page


def test_a_desk_without_advice_hears_what_to_expect(ada: User, client: Client) -> None:
    client.force_login(ada)
    page = client.get(reverse("advice_quality"), {"days": "nonsense"}).content.decode()
    assert "Nothing was advised in this time" in page


def test_versions_tell_how_good_they_were_when_learned(mona: User, client: Client) -> None:
    version(Learning.RISK, auc=0.8344, brier=0.1331)
    version(Learning.TRIAGE, fields={"category": {"accuracy": 0.9}, "team": {"accuracy": 0.7}, "tags": {"recall": 0.5}})
    client.force_login(mona)
    page = client.get(reverse("advice_quality")).content.decode()
    assert "order 0.834, error 0.133" in page
    assert "80 % right" in page


def test_only_managers_and_admins_look(tess: User, carl: User, mona: User, client: Client, api: Any) -> None:
    client.force_login(tess)
    assert client.get(reverse("advice_quality")).status_code == 403
    assert reverse("advice_quality") not in client.get(reverse("queue")).content.decode()
    assert api(tess).get("/api/v1/ai/quality").status_code == 403
    assert api(carl).get("/api/v1/ai/quality").status_code == 403
    assert api(mona).get("/api/v1/ai/quality").status_code == 200
    with pytest.raises(NotAllowed):
        report(reader=tess, days=30, now=timezone.now())


def test_the_api_tells_the_same(advised: LearnedModel, globex: Organization, mona: User, api: Any) -> None:
    told = api(mona).get("/api/v1/ai/quality?days=30").json()
    of_version = next(one for one in told["advisors"] if one["version"] == "v2")
    assert (of_version["subject"], of_version["outcomes"]) == ("category", {"accepted": 110, "corrected": 30})
    assert of_version["accuracy"]["rate"] == pytest.approx(0.7857)
    assert [group["name"] for group in told["organizations"] if group["worse"]] == ["Globex"]
    assert [group["key"] for group in told["languages"] if group["worse"]] == ["de"]
    assert api(mona).get("/api/v1/ai/quality?days=12").json()["errors"] == {"days": ["Choose one of 7, 30, 90, 365."]}


def test_metrics_count_advice_by_what_became_of_it(advised: LearnedModel, client: Client) -> None:
    AIRun.objects.create(**run(timezone.now() - timedelta(hours=1), milliseconds=1500, cost=Decimal("0.25")))
    figures = client.get("/metrics").content.decode()
    assert 'ticketsite_advice{advisor="triage",outcome="corrected",subject="category",version="v2"} 30.0' in figures
    assert 'ticketsite_agent_runs{agent="summary_agent",outcome="done",version="unversioned small"} 1.0' in figures
    assert 'ticketsite_agent_cost_usd{agent="summary_agent",version="unversioned small"} 0.25' in figures
    assert 'ticketsite_agent_seconds{agent="summary_agent",quantile="0.95",version="unversioned small"} 1.5' in figures
    assert 'ticketsite_advice_calibration_error{advisor="triage",subject="category",version="v2"}' in figures


def test_the_number_of_queries_does_not_grow_with_the_desk(
    advised: LearnedModel, carl: User, acme: Organization, mona: User
) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            report(reader=mona, days=30, now=timezone.now())
        return len(queries)

    before = asked()
    for field in ("category", "priority", "team"):
        advise(tickets_of(carl, acme, 30, ago(days=1)), 10, field=field)
    assert asked() == before <= 30


def test_on_a_very_busy_desk_the_look_is_cut_short(
    advised: LearnedModel, mona: User, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(quality_report, "AT_MOST", 99)
    client.force_login(mona)
    page = client.get(reverse("advice_quality"))
    assert "There was so much advice" in page.content.decode()
    (whole,) = page.context["report"].of(Advisor.TRIAGE)
    assert whole.advised == 100


def test_a_click_puts_an_earlier_version_to_use(advised: LearnedModel, ada: User, mona: User, client: Client) -> None:
    first = LearnedModel.objects.get(number=1)
    client.force_login(mona)
    assert client.post(reverse("advice_use_version", args=[first.pk])).status_code == 403
    client.force_login(ada)
    assert "Put Triage v1 to use" in client.get(reverse("advice_quality")).content.decode()
    page = client.post(reverse("advice_use_version", args=[first.pk]), follow=True).content.decode()
    assert "Triage v1 is in use." in page
    assert LearnedModel.objects.get(state=VersionState.ACTIVE) == first
    assert LearnedModel.objects.get(pk=first.pk).verdict == "Put to use by Ada."
    assert client.post(reverse("advice_use_version", args=[first.pk])).status_code == 409


def test_a_desk_that_gets_other_tickets_than_it_learned_from_has_shifted(carl: User, acme: Organization) -> None:
    made = version(labels={"priority": {"low": 900, "high": 100}, "urgency": {"medium": 1000}})
    tickets = tickets_of(carl, acme, 120, ago(days=1))
    Ticket.objects.filter(pk__in=[ticket.pk for ticket in tickets[:90]]).update(priority="high")
    for field in ("priority", "urgency"):
        advise(tickets, 60, field=field, version=made)
    found = {one.key.subject: one.drift for one in triage_quality(window()) if not one.key.version}
    assert (found["priority"].word, found["urgency"].word) == (Word.SHIFTED, Word.STEADY)


def test_advice_that_has_become_less_sure_has_shifted(carl: User, acme: Organization) -> None:
    made = version(labels={})
    advise(tickets_of(carl, acme, 120, ago(days=20)), 100, version=made, confidence=0.95)
    advise(tickets_of(carl, acme, 120, ago(days=1)), 100, version=made, confidence=0.45)
    (whole,) = (one for one in triage_quality(window()) if not one.key.version)
    assert (whole.sureness.word, whole.drift.word) == (Word.SHIFTED, Word.UNKNOWN)


def test_the_language_of_a_ticket_is_noted_with_its_triage(make_ticket: NewTicket) -> None:
    ticket = make_ticket("Der Drucker brennt", description="Er ist nicht mehr zu retten, bitte kommt mit Wasser.")
    work.run_due()
    assert Triage.objects.get(ticket=ticket).language == "de"
    Triage.objects.update(language="")
    tasks.take_up_triage()
    assert Triage.objects.get(ticket=ticket).language == "de"


@pytest.fixture
def foretold(ada: User, monkeypatch: pytest.MonkeyPatch) -> LearnedModel:
    """A version that always says 70 % of promises that have ten days."""
    promise_solutions(ada, hours=240)
    made = version(Learning.RISK, broken=0.5, count=200)
    held = Learned(made.pk, made.number, {}, {})

    def outlooks(tickets: list[Ticket], now: datetime) -> list[Outlook]:
        clocks = {clock.ticket_id: clock for clock in Clock.objects.filter(metric="resolution")}
        return [Outlook(one, clocks[one.pk], Forecast(0.7, 5.0, []), held) for one in tickets]

    monkeypatch.setattr(risk, "outlooks", outlooks)
    return made


def test_forecasts_are_kept_at_fixed_moments_once(foretold: LearnedModel, make_ticket: NewTicket) -> None:
    ticket = make_ticket()
    born = ticket.created_at
    for hours in (0.1, 0.5, 5, 24.1, 24.5, 60, 72.2, 100):
        risk.ask_anew([ticket.pk], born)
        risk.foretell_due(born + timedelta(hours=hours), 100)
    kept = RiskSample.objects.filter(ticket=ticket).order_by("pk").values_list("moment", "percent", "version")
    assert list(kept) == [(moment, 70, foretold.pk) for moment in ("creation", "day", "three_days")]


def test_forecasts_are_measured_by_what_came(
    foretold: LearnedModel, make_ticket: NewTicket, mona: User, client: Client
) -> None:
    tickets = [make_ticket(f"Ticket {n}") for n in range(24)]
    made = timezone.now()
    for n, ticket in enumerate(tickets):
        broken = n < 12
        RiskSample.objects.create(
            ticket=ticket, moment="creation", percent=90 if broken else 20, version=foretold, taken_at=made
        )
        RiskSample.objects.create(
            ticket=ticket, moment="day", percent=50, version=foretold, taken_at=made - timedelta(days=100)
        )
        if n < 23:
            Clock.objects.filter(ticket=ticket).update(state="missed" if broken else "met")
    found = {(one.key.subject, one.key.version): one for one in risk_quality(window())}
    assert 0 < found["creation", ""].p95 < 60 * 60_000
    one = found["creation", "v1"]
    assert (one.advised, one.auc, one.is_in_use) == (24, 1.0, True)
    assert one.brier == pytest.approx((12 * 0.01 + 11 * 0.04) / 23)
    assert ("day", "v1") not in found
    client.force_login(mona)
    assert "Breach risk: all moments" in client.get(reverse("advice_quality")).content.decode()


def run(started_at: datetime, **fields: Any) -> dict[str, Any]:
    usual = {"agent": AgentType.SUMMARY, "channel": Channel.WEB, "outcome": RunOutcome.DONE, "model": "small"}
    return {**usual, "started_at": started_at, **fields}


def test_agents_are_told_with_cost_and_time(mona: User) -> None:
    for n in range(30):
        ended = RunOutcome.TIMEOUT if n < 3 else RunOutcome.DONE
        AIRun.objects.create(**run(ago(days=1), milliseconds=100 * n, cost=Decimal("0.01"), outcome=ended))
    AIRun.objects.create(**run(ago(days=1), outcome=RunOutcome.RUNNING, cost=Decimal("9")))
    (whole,) = report(reader=mona, days=7, now=timezone.now()).of(Advisor.AGENT)
    assert (whole.answered.rate, whole.cost) == (0.9, Decimal("0.30"))
    assert (whole.p50, whole.p95) == (1600, 2800)


def test_a_resolution_is_right_where_it_helped(mona: User, tess: User, carl: User) -> None:
    tickets = tickets_of(carl, None, 25, ago(days=1))
    source = tickets.pop()
    for n, ticket in enumerate(tickets):
        made = SuggestedResolution.objects.create(ticket=ticket, source=source, confidence=0.6, made_at=ago(hours=1))
        if n < 21:
            made.votes.create(user=tess, helpful=n < 14, given_at=timezone.now())
    (whole,) = report(reader=mona, days=7, now=timezone.now()).of(Advisor.RESOLUTION)
    assert (whole.advised, whole.accuracy.hits, whole.accuracy.count) == (24, 14, 21)
    assert whole.calibration_error == pytest.approx(14 / 21 - 0.6)


def test_a_placement_is_right_while_the_ticket_stays_there(make_ticket: NewTicket, mona: User, tess: User) -> None:
    Technician.objects.get_or_create(user=tess)
    tickets = [make_ticket(f"Ticket {n}") for n in range(3)]
    plan = propose_plan(by=mona, now=timezone.now())
    apply_plan(plan=plan, by=mona, via=Channel.WEB, now=timezone.now(), leave_out=[tickets[0].pk])
    Ticket.objects.filter(pk=tickets[1].pk).update(assignee=None)
    assert DispatchPlan.objects.get().state == PlanState.APPLIED
    (whole,) = dispatch_quality(window())
    assert whole.outcomes == {"accepted": 1, "corrected": 1, "dismissed": 1}
    assert whole.p50 == plan.milliseconds


def test_a_second_opinion_is_right_where_the_ticket_came_to_agree(carl: User, mona: User) -> None:
    tickets = tickets_of(carl, None, 40, ago(days=1))
    Ticket.objects.filter(pk__in=[ticket.pk for ticket in tickets[:30]]).update(priority="high")
    advise(tickets, 10, field="priority")
    asked = AIRun.objects.create(**run(ago(days=1), agent=AgentType.CATEGORIZATION))
    said = {"value": "high", "confidence": 0.75, "reason": "", "run": asked.pk}
    FieldSuggestion.objects.update(opinion=said)
    FieldSuggestion.objects.filter(ticket=tickets[-1]).update(opinion={**said, "value": None})
    FieldSuggestion.objects.filter(ticket=tickets[-2]).update(opinion=None)
    told = report(reader=mona, days=7, now=timezone.now())
    (whole,) = told.of(Advisor.AGENT)
    assert (whole.accuracy.hits, whole.accuracy.count) == (30, 38)
    assert whole.calibration_error == pytest.approx(30 / 38 - 0.75)
    assert [one.key.version for one in told.versions_of(whole)] == ["unversioned small"]
