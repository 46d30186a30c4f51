"""Saved reports: who may save, see and send them, when they run, and what becomes of their files."""

import io
import json
import re
from datetime import UTC, datetime, timedelta
from threading import Barrier, Thread
from typing import Any
from zoneinfo import ZoneInfo

import polars
import pytest
from django.conf import settings
from django.core.files.storage import default_storage
from django.db import connection
from django.test import TestCase
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from analytics.actions.report_runs import KEPT, forget_old
from analytics.actions.reports import begin_due, delete_report, run_again, run_report, save_report
from analytics.choices import Rhythm
from analytics.models import Report, ReportFile, ReportRun
from analytics.reports.formats import FORMATS
from analytics.schedules import following
from analytics.tasks import CARRIED_OUT_BY
from tests.analytics.conftest import WEEK, after
from tickets import work
from tickets.choices import WorkState
from tickets.errors import Conflict, Invalid, NotAllowed
from tickets.models import Category, Team, User
from tickets.pseudonyms import pseudonym

ADDRESS = "/api/v1/analytics/reports"
BERLIN = ZoneInfo("Europe/Berlin")
assert CARRIED_OUT_BY, "loaded, as every worker has them"


def content(run: ReportRun, form: str = "json") -> bytes:
    file = ReportFile.objects.get(run=run, format=form)
    with file.file.open("rb") as stored:
        return bytes(stored.read())


def created(run: ReportRun) -> int:
    found: int = json.loads(content(run))["metrics"]["volume"]["figures"]["created"]
    return found


def ran(report: Report, by: User) -> ReportRun:
    run = run_report(by=by, report=report)
    work.run(ReportRun, run.pk)
    run.refresh_from_db()
    return run


def test_a_run_that_somebody_asked_for_writes_files_and_no_mail(mona, lived, save, mailoutbox):
    lived(1)
    run = ran(save(formats=["json", "csv"], recipients=[mona.email]), mona)
    assert (run.state, run.files.count(), created(run)) == (WorkState.DONE, 2, 1)
    assert not mailoutbox


def test_it_is_answered_with_what_its_owner_may_see(mona, milo, desktop, lived, save):
    lived(1)
    lived(2, team=desktop)
    mine, shared = save(by=milo), save(sharing="shared")
    assert (created(ran(mine, milo)), created(ran(shared, milo))) == (1, 2)
    User.objects.filter(pk=mona.pk).update(is_active=False)
    run = ran(shared, milo)
    assert (run.state, "left the desk" in run.last_error) == (WorkState.QUARANTINED, True)


def test_a_failed_run_says_why_and_can_be_run_again(mona, milo, lived, save):
    report = save(by=milo, query=WEEK)
    Report.objects.filter(pk=report.pk).update(query="metric=gone")
    run = ran(report, milo)
    assert (run.state, "Choose up to" in run.last_error) == (WorkState.QUARANTINED, True)
    Report.objects.filter(pk=report.pk).update(query=WEEK)
    run_again(by=milo, run=run)
    work.run(ReportRun, run.pk)
    assert created(run) == 0
    run.refresh_from_db()
    with pytest.raises(Conflict):
        run_again(by=milo, run=run)


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"query": "metric=nothing"}, "query"),
        ({"query": "from=2026-03-08&to=2026-03-01"}, "query"),
        ({"formats": []}, "formats"),
        ({"formats": ["exe"]}, "formats"),
        ({"rhythm": "daily"}, "recipients"),
        ({"recipients": ["nobody"]}, "recipients"),
        ({"hour": 24}, "hour"),
        ({"time_zone": "Mars/Base"}, "time_zone"),
        ({"sharing": "team"}, "team"),
        ({"owner": 1}, "owner"),
    ],
)
def test_what_makes_no_sense_is_named(save, fields, wrong):
    with pytest.raises(Invalid) as error:
        save(**fields)
    assert list(error.value.errors) == [wrong]


def test_who_may_save_change_and_send(mona, tess, milo, carl, save):
    with pytest.raises(NotAllowed):
        save(by=carl)
    with pytest.raises(Invalid, match="fields named"):
        save(by=tess, recipients=["someone@example.org"])
    report = save(by=tess, recipients=[mona.email])
    with pytest.raises(NotAllowed):
        delete_report(by=milo, report=report)
    with pytest.raises(NotAllowed):
        run_report(by=milo, report=report)
    save_report(by=tess, report=report, fields={"sharing": "shared"})
    with pytest.raises(NotAllowed):
        save_report(by=milo, report=report, fields={"name": "Mine now"})
    assert save_report(by=mona, report=report, fields={"recipients": ["someone@example.org"]}).owner == tess


def test_a_due_report_runs_once_and_reaches_its_recipients_once(mona, lived, save, mailoutbox):
    report = save(rhythm="daily", hour=7, recipients=["boss@example.org", mona.email], formats=["json", "csv"])
    due = report.next_at
    assert begin_due(due - timedelta(seconds=1)) == 0
    assert begin_due(due) == 1
    assert begin_due(due) == 0
    run = ReportRun.objects.get()
    assert run.due_at == due
    work.run(ReportRun, run.pk)
    ReportRun.objects.filter(pk=run.pk).update(state=WorkState.QUEUED, due=timezone.now())
    work.run(ReportRun, run.pk)
    assert [mail.to for mail in mailoutbox] == [["boss@example.org"], [mona.email]]
    assert [name.rpartition(".")[2] for name, _, _ in mailoutbox[0].attachments] == ["json", "csv"]
    assert Report.objects.get().next_at > due


@pytest.mark.parametrize(("is_active", "heard"), [(True, "mona"), (False, "ada")])
def test_who_waits_for_a_report_that_failed_hears_why(ada, mona, save, mailoutbox, is_active, heard):
    report = save(rhythm="daily", recipients=["boss@example.org"])
    Report.objects.filter(pk=report.pk).update(query="metric=gone")
    User.objects.filter(pk=mona.pk).update(is_active=is_active)
    begin_due(report.next_at)
    work.run(ReportRun, ReportRun.objects.get().pk)
    (mail,) = mailoutbox
    assert (mail.to, mail.subject) == ([f"{heard}@example.com"], "Not sent: Weekly")
    assert ("Choose up to" in mail.body, "left the desk" in mail.body) == (is_active, not is_active)
    assert f"/analytics/reports/{report.pk}" in mail.body


def test_files_too_large_for_mail_are_a_link(monkeypatch, mona, save, mailoutbox):
    monkeypatch.setattr("analytics.actions.report_runs.MAILED_AT_MOST", 10)
    report = save(rhythm="daily", recipients=[mona.email])
    begin_due(report.next_at)
    work.run(ReportRun, ReportRun.objects.get().pk)
    (mail,) = mailoutbox
    assert not mail.attachments
    assert f"/analytics/reports/{report.pk}" in mail.body


def test_what_was_missed_is_made_up_for_once(save, mona):
    report = save(rhythm="daily", hour=7, recipients=[mona.email])
    later = report.next_at + timedelta(days=5)
    assert (begin_due(later), begin_due(later)) == (1, 0)
    assert Report.objects.get().next_at == report.next_at + timedelta(days=6)


def test_off_means_off(save, mona):
    report = save(rhythm="daily", recipients=[mona.email])
    save_report(by=mona, report=report, fields={"is_enabled": False})
    assert begin_due(report.next_at + timedelta(days=2)) == 0


@pytest.mark.django_db(transaction=True)
def test_of_two_schedulers_one_begins_a_run(save, mona):
    report = save(rhythm="daily", recipients=[mona.email])
    ready = Barrier(2)

    def tick() -> None:
        ready.wait()
        begin_due(report.next_at)
        connection.close()

    both = [Thread(target=tick) for _ in range(2)]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join()
    assert ReportRun.objects.count() == 1


def test_files_are_forgotten_after_a_while_and_with_their_report(save, mona):
    old, new = ran(save(), mona), ran(save(name="Other"), mona)
    names = {run.pk: run.files.get().file.name for run in (old, new)}
    ReportRun.objects.filter(pk=old.pk).update(finished_at=timezone.now() - KEPT - timedelta(hours=1))
    with connection_commits():
        forget_old(timezone.now())
    assert list(ReportRun.objects.all()) == [new]
    assert (default_storage.exists(names[old.pk]), default_storage.exists(names[new.pk])) == (False, True)
    with connection_commits():
        delete_report(by=mona, report=new.report)
    assert not default_storage.exists(names[new.pk])


def connection_commits() -> Any:
    return TestCase.captureOnCommitCallbacks(execute=True)


def test_whatever_somebody_wrote_into_a_name_is_hidden_with_it(
    mona, tess, milo, carl, acme, network, lived, save, mailoutbox, as_user
):
    """An anonymous report names nobody: not in groups, filters, title, remarks, the mail or the names of files."""
    for person, name in ((milo, "Milo"), (carl, "Carl von Acme")):
        person.name = name
        person.save()
    network.name = "carl@acme.example, +49 151 2345 6789 (Milo)"
    network.save()
    other = Team.objects.create(name="carla@acme.example, +49 151 2345 6780 (Milo)")
    paths = Category.objects.create(name="Printers of Carl von Acme")
    acme.name = "Acme Inc."
    acme.save()
    for team in (network, other):
        lived(1, team=team, category=paths)
    query = f"{WEEK}&group_by=technician,organization,team&organization={acme.pk}&team={network.pk}&team={other.pk}"
    fields = {"name": "Acme Inc. for boss@example.org", "query": query, "formats": list(FORMATS), "is_anonymous": True}
    report = save(**fields, rhythm="daily", recipients=[mona.email], has_forecast=True)
    also = save(**fields | {"name": "By category of Tess", "query": f"{WEEK}&group_by=category"})
    Report.objects.filter(pk=report.pk).update(next_at=after(200))
    begin_due(after(200))
    work.run_due()
    (mail,) = mailoutbox
    run = ReportRun.objects.get()
    texts = [
        *(content(one, form).decode() for one in (run, ran(also, mona)) for form in ("html", "json", "csv")),
        " ".join(
            str(cell)
            for sheet in load_workbook(io.BytesIO(content(run, "xlsx")))
            for row in sheet.values
            for cell in row
        ),
        str(polars.read_parquet(io.BytesIO(content(run, "parquet"))).to_dicts()),
        " ".join((mail.subject, mail.body, *(name for name, _, _ in mail.attachments))),
        as_user(mona).get(f"/analytics/reports/{report.pk}/runs/{run.pk}/csv")["Content-Disposition"],
    ]
    for text in texts:
        assert not re.search(r"Tess|Milo|Carl|Acme|\w@\w|boss|151 2345", text, re.IGNORECASE), text
    teams = {g["name"] for g in json.loads(content(run))["metrics"]["volume"]["groups"]["team"]}
    person = pseudonym(settings.SECRET_KEY, milo.pk, "Person")
    assert teams == {
        f"[EMAIL_REDACTED], [PHONE_REDACTED] ({person})",
        f"[EMAIL_REDACTED], [PHONE_REDACTED] ({person}) 2",
    }
    customer = pseudonym(settings.SECRET_KEY, acme.pk)
    assert mail.subject == f"{customer} for [EMAIL_REDACTED]"
    assert f"Only organization {customer}." in mail.body


def test_programs_save_run_and_download(api, mona, milo, carl, lived):
    lived(1)
    fields = {"name": "By program", "query": WEEK, "formats": ["csv"], "run": True}
    made = api(mona).post(ADDRESS, fields)
    assert made.status_code == 201, made.json()
    address = made["Location"]
    work.run_due()
    report = api(mona).get(address).json()
    (file,) = report["last_run"]["files"]
    answer = api(mona).get(file["url"])
    assert b"volume,,,,created,1," in b"".join(answer.streaming_content)
    assert answer["Content-Disposition"].startswith('attachment; filename="by-program-')
    assert api(milo).get(file["url"]).status_code == 404
    assert api(carl).get(ADDRESS).status_code == 403
    assert api(mona).post(f"{address}/runs").status_code == 202
    assert api(mona).post(f"{address}/runs").status_code == 409
    assert len(api(mona).get(f"{address}/runs").json()["results"]) == 2
    assert api(mona).patch(address, {"formats": ["json"]}).json()["formats"] == ["json"]
    assert [row["name"] for row in api(mona).get(ADDRESS).json()["results"]] == ["By program"]
    assert api(mona).delete(address).status_code == 204
    assert api(mona).get(address).status_code == 404


@given(
    st.sampled_from([Rhythm.DAILY, Rhythm.WEEKLY, Rhythm.MONTHLY]),
    st.integers(0, 23),
    st.sampled_from([BERLIN, ZoneInfo("UTC"), ZoneInfo("America/New_York")]),
    st.datetimes(datetime(2025, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC)),
)
def test_due_times_come_one_after_the_other(rhythm, hour, zone, moment):
    due = following(rhythm, hour, zone, moment)
    assert due > moment
    local = due.astimezone(zone)
    assert local.hour in (hour, (hour + 1) % 24)
    assert rhythm != Rhythm.WEEKLY or local.weekday() == 0
    assert rhythm != Rhythm.MONTHLY or local.day == 1
    assert due - moment <= {Rhythm.DAILY: timedelta(days=1, hours=1), Rhythm.WEEKLY: timedelta(days=7, hours=1)}.get(
        rhythm, timedelta(days=31, hours=1)
    )
    assert following(rhythm, hour, zone, due) > due


def test_due_at_the_hour_of_the_zone():
    assert following(Rhythm.DAILY, 7, BERLIN, datetime(2026, 3, 28, 12, tzinfo=UTC)) == datetime(
        2026, 3, 29, 5, tzinfo=UTC
    )
    assert following(Rhythm.NEVER, 7, BERLIN, after(0)) is None


BUILT = {
    "name": "Built",
    "period": "last_7_days",
    "metric": ["volume"],
    "group_by": ["priority"],
    "compared": "on",
    "formats": ["json", "html"],
    "rhythm": "never",
    "hour": "7",
    "time_zone": "UTC",
    "sharing": "private",
    "is_enabled": "on",
}


def test_a_report_is_built_previewed_run_and_downloaded_by_hand(as_user, mona, milo, carl, network):
    browser = as_user(mona)
    fields = BUILT | {"only_team": [str(network.pk)]}
    preview = browser.post("/analytics/reports/new", fields | {"preview": "1"}).content.decode()
    assert "0 tickets were created" in preview
    assert "Only team Network." in preview
    assert not Report.objects.exists()
    browser.post("/analytics/reports/new", fields)
    report = Report.objects.get()
    assert report.query == f"period=last_7_days&metric=volume&group_by=priority&team={network.pk}"
    address = f"/analytics/reports/{report.pk}"
    form = browser.get(f"{address}/edit").context["form"]
    assert (form["only_team"].value(), form["metric"].value()) == ([str(network.pk)], ["volume"])
    browser.post(f"{address}/run")
    work.run_due()
    run = report.runs.get()
    page = browser.get(address).content.decode()
    assert f"{address}/runs/{run.pk}/html" in page
    answer = browser.get(f"{address}/runs/{run.pk}/html")
    assert answer["Content-Disposition"].startswith("attachment")
    assert b"<!doctype html>" in b"".join(answer.streaming_content)
    assert [as_user(who).get(f"{address}/runs/{run.pk}/html").status_code for who in (milo, carl)] == [404, 404]
    assert "Built" in browser.get("/analytics/reports").content.decode()
    browser.post(f"{address}/remove")
    assert not Report.objects.exists()


def test_the_builder_says_what_is_wrong_and_the_page_why_a_run_failed(as_user, mona, save):
    browser = as_user(mona)
    refused = browser.post("/analytics/reports/new", BUILT | {"from": "2026-03-08", "to": "2026-03-01"})
    assert refused.status_code == 400
    assert "A period begins before it ends." in refused.content.decode()
    assert (
        "Name who it is sent to" in browser.post("/analytics/reports/new", BUILT | {"rhythm": "daily"}).content.decode()
    )
    report = save()
    Report.objects.update(query="metric=gone")
    run = ran(report, mona)
    page = browser.get(f"/analytics/reports/{report.pk}").content.decode()
    assert "Run again" in page
    assert "Choose up to" in page
    Report.objects.update(query=WEEK)
    browser.post(f"/analytics/reports/{report.pk}/run", {"again": run.pk})
    run.refresh_from_db()
    assert run.state == WorkState.QUEUED


def test_what_went_missing_is_told_and_nothing_is_lost(as_user, mona, milo, desktop, lived, save):
    """An owner who lost a right, a team that was deleted, a file that is gone: each has its sentence, and the report stays."""
    lived(1)
    report = save(query=f"{WEEK}&technician={milo.pk}")
    gone = save(name="Gone", query=f"{WEEK}&team={desktop.pk}", formats=["html"])
    milo.technician.teams.clear()
    desktop.delete()
    run = ran(gone, mona)
    assert b"Only team one that was deleted." in content(run, "html")
    default_storage.delete(run.files.get().file.name)
    answer = as_user(mona).get(f"/analytics/reports/{gone.pk}/runs/{run.pk}/html")
    assert answer.status_code == 404
    assert "The stored file is gone. Run the report again." in answer.content.decode()
    User.objects.filter(pk=mona.pk).update(role="technician")
    refused = ran(Report.objects.get(pk=report.pk), mona)
    assert refused.state == WorkState.QUARANTINED
    assert refused.reason == (
        "The owner of this report may not ask this any more. This needs the role manager or above. Ask somebody who has it."
    )
    User.objects.filter(pk=mona.pk).update(role="manager")
    run_again(by=mona, run=refused)
    work.run(ReportRun, refused.pk)
    refused.refresh_from_db()
    assert refused.state == WorkState.DONE
