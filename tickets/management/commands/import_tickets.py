"""`manage.py import_tickets FILE --format …`: import tickets here and now, with a progress bar and a parity report."""

import json
import shutil
from argparse import ArgumentParser
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from django.core.files import File
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from tickets import work
from tickets.choices import ImportFormat
from tickets.errors import DomainError, Invalid
from tickets.imports.jobs import claim_new, claim_unfinished, pages_as_file, prepare_import, stop
from tickets.imports.records import UnreadableFile
from tickets.imports.report import Report, report_of
from tickets.imports.runner import Importer
from tickets.models import ImportJob, Organization
from tickets.permissions import System

REFUSALS_SHOWN = 20
INTERRUPTED = 130


class Command(BaseCommand):
    help = "Import tickets from a file of another system. A second run changes nothing; Ctrl-C leaves an import that --resume goes on with."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "file", type=Path, help="A .csv, .csv.gz, .json or .zip file, or a folder with pages of Zendesk's API."
        )
        parser.add_argument("--format", required=True, choices=ImportFormat.values)
        parser.add_argument("--source", default="", help="The name of the other system; by default the format.")
        parser.add_argument(
            "--mapping", type=Path, help="A JSON file with columns, values, time_zone, day_first, encoding."
        )
        parser.add_argument("--organization", type=int, help="The id of the organization of tickets that name none.")
        parser.add_argument("--dry-run", action="store_true", help="Report what would be done and write nothing.")
        parser.add_argument(
            "--resume", action="store_true", help="Go on with the latest unfinished import of this file."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            job = self._job(options)
        except Invalid as error:
            raise CommandError("; ".join(f"{name}: {' '.join(said)}" for name, said in error.errors.items())) from None
        except DomainError as error:
            raise CommandError(error.detail) from None
        self._run(job)
        report = report_of(job)
        self._tell(job, report)
        if not report.is_clean:
            raise CommandError("The import does not add up: " + " ".join(report.differences))

    def _job(self, options: dict[str, Any]) -> ImportJob:
        path: Path = options["file"]
        if not path.exists():
            raise CommandError(f"There is no file {path}.")
        source = options["source"].strip().lower() or options["format"]
        if options["resume"]:
            name = f"{path.resolve().name}.zip" if path.is_dir() else path.name
            return claim_unfinished(source=source, format=options["format"], name=name)
        with ExitStack() as stack:
            file = (
                stack.enter_context(pages_as_file(path.resolve()))
                if path.is_dir()
                else File(stack.enter_context(path.open("rb")), name=path.name)
            )
            return claim_new(
                prepare_import(
                    by=System("Command line"),
                    file=file,
                    format=options["format"],
                    source=source,
                    mapping=_mapping(options["mapping"]),
                    organization=_organization(options["organization"]),
                    dry_run=options["dry_run"],
                )
            )

    def _run(self, job: ImportJob) -> None:
        try:
            Importer(job).run(progress=self._progress)
        except KeyboardInterrupt:
            stop(job, "Interrupted at the keyboard.")
            self.stderr.write(f"\nStopped after {job.position:,} records. Run the same command with --resume to go on.")
            raise SystemExit(INTERRUPTED) from None
        except UnreadableFile as error:
            stop(job, str(error))
            raise CommandError(str(error)) from None
        except Exception as error:
            work.fail(job, error, timezone.now(), permanent=True)
            raise
        work.finish(job, timezone.now())

    def _progress(self, job: ImportJob) -> None:
        if not self.stderr.isatty():
            return
        width = min(shutil.get_terminal_size().columns - 40, 60)
        share = job.position / (job.total or 1)
        bar = "█" * round(width * share)
        self.stderr.write(f"\r{bar:<{width}} {share:5.1%}  {job.position:,} of {job.total:,}", ending="")

    def _tell(self, job: ImportJob, report: Report) -> None:
        self.stdout.write(f"\n{'Dry run of ' if job.dry_run else ''}{job}, {job.original_name}")
        for label, value in report.lines():
            self.stdout.write(f"  {label:<16} {value:>10}")
        for field, words in report.unknown.items():
            counted = ", ".join(f"{word!r} ({count:,})" for word, count in words.items())
            self.stdout.write(f"  Unknown words for {field}, taken as the default: {counted}")
        for refusal in job.refusals.all()[:REFUSALS_SHOWN]:
            self.stdout.write(f"  Line {refusal.line}, {refusal.external_id or 'no id'}: {refusal.reason}")
        if report.refused > REFUSALS_SHOWN:
            self.stdout.write(f"  … and {report.refused - REFUSALS_SHOWN:,} more refusals; all are in the admin.")


def _mapping(path: Path | None) -> Any:
    if path is None:
        return {}
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise CommandError(f"The mapping cannot be read: {error}") from None


def _organization(pk: int | None) -> Organization | None:
    if pk is None:
        return None
    found = Organization.objects.filter(pk=pk).first()
    if found is None:
        raise CommandError(f"There is no organization {pk}.")
    return found
