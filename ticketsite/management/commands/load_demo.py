"""`manage.py load_demo`: fill an empty desk with believable people, tickets, articles and promises."""

from argparse import ArgumentParser
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from sla.demo import make_promises
from tickets.demo.load import PEOPLE, load_demo
from tickets.demo.people import PASSWORD


class Command(BaseCommand):
    help = "Load the demo once: four customers, ten technicians, articles, policies and about 400 tickets of the last 60 days."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--now", help="The end of the 60 days, like 2026-03-01T12:00:00Z. Default: now.")

    def handle(self, *args: Any, **options: Any) -> None:
        now = parse_datetime(options["now"]) if options["now"] else timezone.now()
        if now is None or now.tzinfo is None:
            raise CommandError("Write --now with an offset, like 2026-03-01T12:00:00Z.")
        if not self.load(now):
            self.stdout.write("The demo is already loaded; nothing changed.")
            return
        self.stdout.write(f"Demo loaded. Sign in with the password {PASSWORD} as {', '.join(PEOPLE)}.")

    @staticmethod
    @transaction.atomic
    def load(now: datetime) -> bool:
        """Load every room's part; False where the demo is there already."""
        begun = timezone.now()
        if not load_demo(now=now):
            return False
        make_promises(now + (timezone.now() - begun))
        return True
