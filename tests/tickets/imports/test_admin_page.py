"""The admin's way: hand in a file, see what it becomes, correct it, try it, start it, read the report."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from tickets import work
from tickets.choices import WorkState
from tickets.models import ImportJob, Ticket, User

pytestmark = pytest.mark.django_db
TABLE = b"id,headline,status,priority\n1,First,Parked,high\n2,Second,open,low\n,=cmd(),open,low\n"


@pytest.fixture
def boss(ada: User, client: Client) -> Client:
    client.force_login(ada)
    return client


@pytest.fixture
def draft(boss: Client) -> ImportJob:
    hand_in(boss, TABLE)
    return ImportJob.objects.get()


def hand_in(boss: Client, content: bytes, name: str = "old.csv", **fields: Any) -> Any:
    file = SimpleUploadedFile(name, content)
    return boss.post(reverse("admin:tickets_importjob_add"), {"file": file, "format": "csv"} | fields)


def page(job: ImportJob) -> str:
    return reverse("admin:tickets_importjob_change", args=[job.pk])


def press(boss: Client, job: ImportJob, button: str, **fields: str) -> Any:
    return boss.post(page(job), {"press": button} | fields)


def test_a_file_handed_in_waits_and_is_shown_as_it_would_become(boss: Client, draft: ImportJob) -> None:
    assert work.run_due() == 0
    shown = boss.get(page(draft)).content.decode()
    assert "Parked" in shown
    assert "unknown" in shown
    assert "The record has no id." in shown
    assert "<option selected>headline</option>" not in shown
    assert not Ticket.objects.exists()


def test_a_corrected_mapping_is_tried_and_then_imported(boss: Client, draft: ImportJob) -> None:
    fields = {
        "column:external_id": "id",
        "column:title": "headline",
        "column:status": "status",
        "word:status:Parked": "on_hold",
    }
    press(boss, draft, "look", **fields)
    assert "<option selected>headline</option>" in boss.get(page(draft)).content.decode()
    press(boss, draft, "try", **fields)
    work.run_due()
    shown = boss.get(page(draft)).content.decode()
    assert "Dry run finished: nothing was written." in shown
    assert not Ticket.objects.exists()
    press(boss, draft, "again")
    work.run_due()
    real = ImportJob.objects.latest("pk")
    assert "everything adds up" in boss.get(page(real)).content.decode()
    assert list(Ticket.objects.order_by("external_id").values_list("title", "status")) == [
        ("First", "on_hold"),
        ("Second", "open"),
    ]


def test_the_progress_bar_is_asked_for_alone_and_stops_asking(boss: Client, draft: ImportJob) -> None:
    press(boss, draft, "start")
    waiting = boss.get(page(draft), headers={"HX-Request": "true"}).content.decode()
    assert "every 1s" in waiting
    assert "<html" not in waiting
    work.run_due()
    done = boss.get(page(draft), headers={"HX-Request": "true"}).content.decode()
    assert "every 1s" not in done
    assert "everything adds up" in done


def test_refusals_come_as_a_table_without_formulas(boss: Client) -> None:
    hand_in(boss, b"id,title,created\n=1+1,Bad date,soon\n")
    job = ImportJob.objects.get()
    press(boss, job, "start")
    work.run_due()
    answer = boss.get(reverse("admin:tickets_importjob_refusals", args=[job.pk]))
    lines = b"".join(answer.streaming_content).decode().splitlines()
    assert lines[0] == "line,id,reason"
    assert lines[1].startswith("2,'=1+1,created_at:")
    assert "attachment" in answer["Content-Disposition"]


def test_a_stopped_import_says_so_and_goes_on(boss: Client, draft: ImportJob) -> None:
    press(boss, draft, "start")
    press(boss, draft, "stop")
    assert work.run_due() == 0
    assert "Stopped by Ada." in boss.get(page(draft)).content.decode()
    press(boss, draft, "go on")
    work.run_due()
    draft.refresh_from_db()
    assert (draft.state, draft.created_count) == (WorkState.DONE, 2)


@pytest.mark.parametrize(
    ("content", "name", "fields", "reason"),
    [
        (b"id\n1\n", "run.exe", {}, "ends in .csv"),
        (b"", "empty.csv", {}, "empty"),
        (b"id\n1\n", "t.csv", {"format": "excel"}, "valid choice"),
    ],
)
def test_what_cannot_be_imported_is_refused_at_the_form(
    boss: Client, content: bytes, name: str, fields: Any, reason: str
) -> None:
    assert reason in hand_in(boss, content, name, **fields).content.decode()
    assert not ImportJob.objects.exists()


def test_a_file_over_the_limit_is_refused(boss: Client, settings: Any) -> None:
    settings.MAX_UPLOAD_BYTES = 10
    assert "larger than" in hand_in(boss, TABLE).content.decode()
    assert not ImportJob.objects.exists()


def test_a_mapping_that_makes_no_sense_is_told_and_not_kept(boss: Client, draft: ImportJob) -> None:
    answer = boss.post(page(draft), {"press": "start", "time_zone": "Mars/Base"}, follow=True)
    assert "Write a time zone" in answer.content.decode()
    draft.refresh_from_db()
    assert draft.is_draft


def test_a_file_that_is_no_table_shows_why(boss: Client) -> None:
    hand_in(boss, b"PK\x03\x04", "old.csv")
    assert "zip archive" in boss.get(page(ImportJob.objects.get())).content.decode()


def test_only_admins_see_imports(draft: ImportJob, mona: User, client: Client) -> None:
    client.force_login(mona)
    for url in (
        page(draft),
        reverse("admin:tickets_importjob_add"),
        reverse("admin:tickets_importjob_refusals", args=[draft.pk]),
    ):
        assert client.get(url).status_code in (302, 403)


def test_the_list_shows_every_import(boss: Client, draft: ImportJob, make_user: Callable[..., User]) -> None:
    shown = boss.get(reverse("admin:tickets_importjob_changelist")).content.decode()
    assert "old.csv" in shown
    assert "Not started" in shown
