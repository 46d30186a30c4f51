"""How suggested resolutions and plans of dispatch fare."""

from collections import Counter
from typing import Any

from django.db.models import Count, Exists, OuterRef, Sum

from ai.choices import PlanState
from ai.models import DispatchPlan, ResolutionVote, SuggestedResolution
from ai.quality.of_triage import banded
from ai.quality.tally import Advisor, Fate, Key, Quality, Tally, quality_of
from ai.quality.window import Window
from tickets.models import Ticket

NEWEST_PLANS = 20  # of up to a thousand tickets each
NEWEST = 2_000  # suggestions that tell how long one takes


def resolution_quality(window: Window) -> list[Quality]:
    """Return the figures of suggested resolutions: right is what somebody said helped, wrong what somebody said did not."""
    votes = ResolutionVote.objects.filter(suggestion=OuterRef("pk"))
    rows = window.narrow(SuggestedResolution.objects.all(), "made_at").order_by()
    rows = rows.annotate(helped=Exists(votes.filter(helpful=True)), failed=Exists(votes.filter(helpful=False)))
    tally = Tally()
    counted = banded(rows).values_list("helped", "failed", "band")
    for helped, failed, band, count, sure in counted.annotate(count=Count("pk"), sure=Sum("confidence")):
        fate = Fate.ACCEPTED if helped else Fate.CORRECTED if failed else Fate.OPEN
        tally.count(fate, count)
        tally.weigh(band, sure, fate, count)
    newest = rows.exclude(milliseconds=None).order_by("-made_at").values_list("milliseconds", flat=True)
    tally.milliseconds.update(newest[:NEWEST])
    return [quality_of(Key(Advisor.RESOLUTION, "resolution"), tally, "Suggested resolutions")] if tally.advised else []


def dispatch_quality(window: Window) -> list[Quality]:
    """Return the figures of the newest plans: right is who still has the ticket they were given, or resolved it."""
    plans = DispatchPlan.objects.filter(made_at__gte=window.since, made_at__lt=window.until).order_by("-pk")
    newest = list(plans[:NEWEST_PLANS])
    placed = [(plan, row) for plan in newest for row in plan.placements if row["worker"]]
    given = {pk for plan, _ in placed for pk in plan.outcome.get("given", ())}
    holder = dict(window.seen(Ticket.objects.all()).filter(pk__in=given).values_list("pk", "assignee"))
    fates = Counter(_fate(plan, row, holder) for plan, row in placed)
    tally = Tally()
    tally.milliseconds.update(plan.milliseconds for plan in newest if plan.milliseconds is not None)
    for fate, count in fates.items():
        tally.count(fate, count)
    return [quality_of(Key(Advisor.DISPATCH, "dispatch"), tally, "Who takes what")] if tally.advised else []


def _fate(plan: DispatchPlan, row: dict[str, Any], holder: dict[int, int | None]) -> Fate:
    if plan.state != PlanState.APPLIED or str(row["ticket"]) in plan.outcome.get("kept_back", {}):
        return Fate.OPEN
    if row["ticket"] not in plan.outcome.get("given", ()):
        return Fate.DISMISSED
    return Fate.ACCEPTED if holder.get(row["ticket"]) == row["worker"] else Fate.CORRECTED
