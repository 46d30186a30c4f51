"""`manage.py train_risk`: learn from the team's own tickets how promises fare, and put that to use where it is no worse."""

from collections.abc import Iterable

from ai.choices import Learning
from ai.management.training import TrainingCommand
from ai.models import LearnedModel


class Command(TrainingCommand):
    help = "Learn from closed tickets how likely promises are broken. Also runs every night."
    kind = Learning.RISK
    meanwhile = "the clock tells the risk"

    def figures(self, version: LearnedModel) -> Iterable[str]:
        told = version.metrics
        yield f"AUC {told['auc']}, Brier {told['brier']} (always the mean: {told['brier_of_mean']})"
        yield f"on {told['count']:,} later moments; the clock alone: AUC {told['auc_of_clock']}"
