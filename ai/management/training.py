"""What the commands that learn have in common."""

from abc import abstractmethod
from collections.abc import Iterable
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from ai.actions.learning import learn
from ai.choices import Learning, VersionState
from ai.errors import NothingToLearn
from ai.models import LearnedModel
from tickets.permissions import System


class TrainingCommand(BaseCommand):
    """Learns one kind and says how good it is. `meanwhile` says what serves while nothing was learned."""

    kind: Learning
    meanwhile: str
    examples = "tickets"

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            version = learn(kind=self.kind, by=System("Training"), now=timezone.now())
        except NothingToLearn as few:
            self.stdout.write(f"Nothing to learn yet. {few} Until then {self.meanwhile}.")
            return
        self.stdout.write(
            f"{version}, learned from {version.examples:,} {self.examples}, judged on the newest of them:"
        )
        for line in self.figures(version):
            self.stdout.write(f"  {line}")
        state = "In use" if version.state == VersionState.ACTIVE else "Not used"
        self.stdout.write(f"{state}: {version.verdict}")

    @abstractmethod
    def figures(self, version: LearnedModel) -> Iterable[str]:
        """Return how good the version is, line by line."""
