"""`manage.py sla_replay`: reckon the clocks again from the event log and say where what is stored differs."""

from argparse import ArgumentParser
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from sla.actions.clocks import backfill, differences_of, differences_of_locked, repair
from tickets.fields import moment
from tickets.models import Ticket
from tickets.models.ticket import TicketQuerySet, reference_of
from tickets.permissions import System

BATCH = 500


class Command(BaseCommand):
    help = "Reckon all clocks again from the event log. Ends with 1 where what is stored differs (with --repair: still differs)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--ticket", action="append", default=[], help="Only this one, as T-1001; may be repeated.")
        parser.add_argument("--since", default="", help="Only tickets on which something happened since this date.")
        parser.add_argument("--repair", action="store_true", help="Store what the log says, under the terms on record.")
        parser.add_argument("--backfill", action="store_true", help="Give tickets without clocks theirs first.")

    def handle(self, *args: Any, **options: Any) -> None:
        rows = _chosen(options["ticket"], options["since"])
        total, looked_at, differing = rows.count(), 0, 0
        for batch in _batches(rows):
            if options["backfill"]:
                _backfill(batch)
            wrong = self._look_at(batch, repairs=options["repair"])
            differing += len(wrong)
            looked_at += len(batch)
            self._progress(looked_at, total)
        self.stdout.write(f"{looked_at:,} tickets looked at, {differing:,} differ.")
        if differing:
            raise CommandError("What is stored is not what the log says. Please report this with the lines above.")

    def _look_at(self, batch: list[int], *, repairs: bool) -> list[int]:
        """Say what differs; returns the tickets for which that is still so in the end."""
        suspects = list(differences_of(batch))
        if not suspects:
            return []
        with transaction.atomic():  # locked, because somebody may just have been writing
            found = differences_of_locked(suspects)
            for pk, said in found.items():
                for line in said:
                    self.stdout.write(f"{reference_of(pk)} {line}")
            if not repairs or not found:
                return list(found)
            repair(found, timezone.now())
            left = list(differences_of_locked(found))
            self.stdout.write(f"{len(found) - len(left):,} repaired.")
            return left

    def _progress(self, looked_at: int, total: int) -> None:
        if self.stderr.isatty():
            end = "\n" if looked_at >= total else ""
            self.stderr.write(f"\r{looked_at:,} of {total:,} tickets", ending=end)


def _chosen(references: list[str], since: str) -> TicketQuerySet:
    rows = Ticket.objects.all()
    if references:
        found = [Ticket.objects.by_reference(reference).first() for reference in references]
        if missing := [name for name, row in zip(references, found, strict=True) if row is None]:
            raise CommandError(f"There is no ticket {', '.join(missing)}.")
        rows = rows.filter(pk__in=[row.pk for row in found if row])
    return rows.filter(updated_at__gte=_read(since)) if since else rows


def _read(since: str) -> datetime:
    try:
        found = moment(since, System("Command line"))
    except ValueError as error:
        raise CommandError(f"--since: {error}") from None
    assert found is not None  # noqa: S101 - only nothing reads as nothing
    return found


def _batches(rows: TicketQuerySet) -> Iterator[list[int]]:
    """Yield numbers in order, a few at a time: so a million tickets need no more memory than these."""
    last = 0
    while found := list(rows.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:BATCH]):
        yield found
        last = found[-1]


def _backfill(batch: list[int]) -> None:
    with transaction.atomic():
        without = Ticket.objects.filter(pk__in=batch, clocks=None)
        backfill(without.values_list("pk", flat=True), timezone.now())
