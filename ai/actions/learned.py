"""Versions of what was learned: kept, put to use, taken back."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from ai.actions.risk import begin_anew
from ai.choices import Learning, VersionState
from ai.learned import Arrays, pack
from ai.models import LearnedModel
from ai.permissions import Actor, System, require


@dataclass(frozen=True)
class Trained:
    """What a training brought: `metrics` are its figures on tickets later than its `examples`; `verdict` says why it `is_good` or not."""

    arrays: Arrays
    about: dict[str, Any]
    metrics: dict[str, Any]
    examples: int
    is_good: bool
    verdict: str


def keep_version(*, kind: Learning, trained: Trained, now: datetime) -> LearnedModel:
    """Store a new candidate of `kind`."""
    with transaction.atomic():
        newest = LearnedModel.objects.select_for_update().filter(kind=kind).order_by("-number").first()
        return LearnedModel.objects.create(
            kind=kind,
            number=newest.number + 1 if newest else 1,
            learned_at=now,
            examples=trained.examples,
            metrics=trained.metrics,
            verdict=trained.verdict,
            artifact=pack(trained.arrays, trained.about),
        )


def promote_version(*, version: LearnedModel, by: Actor, verdict: str = "") -> None:
    """Put `version` to use instead of the one in use, be it newer or older; `verdict` says why. Raises NotAllowed."""
    require(by, "ai.manage")
    verdict = verdict or f"Put to use by {by.name if isinstance(by, System) else by}."
    with transaction.atomic():
        of_kind = LearnedModel.objects.select_for_update().filter(kind=version.kind)
        list(of_kind.values_list("pk", flat=True))
        of_kind.filter(state=VersionState.ACTIVE).update(state=VersionState.RETIRED)
        of_kind.filter(pk=version.pk).update(state=VersionState.ACTIVE, verdict=verdict)
        if version.kind == Learning.RISK:
            begin_anew(timezone.now())
    version.refresh_from_db(fields=["state", "verdict"])
