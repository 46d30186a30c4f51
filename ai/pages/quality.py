"""How good the advice is: for managers and admins. An admin puts another version of what was learned to use here."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from ai.actions.learned import promote_version
from ai.choices import Learning, TriageField, VersionState
from ai.models import LearnedModel
from ai.permissions import can, require
from ai.quality.drift import Word
from ai.quality.labels import label_names
from ai.quality.report import PERIODS, USUAL, NamedGroup, Report, report
from ai.quality.tally import Advisor, Quality
from tickets.errors import Conflict, NotFound
from tickets.pages.doors import PageRequest, back, page, staff_only, tell

VERSIONS_SHOWN = 5  # of a kind, the newest
FAR_OFF = 0.1  # of calibration error
ORDER = {field.value: at for at, field in enumerate(TriageField)}


@dataclass(frozen=True)
class Line:
    """What an advisor did, with its newest versions."""

    whole: Quality
    versions: list[Quality]


@require_GET
@staff_only
def quality(request: PageRequest) -> HttpResponse:
    """Show the figures of a period: every advisor, calibration, drift, fairness, and the versions there are."""
    days = chosen_period(request.GET.get("days", ""))
    now = timezone.now()
    told = report(reader=request.user, days=days, now=now)
    lines = {advisor.value: lines_of(told, advisor) for advisor in Advisor}
    wholes = [line.whole for some in lines.values() for line in some]
    context = {
        "periods": [(number, label, number == days) for number, label in PERIODS.items()],
        "is_cut": now - told.window.since < timedelta(days=days),
        "report": told,
        "lines": lines,
        "is_known": any(one.acceptance.count or one.answered.count or one.bins for one in wholes),
        "desk_lines": [*lines["resolution"], *lines["dispatch"]],
        "calibrated": [one for one in wholes if one.calibration_error is not None],
        "drifting": [one for one in wholes if one.drift],
        "names": label_names(wholes),
        "findings": list(findings(told, wholes)),
        "versions": versions_shown(),
        "may_use": can(request.user, "ai.manage"),
    }
    return page(request, "ai/quality.html", context)


@require_POST
@staff_only
def use(request: PageRequest, pk: int) -> HttpResponse:
    """Put a version to use, an earlier or a newer one."""
    require(request.user, "ai.manage")
    version = LearnedModel.objects.defer("artifact").filter(pk=pk).first()
    if version is None:
        raise NotFound("There is no such version.")
    if version.state == VersionState.ACTIVE:
        raise Conflict("This version is in use already.")
    promote_version(version=version, by=request.user)
    tell(request, f"{version} is in use.")
    return back(request, reverse("advice_quality"))


def chosen_period(value: str) -> int:
    """Return the days asked for, the usual ones for anything else."""
    days = int(value) if value.isascii() and value.isdigit() and len(value) < 4 else USUAL
    return days if days in PERIODS else USUAL


def lines_of(told: Report, advisor: Advisor) -> list[Line]:
    wholes = sorted(told.of(advisor), key=lambda one: (ORDER.get(one.key.subject, 0), one.label))
    return [Line(one, told.versions_of(one)[:VERSIONS_SHOWN]) for one in wholes]


def versions_shown() -> list[LearnedModel]:
    """Return the newest versions of each kind, and the one in use."""
    found: list[LearnedModel] = []
    for kind in Learning:
        rows = LearnedModel.objects.filter(kind=kind).defer("artifact").order_by("-number")
        newest = list(rows[:VERSIONS_SHOWN])
        used = [row for row in rows.filter(state=VersionState.ACTIVE) if row not in newest]
        found += newest + used
    return found


def findings(told: Report, wholes: list[Quality]) -> Iterator[str]:
    """Yield what somebody should look at, in sentences."""
    for one in wholes:
        if one.drift and one.drift.word == Word.SHIFTED:
            yield f"{one.title}: what comes in now is no longer like what came before."
        if one.sureness and one.sureness.word == Word.SHIFTED:
            yield f"{one.title}: the advice of the last days is surer, or less sure, than before."
        if one.calibration_error is not None and one.calibration_error > FAR_OFF:
            yield f"{one.title}: how sure it says to be is off by {100 * one.calibration_error:.0f} points."
    for kind, groups in (("Organization", told.organizations), ("Language", told.languages)):
        yield from (_worse(kind, named) for named in groups if named.group.is_worse)


def _worse(kind: str, named: NamedGroup) -> str:
    ours, theirs = (100 * (of.rate or 0) for of in (named.group.accuracy, named.group.rest))
    return f"{kind} {named.name}: {ours:.0f} % of the advice is right, {theirs:.0f} % elsewhere."
