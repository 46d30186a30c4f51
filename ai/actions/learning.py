"""Learning anew from the team's own past, the same way for everything that can be learned. Loads scikit-learn."""

from collections.abc import Callable
from datetime import datetime

from django.db import transaction

from ai.actions.learned import Trained, keep_version, promote_version
from ai.actions.risk_learning import train_risk
from ai.actions.similar_learning import train_similar
from ai.actions.triage_learning import train_triage
from ai.choices import Learning
from ai.models import LearnedModel
from ai.permissions import Actor, require

TRAININGS: dict[Learning, Callable[[datetime], Trained]] = {
    Learning.TRIAGE: train_triage,
    Learning.RISK: train_risk,
    Learning.SIMILAR: train_similar,
}


def learn(*, kind: Learning, by: Actor, now: datetime) -> LearnedModel:
    """Learn a new version, keep it, and put it to use where it is no worse than the one in use. Raises NothingToLearn, NotAllowed."""
    require(by, "ai.manage")
    trained = TRAININGS[kind](now)
    with transaction.atomic():
        version = keep_version(kind=kind, trained=trained, now=now)
        if trained.is_good:
            promote_version(version=version, verdict=trained.verdict, by=by)
    return version
