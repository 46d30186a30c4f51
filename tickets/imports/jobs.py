"""Making, resuming and stopping the row of work that an import is."""

import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from django.core.files import File
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from tickets import work
from tickets.choices import ImportFormat, WorkState
from tickets.errors import Conflict, Invalid
from tickets.fields import choice, text
from tickets.imports.files import SUFFIXES
from tickets.imports.mapping import parse_mapping
from tickets.imports.readers import READERS
from tickets.models import ImportJob, Organization, User
from tickets.models.imports import NEVER
from tickets.permissions import Actor, require

SOURCE_LENGTH = 50
FILE_KEPT = timedelta(days=30)  # after the end, for another run; then only the report stays


def prepare_import(
    *,
    by: Actor,
    file: "File[bytes]",
    format: str,
    source: str = "",
    mapping: Mapping[str, Any] | None = None,
    organization: Organization | None = None,
    dry_run: bool = False,
) -> ImportJob:
    """Return an import that is checked but not saved; the source's name is the format unless given. Raises Invalid, NotAllowed."""
    require(by, "import.run")
    errors: dict[str, list[str]] = {}
    name = Path(file.name or "").name
    try:
        choice(format, ImportFormat)
        parse_mapping(mapping or {}, READERS[format].defaults)
    except ValueError as error:
        errors["format"] = [str(error)]
    except Invalid as error:
        errors |= error.errors
    try:
        source = text(source, SOURCE_LENGTH).strip().lower() or format
    except ValueError as error:
        errors["source"] = [str(error)]
    if not name.lower().endswith(SUFFIXES):
        errors["file"] = [f"Hand in a file that ends in {', '.join(SUFFIXES)}."]
    if errors:
        raise Invalid(errors)
    return ImportJob(
        format=format,
        source=source,
        file=file,
        original_name=name[:255],
        mapping=dict(mapping or {}),
        organization=organization,
        dry_run=dry_run,
        started_by=by if isinstance(by, User) else None,
    )


def draft_import(job: ImportJob) -> ImportJob:
    """Save the job for somebody to look at; nobody carries it out before `start_import`."""
    job.due = NEVER
    job.save()
    return job


def remap(*, job: ImportJob, by: Actor, mapping: Mapping[str, Any]) -> ImportJob:
    """Give an import that was not started another mapping. Raises Invalid, Conflict, NotAllowed."""
    require(by, "import.run")
    if not job.is_draft:
        raise Conflict("The import has been started. Run it again with another mapping.", code="started")
    parse_mapping(mapping, READERS[job.format].defaults)
    job.mapping = dict(mapping)
    job.save(update_fields=["mapping"])
    return job


def again(*, job: ImportJob, by: Actor) -> ImportJob:
    """Return a draft with the same file and mapping: the real thing after a dry run, or another run."""
    require(by, "import.run")
    if not job.file:
        raise Conflict("The file of this import was removed after its time. Hand it in again.", code="file_removed")
    copy = ImportJob(
        format=job.format,
        source=job.source,
        file=job.file.name,
        original_name=job.original_name,
        mapping=job.mapping,
        organization=job.organization,
        started_by=by if isinstance(by, User) else None,
    )
    return draft_import(copy)


def start_import(job: ImportJob) -> ImportJob:
    """Save the job and hand it to the workers."""
    job.due = timezone.now()
    with transaction.atomic():
        return work.enqueue(job)


def claim_new(job: ImportJob) -> ImportJob:
    """Save the job as one that this very process carries out; a worker takes it over only if the process dies."""
    with transaction.atomic():
        job.save()
        return _claimed(job)


def claim_unfinished(*, source: str, format: str, name: str) -> ImportJob:
    """Take the latest unfinished import of this file for this process. Raises Conflict where there is none, or another process has it."""
    jobs = ImportJob.objects.filter(source=source, format=format, original_name=name[:255])
    with transaction.atomic():
        job = jobs.exclude(state=WorkState.DONE).exclude(due=NEVER).order_by("-pk").first()
        if job is None:
            raise Conflict(
                "There is no unfinished import of this file. Start it without --resume.", code="nothing_left"
            )
        work.run_again(job)
        return _claimed(job)


def _claimed(job: ImportJob) -> ImportJob:
    claimed = work.claim(ImportJob, job.pk, timezone.now())
    if claimed is None:
        raise Conflict(
            "Another process is carrying out this import, or just died; try again in two minutes.", code="taken"
        )
    return claimed


def stop(job: ImportJob, reason: str) -> None:
    """Set a job aside with its position, so that only somebody who says so goes on with it."""
    work.set_aside(job, reason, timezone.now())


def remove_old_files(now: datetime) -> None:
    """Remove the files of imports that ended long ago, and drafts that nobody started in that time; the reports stay."""
    before = now - FILE_KEPT
    ended = Q(finished_at__lt=before, state__in=(WorkState.DONE, WorkState.QUARANTINED))
    old = ImportJob.objects.exclude(file="").filter(ended | Q(due=NEVER, created_at__lt=before))
    names = dict(old.values_list("pk", "file"))
    others = ImportJob.objects.filter(file__in=names.values()).exclude(pk__in=names)  # another run has the same file
    storage = ImportJob._meta.get_field("file").storage
    for name in set(names.values()) - set(others.values_list("file", flat=True)):
        storage.delete(name)
    ImportJob.objects.filter(pk__in=names, due=NEVER).delete()
    ImportJob.objects.filter(pk__in=names).update(file="")


@contextmanager
def pages_as_file(folder: Path) -> "Iterator[File[bytes]]":
    """Open the JSON pages of a folder as one archive."""
    with NamedTemporaryFile(suffix=".zip") as packed:
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            for page in sorted(folder.glob("*.json")):
                archive.write(page, page.name)
        packed.seek(0)
        yield File(packed, name=f"{folder.name}.zip")
