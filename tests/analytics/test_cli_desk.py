"""`ticket-analyzer` on the desk's own database: the figures of every other door, and imports."""

import csv
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from analytics.cli.main import cli
from tickets.models import Ticket, User

DAYS = ("--start-date", "2026-03-02", "--end-date", "2026-03-08")


def run(*args: object):
    return CliRunner().invoke(cli, [str(arg) for arg in args])


@pytest.mark.django_db
def test_the_desk_is_answered_like_an_export_of_it(lived, tmp_path):
    lived(0, replies=(1,), resolved=5, priority="high")
    lived(2, resolved=30, rating=5)
    lived(8, assignee=None)
    path = tmp_path / "export.csv"
    with path.open("w", newline="") as file:
        table = csv.writer(file)
        table.writerow(["id", "status", "priority", "created", "resolved", "first_responded_at", "team", "assignee"])
        for ticket in Ticket.objects.all():
            times = [
                at.isoformat() if at else ""
                for at in (ticket.created_at, ticket.resolved_at, ticket.first_responded_at)
            ]
            people = [ticket.team.name, ticket.assignee.display_name if ticket.assignee else ""]
            table.writerow([ticket.pk, ticket.status, ticket.priority, *times, *people])
    asked = ("analyze", *DAYS, "--format", "json", "--group-by", "technician", "--group-by", "priority")
    asked += tuple(
        f"--metric={name}"
        for name in ("volume", "backlog", "ageing", "resolution_time", "first_response_time", "workload")
    )
    desk, export = (json.loads(run(*asked, *more).stdout) for more in ((), ("--input", path)))
    for found in (desk, export):
        for metric in found["metrics"].values():
            for groups in metric["groups"].values():
                groups.sort(key=lambda group: group["name"])
                for group in groups:
                    group.pop("id")
            metric["figures"].pop("load", None)  # an export knows no limits of people
            [group["figures"].pop("load", None) for groups in metric["groups"].values() for group in groups]
            (metric["before"] or {}).pop("load", None)
        for points in found["trends"]["points"].values():
            [point.pop("load", None) for point in points]
    assert (desk["metrics"], desk["trends"], desk["ticket_count"]) == (export["metrics"], export["trends"], 3)


@pytest.mark.django_db
def test_a_person_is_shown_what_that_person_sees(lived, carl: User):
    lived(0)
    seen = run("analyze", *DAYS, "-f", "json", "--status", "open")
    assert json.loads(seen.stdout)["ticket_count"] == 1
    nobody = CliRunner().invoke(cli, ["analyze", *DAYS], env={"TICKET_ANALYZER_AS_USER": "who@example.com"})
    assert (nobody.exit_code, "Nobody here has the address who@example.com" in nobody.stderr) == (1, True)


@pytest.mark.django_db
def test_the_source_can_be_tried(lived):
    lived(0)
    done = run("--test-config")
    assert (done.exit_code, "The database answers: 1 tickets." in done.stdout) == (0, True)


@pytest.mark.django_db(transaction=True)
def test_import_brings_a_file_into_the_desk(tmp_path: Path, settings):
    settings.MEDIA_ROOT = tmp_path
    path = tmp_path / "tickets.csv"
    path.write_text("id,title,status\n1,Printer is on fire,New\n")
    done = run("import", path, "--format", "csv", "--source", "old")
    assert done.exit_code == 0, done.output
    assert Ticket.objects.get().title == "Printer is on fire"
    wrong = run("import", path, "--format", "lotus")
    assert (wrong.exit_code, "invalid choice" in wrong.stderr) == (1, True)
