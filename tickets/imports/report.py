"""The parity report: what was read is what was taken and what was refused, and the database says the same."""

from dataclasses import dataclass

from tickets.models import ImportJob


@dataclass(frozen=True)
class Report:
    """The counts of an import. `stored` is how many tickets the database ties to it, None for a dry run."""

    read: int
    created: int
    updated: int
    unchanged: int
    refused: int
    refusals_kept: int
    stored: int | None
    unknown: dict[str, dict[str, int]]

    @property
    def taken(self) -> int:
        return self.created + self.updated + self.unchanged

    @property
    def differences(self) -> list[str]:
        """What does not add up, as sentences; empty for a clean import."""
        found = []
        if self.read != self.taken + self.refused:
            found.append(f"{self.read} records were read, but {self.taken + self.refused} are accounted for.")
        if self.refusals_kept != self.refused:
            found.append(f"{self.refused} records were refused, but {self.refusals_kept} reasons are kept.")
        if self.stored is not None and self.stored != self.taken:
            found.append(f"{self.taken} tickets were taken, but the database has {self.stored} of this import.")
        return found

    @property
    def is_clean(self) -> bool:
        return not self.differences

    def lines(self) -> list[tuple[str, str]]:
        """Return the report as label and value."""
        rows = [("Read", self.read), ("Created", self.created), ("Updated", self.updated)]
        rows += [("Unchanged", self.unchanged), ("Refused", self.refused)]
        if self.stored is not None:
            rows.append(("In the database", self.stored))
        return [(label, f"{value:,}") for label, value in rows]


def report_of(job: ImportJob) -> Report:
    """Return the report of a job as far as it has come."""
    return Report(
        read=job.position,
        created=job.created_count,
        updated=job.updated_count,
        unchanged=job.unchanged_count,
        refused=job.refused_count,
        refusals_kept=job.refusals.count(),
        stored=None if job.dry_run else job.records.count(),
        unknown=job.unknown_values,
    )
