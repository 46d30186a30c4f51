"""A past of advice for the tests of its figures: what was said, how sure, and what people made of it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random

from django.db import transaction
from django.utils import timezone

from ai.actions.learned import Trained, keep_version, promote_version
from ai.choices import AdviceState, AgentType, Learning, RunOutcome, Source
from ai.models import AIRun, FieldSuggestion, LearnedModel, RiskSample, Triage
from sla.actions.clocks import backfill
from sla.models import Clock
from tests.ai.promises import promise_solutions
from tickets.choices import Channel, WorkState
from tickets.models import Organization, Ticket, User
from tickets.permissions import System


def tickets_of(requester: User, organization: Organization | None, count: int, made_at: datetime) -> list[Ticket]:
    """Return new tickets, a minute apart, the newest first."""
    rows = []
    for n in range(count):
        at = made_at - timedelta(minutes=n)
        title = f"Ticket {n}"
        rows.append(Ticket(title=title, requester=requester, organization=organization, created_at=at, updated_at=at))
    return Ticket.objects.bulk_create(rows)


def advise(
    tickets: Sequence[Ticket],
    right: int,
    *,
    field: str = "category",
    version: LearnedModel | None = None,
    confidence: float = 0.8,
    language: str = "en",
    wrong: AdviceState = AdviceState.CORRECTED,
) -> None:
    """Advise one field of each ticket; `right` of the tickets accept it, the others do what `wrong` says."""
    FieldSuggestion.objects.bulk_create(
        FieldSuggestion(
            ticket=ticket,
            field=field,
            value={"id": 1, "name": "Printers"},
            confidence=confidence,
            source=Source.MODEL if version else Source.RULE,
            version=version,
            state=AdviceState.ACCEPTED if n < right else wrong,
            made_at=ticket.created_at,
        )
        for n, ticket in enumerate(tickets)
    )
    Triage.objects.bulk_create(
        [
            Triage(
                ticket=ticket,
                state=WorkState.DONE,
                language=language,
                finished_at=timezone.now() + timedelta(seconds=1),
            )
            for ticket in tickets
        ],
        ignore_conflicts=True,
    )


def busy_month(carl: User, gina: User, ada: User) -> None:
    """Fill a desk with what the page about advice can show: versions, groups, forecasts, plans, runs; one version teaches a shift."""
    now, draw = timezone.now(), Random(5)
    versions = [_version(kind, now) for kind in (Learning.TRIAGE, Learning.TRIAGE, Learning.RISK)]
    acme, globex = (one.organization for one in (carl, gina))
    ours, theirs = (
        tickets_of(carl, acme, 160, now - timedelta(days=1)),
        tickets_of(gina, globex, 120, now - timedelta(days=12)),
    )
    for number, field in enumerate(("category", "priority", "urgency", "team", "tags")):
        for sure in (0.35, 0.65, 0.95):
            some = [ticket for ticket in ours if draw.random() < 0.3 and not _advised(ticket, field)]
            advise(some, int(len(some) * sure), field=field, version=versions[number % 2], confidence=sure)
        advise(theirs, 50 + 10 * number, field=field, version=versions[1], confidence=0.75, language="de")
    _foretell(ours, versions[2], ada, now)
    for n in range(260):
        ended = RunOutcome.TIMEOUT if n % 9 == 0 else RunOutcome.DONE
        AIRun.objects.create(
            agent=AgentType.REPLY if n % 3 else AgentType.SUMMARY,
            channel=Channel.WEB,
            model="a-language-model-with-a-long-name-2026-10-01" if n % 2 else "small",
            outcome=ended,
            milliseconds=draw.randrange(400, 9_000),
            cost=Decimal("0.0123"),
            started_at=now - timedelta(days=1 + n % 2 * 15),
        )


def _version(kind: Learning, now: datetime) -> LearnedModel:
    labels = {"priority": {"low": 900, "medium": 100}, "urgency": {"medium": 1000}}
    metrics = {"labels": labels, "broken": 0.3, "count": 400}
    verdict = "On 1,240 newer tickets 81.2 % of the answers are right, 80.4 % by version 1."
    made = keep_version(kind=kind, trained=Trained({}, {}, metrics, 4_000, True, verdict), now=now)
    promote_version(version=made, by=System("Test"), verdict=verdict)
    return made


def _advised(ticket: Ticket, field: str) -> bool:
    return FieldSuggestion.objects.filter(ticket=ticket, field=field).exists()


def _foretell(tickets: Sequence[Ticket], version: LearnedModel, ada: User, now: datetime) -> None:
    promise_solutions(ada, hours=240)
    with transaction.atomic():
        backfill([ticket.pk for ticket in tickets], now)
    for n, ticket in enumerate(tickets):
        percent = 7 * n % 100
        RiskSample.objects.create(
            ticket=ticket, moment="creation", percent=percent, version=version, taken_at=ticket.created_at
        )
        if n % 5:
            Clock.objects.filter(ticket=ticket).update(state="missed" if 13 * n % 100 < percent else "met")
