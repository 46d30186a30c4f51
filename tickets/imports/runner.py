"""Carrying out an import: batch by batch, each in one transaction together with the job's position."""

import gc
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from django.db import DataError, IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from tickets.choices import WorkState
from tickets.imports.batches import Batch, Outcome
from tickets.imports.directory import Directory
from tickets.imports.mapping import Mapper, parse_mapping, safe
from tickets.imports.readers import READERS
from tickets.imports.records import ImportedTicket, Refusal, UnreadableFile
from tickets.models import ImportJob, ImportRefusal
from tickets.work import PermanentError, handles

logger = logging.getLogger(__name__)
BATCH = 500
WORDS_KEPT = 50  # unknown words per field in the report
SLICE = timedelta(minutes=5)  # a worker's task ends before its time limit and goes on in the next
Item = ImportedTicket | Refusal
Progress = Callable[[ImportJob], None]


class LeaseLost(Exception):
    """Another worker has taken the job over; this one must stop."""


class GoesOn(Exception):
    """The slice of time is used up; the next attempt goes on from the position."""


@contextmanager
def what_is_there_left_alone() -> Iterator[None]:
    """Keep the collector of garbage from going through all the loaded code with every batch: a quarter of an import's time."""
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


class Importer:
    """One run over a job's file. The file is read from the start each time; what lies before the position is passed over."""

    def __init__(self, job: ImportJob) -> None:
        if not job.file:
            raise UnreadableFile("The file was removed after its time. Hand it in again.")
        self.job = job
        self.reader = READERS[job.format]
        self.mapper = Mapper(parse_mapping(job.mapping, self.reader.defaults), now=job.created_at)
        self.directory = Directory(job.source, job.organization)
        self.path = Path(job.file.path)

    def run(self, progress: Progress | None = None, until: timedelta | None = None) -> None:
        """Take every record. Raises UnreadableFile, LeaseLost, and GoesOn once `until` has passed."""
        started = timezone.now()
        if self.job.total is None:
            self._count()
        with what_is_there_left_alone():
            for items in self._batches():
                self._commit(items)
                if progress:
                    progress(self.job)
                if until and timezone.now() - started > until:
                    raise GoesOn(f"{self.job.position} of {self.job.total} records taken so far.")
        self._note_unknown()

    def _count(self) -> None:
        counting = Mapper(self.mapper.mapping, now=self.job.created_at)
        self.job.total = self.reader.count(self.path, counting)
        ImportJob.objects.filter(pk=self.job.pk).update(total=self.job.total)

    def _batches(self) -> Iterator[list[Item]]:
        batch: list[Item] = []
        for number, item in enumerate(self._items(), start=1):
            if number > self.job.position:
                batch.append(item)
            if len(batch) == BATCH:
                yield batch
                batch = []
        if batch:
            yield batch

    def _items(self) -> Iterator[Item]:
        """Yield the file's records, an id's second occurrence as a refusal."""
        seen: set[str] = set()
        for item in self.reader.read(self.path, self.mapper):
            if isinstance(item, ImportedTicket):
                if item.external_id in seen:
                    reason = "The id occurs a second time in this file; the first one was taken."
                    yield Refusal(item.line, reason, item.external_id)
                    continue
                seen.add(item.external_id)
            yield item

    def _commit(self, items: list[Item]) -> None:
        """Take one batch; where the database will not have it, find the records that are to blame and refuse only those."""
        try:
            self._take(items)
        except (DataError, IntegrityError, ValueError) as error:
            self.directory = Directory(self.job.source, self.job.organization)
            if len(items) > 1:
                middle = len(items) // 2
                self._commit(items[:middle])
                self._commit(items[middle:])
                return
            logger.warning("import record refused by the database", extra={"error": type(error).__name__})
            item = items[0]
            reason = f"The database did not take it: {safe(str(error))[:300]}"
            self._take([Refusal(item.line, reason, item.external_id)])

    def _take(self, items: list[Item]) -> None:
        tickets = [item for item in items if isinstance(item, ImportedTicket)]
        refusals = [item for item in items if isinstance(item, Refusal)]
        with transaction.atomic():
            outcome = Batch(self.job, self.directory, tickets, self.reader.label).take() if tickets else Outcome()
            ImportRefusal.objects.bulk_create(
                [
                    ImportRefusal(job=self.job, line=item.line, external_id=item.external_id, reason=item.reason)
                    for item in refusals
                ]
            )
            self._advance(len(items), outcome, len(refusals))

    def _advance(self, records: int, outcome: Outcome, refused: int) -> None:
        """Move the position on, if the job is still ours and stands where we think it stands."""
        rows = ImportJob.objects.filter(pk=self.job.pk, position=self.job.position, state=WorkState.RUNNING)
        moved = rows.filter(lease=self.job.lease).update(
            position=F("position") + records,
            created_count=F("created_count") + outcome.created,
            updated_count=F("updated_count") + outcome.updated,
            unchanged_count=F("unchanged_count") + outcome.unchanged,
            refused_count=F("refused_count") + refused,
            attempts=1,  # attempts without progress are what quarantines a job
            leased_until=timezone.now() + timedelta(seconds=self.job.lease_seconds),
        )
        if not moved:
            raise LeaseLost("Another worker goes on with this import.")
        self.job.refresh_from_db(
            fields=["position", "created_count", "updated_count", "unchanged_count", "refused_count", "attempts"]
        )

    def _note_unknown(self) -> None:
        words = {name: dict(list(found.items())[:WORDS_KEPT]) for name, found in self.mapper.unknown.items()}
        self.job.unknown_values = words
        ImportJob.objects.filter(pk=self.job.pk).update(unknown_values=words)


@handles(ImportJob)
def carry_out(job: ImportJob) -> None:
    """Run an import in a worker, a slice of time after the other."""
    try:
        Importer(job).run(until=SLICE)
    except UnreadableFile as error:
        raise PermanentError(str(error)) from error
