"""Real exports of other systems come in whole, with their history, and a second run changes nothing."""

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from tests.replay import assert_log_tells_all
from tickets import search
from tickets.choices import Channel, EventKind, Status
from tickets.imports.jobs import pages_as_file
from tickets.imports.report import report_of
from tickets.models import Comment, ImportJob, Ticket, TicketEvent, User

pytestmark = pytest.mark.django_db
Run = Callable[..., ImportJob]
Sample = Callable[[str], Path]
CSV = "import_samples/csv/"
ASSIGN_GROUPS = {"columns": {"title": "short_description", "team": "assignment_group", "requester": "caller"}}
SAMPLES = [
    ("servicenow", CSV + "servicenow_incident_audit_800.csv", 800, {"closed": 800}),
    ("jira", CSV + "jira_export_hadoop_500.csv", 500, {"resolved": 358, "open": 129, "in_progress": 13}),
    (
        "bugzilla",
        CSV + "bugzilla_seamonkey_500.csv",
        500,
        {"resolved": 340, "open": 144, "in_progress": 10, "closed": 6},
    ),
]


def counts(job: ImportJob) -> tuple[int, int, int, int, int]:
    return job.position, job.created_count, job.updated_count, job.unchanged_count, job.refused_count


@pytest.mark.parametrize(("format_", "name", "size", "statuses"), SAMPLES)
def test_a_sample_comes_in_whole_and_a_second_run_changes_nothing(
    run: Run, sample: Sample, format_: str, name: str, size: int, statuses: dict[str, int]
) -> None:
    job = run(sample(name), format_)
    assert counts(job) == (size, size, 0, 0, 0)
    assert job.unknown_values == {}
    assert report_of(job).is_clean
    assert Counter(Ticket.objects.values_list("status", flat=True)) == statuses
    assert assert_log_tells_all(Ticket.objects.all()) == size
    events = TicketEvent.objects.count()

    again = run(sample(name), format_)
    assert counts(again) == (size, 0, 0, size, 0)
    assert report_of(again).is_clean
    assert TicketEvent.objects.count() == events


def test_servicenow_history_is_kept_change_by_change(run: Run, sample: Sample) -> None:
    run(sample(CSV + "servicenow_incident_audit_800.csv"), "servicenow")
    ticket = Ticket.objects.get(external_id="INC0000045")
    told = [(e.occurred_at, e.actor_name, e.changes.get("status")) for e in ticket.events.order_by("version")]
    assert told == [
        (datetime(2016, 2, 29, 1, 16, tzinfo=UTC), "Opened by 8", [None, "open"]),
        (datetime(2016, 2, 29, 8, 53, tzinfo=UTC), "Updated by 642", ["open", "resolved"]),
        (datetime(2016, 3, 5, 12, 0, tzinfo=UTC), "Updated by 908", ["resolved", "closed"]),
    ]
    assert (ticket.priority, ticket.team.name, ticket.category.path) == (
        "medium",
        "Group 56",
        "Category 55 / Subcategory 170",
    )
    assert ticket.requester.name == "Caller 2403"
    assert set(TicketEvent.objects.values_list("channel", flat=True)) == {Channel.IMPORT}
    assert TicketEvent.objects.exclude(kind=EventKind.TICKET_CREATED).count() == 3228


def test_people_are_made_once_and_can_neither_sign_in_nor_be_written_to(run: Run, sample: Sample) -> None:
    run(sample(CSV + "servicenow_incident_audit_800.csv"), "servicenow")
    people = User.objects.all()
    names = list(people.values_list("name", flat=True))
    assert len(names) == len(set(names))
    assert not people.filter(is_active=True).exists()
    assert not people.exclude(email__endswith="@import.invalid").exists()
    assert not any(user.has_usable_password() for user in people)
    assert people.filter(role="technician").count() == people.filter(name__startswith="Resolver").count() > 50


def test_the_6375_tickets_of_assign_grp_come_in_through_a_mapping(run: Run, sample: Sample) -> None:
    path = sample("assign_grp.dev.csv.gz")
    job = run(path, source="assign_grp", mapping=ASSIGN_GROUPS)
    assert counts(job) == (6375, 6375, 0, 0, 0)
    assert report_of(job).is_clean
    ticket = Ticket.objects.select_related("team").get(source="assign_grp", external_id="T00008")
    assert (ticket.title, ticket.status, ticket.priority) == ("vpn for laptop", Status.OPEN, "medium")
    assert Ticket.objects.values("team").distinct().count() == 73
    found = search.find_tickets(Ticket.objects.all(), "drawers adjustment", User.objects.first())
    assert [ticket.external_id for ticket in found] == ["T00001"]
    assert assert_log_tells_all(Ticket.objects.order_by("pk")[:200]) == 200


def zendesk(sample: Sample, tmp_path: Path) -> Path:
    with pages_as_file(sample("import_samples/zendesk_api")) as archive:
        path = tmp_path / "zendesk_api.zip"
        path.write_bytes(archive.read())
    return path


def test_zendesk_pages_come_together(run: Run, sample: Sample, tmp_path: Path) -> None:
    path = zendesk(sample, tmp_path)
    job = run(path, "zendesk")
    assert counts(job) == (217, 216, 0, 0, 1)
    assert report_of(job).is_clean
    refusal = job.refusals.get()
    assert (refusal.external_id, refusal.reason) == ("4034", "The ticket was deleted in the other system.")
    assert assert_log_tells_all(Ticket.objects.all()) == 216
    first = Ticket.objects.get(external_id="1")
    assert first.title == "Sample ticket: Meet the ticket"
    assert first.description.startswith("Hi there,")
    assert sorted(tag.name for tag in first.tags.all()) == ["sample", "support", "zendesk"]
    assert (first.team.name, first.priority, first.category.name) == ("Support", "medium", "Incident")
    assert counts(run(path, "zendesk"))[1:] == (0, 0, 216, 1)


def test_a_dry_run_reports_the_same_and_writes_nothing(run: Run, sample: Sample, tmp_path: Path) -> None:
    dry = run(zendesk(sample, tmp_path), "zendesk", dry_run=True)
    assert not Ticket.objects.exists()
    assert not User.objects.exists()
    assert not TicketEvent.objects.exists()
    real = run(zendesk(sample, tmp_path), "zendesk")
    assert counts(dry) == counts(real)
    assert list(dry.refusals.values_list("line", "reason")) == list(real.refusals.values_list("line", "reason"))


def test_the_command_imports_a_folder_and_prints_the_report(sample: Sample, capsys: Any) -> None:
    call_command("import_tickets", str(sample("import_samples/zendesk_api")), format="zendesk", source="Old desk")
    out = " ".join(capsys.readouterr().out.split())
    assert "Read 217 Created 216 Updated 0 Unchanged 0 Refused 1 In the database 216" in out
    assert "Line 83, 4034: The ticket was deleted in the other system." in out
    assert Ticket.objects.filter(source="old desk").count() == 216
    assert ImportJob.objects.get().state == "done"
    assert Comment.objects.count() == 0


def test_the_command_says_what_is_wrong(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="There is no file"):
        call_command("import_tickets", str(tmp_path / "gone.csv"), format="csv")
    (tmp_path / "t.csv").write_text("a,b\n1,2\n")
    with pytest.raises(CommandError, match="No column holds the id"):
        call_command("import_tickets", str(tmp_path / "t.csv"), format="csv")
    (tmp_path / "u.csv").write_text("id,title\n1,x\n")
    with pytest.raises(CommandError, match="no unfinished import"):
        call_command("import_tickets", str(tmp_path / "u.csv"), format="csv", resume=True)
