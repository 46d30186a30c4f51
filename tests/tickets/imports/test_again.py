"""Importing again, going on after a stop, and leaving alone what people did in the meantime."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files import File
from django.core.management import call_command
from django.utils import timezone

from tests.replay import assert_log_tells_all
from tickets import work
from tickets.actions.tickets import change_ticket
from tickets.choices import Channel, WorkState
from tickets.errors import Conflict, NotAllowed
from tickets.imports import runner
from tickets.imports.jobs import FILE_KEPT, again, claim_unfinished, draft_import, prepare_import, start_import, stop
from tickets.imports.report import report_of
from tickets.imports.runner import Importer
from tickets.models import ImportJob, ImportRefusal, Ticket, TicketEvent, User
from tickets.permissions import System
from tickets.tasks import forget_expired

pytestmark = pytest.mark.django_db
Run = Callable[..., ImportJob]
Table = Callable[..., Path]
AUDIT = "number,incident_state,priority,assignment_group,caller_id,opened_at,sys_updated_at,sys_updated_by\n"
ROWS = [
    "I1,New,3 - Moderate,Group A,Pat,1/3/2024 09:00,1/3/2024 09:00,kim\n",
    "I1,Active,3 - Moderate,Group A,Pat,1/3/2024 09:00,1/3/2024 10:00,kim\n",
    "I1,Resolved,3 - Moderate,Group A,Pat,1/3/2024 09:00,2/3/2024 10:00,lee\n",
]


def many(count: int, *, bad: int = 0) -> str:
    """A table in which every `bad`-th row cannot be read."""
    rows = [f"{n},Ticket {n},{'soon' if bad and n % bad == 0 else '2024-05-01'}\n" for n in range(1, count + 1)]
    return "id,title,created\n" + "".join(rows)


def test_new_rows_of_a_history_are_added_with_their_times(run: Run, table: Table) -> None:
    run(table(AUDIT + "".join(ROWS[:2])), "servicenow")
    job = run(table(AUDIT + "".join(ROWS)), "servicenow")
    assert (job.created_count, job.updated_count, job.unchanged_count) == (0, 1, 0)
    assert report_of(job).is_clean
    ticket = Ticket.objects.get()
    last = ticket.events.order_by("version").last()
    assert (last.occurred_at, last.actor_name) == (datetime(2024, 3, 2, 10, tzinfo=UTC), "lee")
    assert last.changes == {"status": ["in_progress", "resolved"]}
    assert last.channel == Channel.IMPORT
    assert assert_log_tells_all([ticket]) == 1


def test_only_what_changed_at_the_source_is_taken_over(run: Run, table: Table, mona: User) -> None:
    run(table("id,title,priority,created\n1,Old title,low,2024-05-01\n"))
    ticket = Ticket.objects.get()
    change_ticket(ticket=ticket, by=mona, via=Channel.WEB, changes={"priority": "critical"})
    job = run(table("id,title,priority,created\n1,New title,low,2024-05-01\n"))
    ticket.refresh_from_db()
    assert job.updated_count == 1
    assert (ticket.title, ticket.priority) == ("New title", "critical")
    assert assert_log_tells_all([ticket]) == 1


def test_a_ticket_changed_here_is_unchanged_for_the_import(run: Run, table: Table, mona: User) -> None:
    path = table("id,title,created\n1,Title,2024-05-01\n")
    run(path)
    change_ticket(ticket=Ticket.objects.get(), by=mona, via=Channel.WEB, changes={"title": "Ours"})
    assert run(path).unchanged_count == 1
    assert Ticket.objects.get().title == "Ours"


def test_the_same_id_of_two_sources_is_two_tickets(run: Run, table: Table) -> None:
    path = table("id,title\n1,Title\n")
    run(path, source="north")
    run(path, source="south")
    assert Ticket.objects.count() == 2


class Killed(BaseException):
    """The process dies; nothing of ours may catch it."""


def kill_at(position: int) -> Callable[[ImportJob], None]:
    def progress(job: ImportJob) -> None:
        if job.position >= position:
            raise Killed

    return progress


def test_a_killed_import_goes_on_where_it_stood(begin: Run, table: Table, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runner, "BATCH", 10)
    job = begin(table(many(95, bad=9)))
    with pytest.raises(Killed):
        Importer(job).run(progress=kill_at(30))
    assert Ticket.objects.count() == 27
    with pytest.raises(Conflict):
        claim_unfinished(source="csv", format="csv", name="tickets.csv")
    ImportJob.objects.update(leased_until=timezone.now() - timedelta(seconds=1))
    resumed = claim_unfinished(source="csv", format="csv", name="tickets.csv")
    assert (resumed.pk, resumed.position) == (job.pk, 30)
    Importer(resumed).run()
    assert (resumed.position, resumed.created_count, resumed.refused_count) == (95, 85, 10)
    assert ImportRefusal.objects.count() == 10
    assert report_of(resumed).is_clean


def test_a_batch_that_was_not_committed_leaves_nothing(
    begin: Run, table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runner, "BATCH", 10)
    job = begin(table(many(25)))
    importer = Importer(job)
    advance = importer._advance

    def die(*args: Any) -> None:
        if importer.job.position:
            raise Killed
        advance(*args)

    monkeypatch.setattr(importer, "_advance", die)
    with pytest.raises(Killed):
        importer.run()
    job.refresh_from_db()
    assert (job.position, Ticket.objects.count(), TicketEvent.objects.count()) == (10, 10, 10)


def test_a_worker_that_lost_its_lease_stops(begin: Run, table: Table) -> None:
    job = begin(table(many(5)))
    ImportJob.objects.update(lease="another")
    with pytest.raises(runner.LeaseLost):
        Importer(job).run()
    assert not Ticket.objects.exists()


def test_a_row_the_database_will_not_have_is_refused_alone(
    run: Run, table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    take = runner.Batch.take

    def refuse(batch: Any) -> Any:
        if any(told.external_id == "7" for told in batch.tickets):
            raise ValueError("no sevens")
        return take(batch)

    monkeypatch.setattr(runner.Batch, "take", refuse)
    job = run(table(many(20)))
    assert (job.created_count, job.refused_count) == (19, 1)
    assert job.refusals.get().external_id == "7"


def test_control_c_leaves_an_import_that_resume_finishes(
    table: Table, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    path = table(many(35))
    monkeypatch.setattr(runner, "BATCH", 10)
    run_importer = Importer.run

    def interrupted(self: Importer, progress: Any = None, until: Any = None) -> None:
        def press(job: ImportJob) -> None:
            if job.position >= 20:
                raise KeyboardInterrupt

        run_importer(self, progress=press)

    monkeypatch.setattr(Importer, "run", interrupted)
    with pytest.raises(SystemExit):
        call_command("import_tickets", str(path), format="csv")
    assert ImportJob.objects.get().state == WorkState.QUARANTINED
    assert Ticket.objects.count() == 20
    monkeypatch.setattr(Importer, "run", run_importer)
    call_command("import_tickets", str(path), format="csv", resume=True)
    assert Ticket.objects.count() == 35
    assert ImportJob.objects.get().state == WorkState.DONE
    assert "Created 35" in " ".join(capsys.readouterr().out.split())


def test_workers_carry_out_an_import_and_keep_its_failure(ada: User, table: Table) -> None:
    jobs = []
    for content in (many(5), "title\nno id\n"):
        with table(content).open("rb") as file:
            jobs.append(start_import(prepare_import(by=ada, file=File(file, name="t.csv"), format="csv")))
    work.run_due()
    for job in jobs:
        job.refresh_from_db()
    assert (jobs[0].state, jobs[0].created_count) == (WorkState.DONE, 5)
    assert jobs[1].state == WorkState.QUARANTINED
    assert "No column holds the id" in jobs[1].last_error


def test_imports_are_for_admins(mona: User, table: Table) -> None:
    with table(many(1)).open("rb") as file, pytest.raises(NotAllowed):
        prepare_import(by=mona, file=File(file, name="t.csv"), format="csv")


def test_a_stopped_import_waits_for_somebody_to_go_on(begin: Run, table: Table) -> None:
    job = begin(table(many(3)))
    stop(job, "Stopped.")
    assert work.run_due() == 0
    work.run_again(job)
    work.run_due()
    assert Ticket.objects.count() == 3


def ended_long_ago(job: ImportJob) -> Path:
    """Make it so, and return where the job's file is."""
    long_ago = timezone.now() - FILE_KEPT - timedelta(hours=1)
    ImportJob.objects.filter(pk=job.pk).update(created_at=long_ago, finished_at=job.finished_at and long_ago)
    return Path(job.file.path)


def test_the_file_of_an_import_goes_after_its_time_and_the_report_stays(run: Run, table: Table, ada: User) -> None:
    old, recent = run(table(many(3, bad=3))), run(table(many(2)))
    old.refresh_from_db()
    path = ended_long_ago(old)
    forget_expired()
    old.refresh_from_db()
    assert not path.exists()
    assert not old.file
    assert Path(recent.file.path).exists()
    report = report_of(old)
    assert (report.read, report.refused) == (3, 1)
    with pytest.raises(Conflict, match="Hand it in again"):
        again(job=old, by=ada)


def test_a_file_stays_while_another_run_has_it_and_an_old_draft_goes(run: Run, table: Table, ada: User) -> None:
    first = run(table(many(2)))
    first.refresh_from_db()
    second = again(job=first, by=ada)
    path = ended_long_ago(first)
    with table(many(1), "other.csv").open("rb") as file:
        draft = draft_import(prepare_import(by=System("Test"), file=File(file, name="other.csv"), format="csv"))
    left = ended_long_ago(draft)
    forget_expired()
    assert path.exists()
    assert not left.exists()
    assert list(ImportJob.objects.order_by("pk")) == [first, second]
    Importer(second)


def test_an_import_whose_file_is_gone_says_so(begin: Callable[..., ImportJob], table: Table) -> None:
    job = begin(table(many(2)))
    stop(job, "Interrupted.")
    job.refresh_from_db()
    ended_long_ago(job)
    forget_expired()
    job.refresh_from_db()
    work.run_again(job)
    work.run(ImportJob, job.pk)
    job.refresh_from_db()
    assert job.state == WorkState.QUARANTINED
    assert "Hand it in again" in job.last_error
