"""`manage.py train_triage`: learn from the team's own closed tickets, and put that to use where it is no worse."""

from collections.abc import Iterable

from ai.choices import Learning
from ai.management.training import TrainingCommand
from ai.models import LearnedModel


class Command(TrainingCommand):
    help = "Learn triage from closed tickets. Also runs every night."
    kind = Learning.TRIAGE
    meanwhile = "the rules serve"

    def figures(self, version: LearnedModel) -> Iterable[str]:
        for field, told in version.metrics["fields"].items():
            yield f"{field}: " + ", ".join(f"{name.replace('_', ' ')} {value:g}" for name, value in told.items())
        for reason in version.metrics["skipped"].values():
            yield f"not learned: {reason}"
