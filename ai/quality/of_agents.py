"""How the agents of language models fare: what they cost, how long they take, how often they answer, what people make of proposals."""

from collections import Counter
from typing import Any

from django.db.models import Case, Count, F, Sum, Value, When

from ai.choices import AgentType, ProposalState, RunOutcome
from ai.models import AgentSetting, AIRun, Proposal
from ai.quality.drift import UNTOLD, Drift, drift
from ai.quality.of_opinions import count_opinions, version_name
from ai.quality.tally import Advisor, Fate, Quality, Tallies, quality_of
from ai.quality.window import Window

ANSWERED = (RunOutcome.DONE, RunOutcome.REMEMBERED)
GRAIN = 10  # milliseconds that count as the same
FATES = {ProposalState.APPROVED: Fate.ACCEPTED, ProposalState.DECLINED: Fate.DISMISSED}


def agent_quality(window: Window) -> list[Quality]:
    """Return the figures of each agent, of all versions and of each, with the provider's model that answered."""
    tallies = Tallies()
    runs = AIRun.objects.filter(started_at__gte=window.since, started_at__lt=window.until).order_by()
    for agent, number, model, outcome, slot, count, cost in (
        runs.annotate(slot=F("milliseconds") / GRAIN)
        .values_list("agent", "config__number", "model", "outcome", "slot")
        .annotate(count=Count("pk"), cost=Sum("cost"))
    ):
        for tally in tallies.of(Advisor.AGENT, agent, version_name(number, model)):
            tally.count(outcome, count)
            if outcome != RunOutcome.RUNNING:  # whose cost is the most it may come to
                tally.cost = (tally.cost or 0) + cost
                tally.ended += count
                tally.answered += count if outcome in ANSWERED else 0
            if outcome in ANSWERED:
                tally.milliseconds[int(slot) * GRAIN] += count
    _count_proposals(tallies, window)
    count_opinions(tallies, window)
    in_use = dict(AgentSetting.objects.values_list("agent", "config__number"))
    drifts = _drifts(window)
    return [
        quality_of(
            key,
            tally,
            AgentType(key.subject).label,
            is_in_use=key.version.partition(" ")[0] == f"v{in_use.get(key.subject)}",
            drift=None if key.version else drifts.get(key.subject, UNTOLD),
        )
        for key, tally in tallies.items()
    ]


def _count_proposals(tallies: Tallies, window: Window) -> None:
    """What people approved or declined, of the writes that a run proposed."""
    rows = Proposal.objects.filter(run__started_at__gte=window.since, run__started_at__lt=window.until).order_by()
    counted = rows.values_list("run__agent", "run__config__number", "run__model", "state").annotate(count=Count("pk"))
    for agent, number, model, state, count in counted:
        if fate := FATES.get(state):
            for tally in tallies.of(Advisor.AGENT, agent, version_name(number, model)):
                tally.outcomes[fate] += count


def _drifts(window: Window) -> dict[str, Drift]:
    """Compare how runs ended in the last days with the weeks before, by agent."""
    is_recent: Any = Case(When(started_at__gte=window.recent.since, then=Value(1)), default=Value(0))
    rows = AIRun.objects.filter(started_at__gte=window.before.since, started_at__lt=window.until).order_by()
    sides: dict[str, tuple[Counter[str], Counter[str]]] = {}
    for agent, recent, outcome, count in (
        rows.annotate(recent=is_recent).values_list("agent", "recent", "outcome").annotate(count=Count("pk"))
    ):
        sides.setdefault(agent, (Counter(), Counter()))[recent][RunOutcome(outcome).label] += count
    return {agent: drift(*both) for agent, both in sides.items()}
