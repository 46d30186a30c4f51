"""Versions of what was learned: kept, put to use, taken back."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max

from ai.choices import Learning, VersionState
from ai.learned import Arrays, pack
from ai.models import LearnedModel
from ai.permissions import Actor, require
from tickets.errors import Invalid


def keep_version(
    *, kind: Learning, arrays: Arrays, about: dict[str, Any], metrics: dict[str, Any], examples: int, now: datetime
) -> LearnedModel:
    """Store a new candidate of `kind`; `metrics` are its figures on tickets later than its `examples`."""
    with transaction.atomic():
        newest = LearnedModel.objects.select_for_update().filter(kind=kind).order_by("-number").first()
        return LearnedModel.objects.create(
            kind=kind,
            number=newest.number + 1 if newest else 1,
            learned_at=now,
            examples=examples,
            metrics=metrics,
            artifact=pack(arrays, about),
        )


def promote_version(*, version: LearnedModel, verdict: str, by: Actor) -> None:
    """Put `version` to use instead of the one in use; `verdict` says why."""
    require(by, "ai.manage")
    with transaction.atomic():
        of_kind = LearnedModel.objects.select_for_update().filter(kind=version.kind)
        list(of_kind.values_list("pk", flat=True))
        of_kind.filter(state=VersionState.ACTIVE).update(state=VersionState.RETIRED)
        of_kind.filter(pk=version.pk).update(state=VersionState.ACTIVE, verdict=verdict)
    version.refresh_from_db(fields=["state", "verdict"])


def roll_back(*, kind: Learning, by: Actor) -> LearnedModel:
    """Put the version that was in use before to use again. Raises Invalid when there was none."""
    require(by, "ai.manage")
    earlier = LearnedModel.objects.filter(kind=kind, state=VersionState.RETIRED)
    current = LearnedModel.objects.filter(kind=kind, state=VersionState.ACTIVE).aggregate(at=Max("number"))["at"]
    version = earlier.filter(number__lt=current or 0).order_by("-number").first()
    if version is None:
        raise Invalid({"version": ["There is no earlier version to go back to."]})
    promote_version(version=version, verdict=f"Put back in place of version {current}.", by=by)
    return version
