"""`manage.py train_triage`: learn from the team's own closed tickets, and put that to use where it is no worse."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from ai.actions.triage_learning import learn_triage
from ai.choices import VersionState
from ai.triage.training import NothingToLearn
from tickets.permissions import System


class Command(BaseCommand):
    help = "Learn triage from closed tickets. Also runs every night."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            version = learn_triage(by=System("Training"), now=timezone.now())
        except NothingToLearn as error:
            self.stdout.write(f"Nothing to learn yet. {error} Until then the rules serve.")
            return
        self.stdout.write(f"{version}, learned from {version.examples:,} tickets, judged on the newest of them:")
        for field, figures in version.metrics["fields"].items():
            said = ", ".join(f"{name.replace('_', ' ')} {value:g}" for name, value in figures.items())
            self.stdout.write(f"  {field}: {said}")
        for reason in version.metrics["skipped"].values():
            self.stdout.write(f"  not learned: {reason}")
        state = "In use" if version.state == VersionState.ACTIVE else "Not used"
        self.stdout.write(f"{state}: {version.verdict}")
