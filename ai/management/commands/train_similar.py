"""`manage.py train_similar`: learn from what people decided how sure likeness is, and use that where it is better."""

from collections.abc import Iterable

from ai.choices import Learning
from ai.management.training import TrainingCommand
from ai.models import LearnedModel


class Command(TrainingCommand):
    help = "Learn how sure it is that two tickets are about the same. Also runs every night."
    kind = Learning.SIMILAR
    meanwhile = "the fixed curve serves"
    examples = "pairs that people decided on"

    def figures(self, version: LearnedModel) -> Iterable[str]:
        told = version.metrics
        yield f"Brier {told['brier']} (the fixed curve: {told['brier_of_fixed']}), calibration error {told['calibration_error']}"
        yield f"on {told['later']:,} later pairs"
