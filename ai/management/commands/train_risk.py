"""`manage.py train_risk`: learn from the team's own tickets how promises fare, and put that to use where it is no worse."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from ai.actions.risk_learning import learn_risk
from ai.choices import VersionState
from ai.risk.training import TooLittle
from tickets.permissions import System


class Command(BaseCommand):
    help = "Learn from closed tickets how likely promises are broken. Also runs every night."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            version = learn_risk(by=System("Training"), now=timezone.now())
        except TooLittle as few:
            self.stdout.write(f"Too little history: {few} Until then the clock tells the risk.")
            return
        figures = version.metrics
        self.stdout.write(
            f"{version}: AUC {figures['auc']}, Brier {figures['brier']} (always the mean: {figures['brier_of_mean']}), "
            f"on {figures['count']:,} later moments; the clock alone: AUC {figures['auc_of_clock']}."
        )
        state = "In use" if version.state == VersionState.ACTIVE else "Not used"
        self.stdout.write(f"{state}: {version.verdict}")
