"""`manage.py sla_replay`: reckon clocks again from the event log and say where what is stored differs."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from sla.actions.clocks import backfill, differences_of
from tickets.models import Ticket

PART = 500


class Command(BaseCommand):
    help = "Fold the events of tickets again and compare: nothing differs, or it is a bug. Exit code 1 where something does."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("tickets", nargs="*", help="References like T-1042; all tickets unless given.")
        parser.add_argument("--backfill", action="store_true", help="Give tickets without clocks theirs first.")

    def handle(self, *, tickets: list[str], backfill: bool, **_: Any) -> None:
        looked_at = wrong = 0
        for part in self._parts(tickets):
            if backfill:
                self._backfill(part)
            looked_at += len(part)
            for ticket, lines in differences_of(part).items():
                wrong += 1
                for line in lines:
                    self.stdout.write(f"T-{ticket} {line}")
        self.stdout.write(f"{looked_at:,} tickets replayed, {wrong:,} differ.")
        if wrong:
            raise CommandError("What is stored is not what the log says. Please report this with the lines above.")

    def _parts(self, references: list[str]) -> Any:
        rows = Ticket.objects.order_by("pk")
        if references:
            found = [pk for text in references for pk in Ticket.objects.by_reference(text).values_list("pk", flat=True)]
            rows = rows.filter(pk__in=found)
        last = 0
        while part := list(rows.filter(pk__gt=last).values_list("pk", flat=True)[:PART]):
            yield part
            last = part[-1]

    @staticmethod
    def _backfill(part: list[int]) -> None:
        with transaction.atomic():
            without = Ticket.objects.filter(pk__in=part, clocks=None)
            backfill(list(without.values_list("pk", flat=True)), timezone.now())
