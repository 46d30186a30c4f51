"""`manage.py index_similar`: index every ticket anew for "similar tickets", while the desk works on."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from ai.similar import finding, index, meaning


class Command(BaseCommand):
    help = "Index every ticket anew for similar tickets. Safe at any time; what is new meanwhile is indexed as always."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--vectors", action="store_true", help="Work out all missing sentence vectors too.")

    def handle(self, *args: Any, **options: Any) -> None:
        done = 0
        for done in index.index_all():
            self.stdout.write(f"{done:,} tickets indexed")
        if not done:
            self.stdout.write("There are no tickets yet.")
        if options["vectors"]:
            self._add_vectors()

    def _add_vectors(self) -> None:
        model = finding.sentence_model()
        if model is None:
            self.stderr.write("There is no sentence model. Run `manage.py fetch_sentence_model` first.")
            return
        done = 0
        while added := meaning.add_vectors(model):
            done += added
            self.stdout.write(f"{done:,} sentence vectors")
