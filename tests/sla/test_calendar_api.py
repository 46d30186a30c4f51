"""Calendars over the API."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime

import sla.tasks  # noqa: F401 - carries out what edits ask for
from sla.ics import BYTES_AT_MOST
from sla.models import Calendar, Clock
from tests.sla.conftest import OFFICE_HOURS
from tests.sla.test_holidays import ics
from tickets import work


def send(client, calendar, raw, **fields):
    file = SimpleUploadedFile("holidays.ics", raw, "text/calendar")
    return client.post(f"/sla/calendars/{calendar.pk}/holidays", {"file": file, **fields}, format="multipart")


def test_a_calendar_is_added_read_changed_replaced_and_deleted(api, mona, office):
    made = api(mona).post("/sla/calendars", {"name": "Night", **OFFICE_HOURS, "holidays": {"12-25": "Christmas"}})
    assert made.status_code == 201
    body = made.json()
    assert body | {"id": 0, "updated_at": ""} == {
        "id": 0, "name": "Night", "is_default": False, "version": 1, **OFFICE_HOURS,
        "holidays": {"12-25": "Christmas"}, "exceptions": {}, "updated_at": "",
    }  # fmt: skip
    page = f"/sla/calendars/{body['id']}"
    assert api(mona).get(page).json() == body
    changed = api(mona).patch(page, {"zone": "Europe/Paris"}, HTTP_IF_MATCH=made["ETag"])
    assert (changed.json()["version"], changed.json()["holidays"]) == (2, {"12-25": "Christmas"})
    replaced = api(mona).put(page, {"name": "Nights", **OFFICE_HOURS})
    assert (replaced.json()["version"], replaced.json()["holidays"]) == (3, {})
    numbers = [row["number"] for row in api(mona).get(f"{page}/versions").json()["results"]]
    assert numbers == [3, 2, 1]
    assert api(mona).delete(page).status_code == 204
    assert api(mona).get(page).status_code == 404


def test_the_list_goes_by_name(api, tess, office, ada):
    rows = api(tess).get("/sla/calendars").json()["results"]
    assert [row["name"] for row in rows] == ["Office"]
    assert api(tess).get("/sla/calendars", {"q": "night"}).json()["results"] == []


def test_an_edit_is_previewed_for_whom_it_is(api, mona, always, standard, ticket):
    work.run_due()
    page, longer = f"/sla/calendars/{always.pk}", {"windows": {"monday": ["00:00-24:00"]}}
    told = api(mona).post(f"{page}/preview", longer).json()
    assert (told["looked_at"], told["affected"], told["moved"], told["later"]) == (1, 1, 2, 2)
    assert api(mona).post(f"{page}/preview", longer | {"scope": "new"}).json()["affected"] == 0
    future = {"scope": "since", "since": str(timezone.now() + timedelta(days=1))}
    assert api(mona).post(f"{page}/preview", longer | future).json()["affected"] == 0
    assert api(mona).post(f"{page}/preview", {"name": "Other"}).json()["affected"] == 0
    assert api(mona).post(f"{page}/preview", {"windows": {}}).status_code == 400
    assert Calendar.objects.get().latest.number == 1
    api(mona).patch(page, longer | {"scope": "open"})
    work.run_due()
    due = {clock.metric: clock.due_at for clock in Clock.objects.all()}
    for line in told["sample"]:
        assert abs(due[line["metric"]] - parse_datetime(line["due_after"])) < timedelta(minutes=1)
    assert api(mona).post(f"{page}/preview", longer | {"zone": "Europe/Rome"}).json()["affected"] == 1


def test_who_may(api, office, tess, carl):
    page = f"/sla/calendars/{office.pk}"
    for refused in (
        api(carl).get("/sla/calendars"),
        api(carl).get(page),
        api(carl).get(f"{page}/versions"),
        api(tess).post("/sla/calendars", {"name": "Mine", **OFFICE_HOURS}),
        api(tess).patch(page, {"zone": "UTC"}),
        api(tess).put(page, {"name": "Mine", **OFFICE_HOURS}),
        api(tess).delete(page),
        api(tess).post(f"{page}/preview", {"zone": "UTC"}),
        api(tess).post(f"{page}/holidays", {"country": "DE", "years": [2026]}),
        send(api(tess), office, ics(["DTSTART;VALUE=DATE:20261224"])),
    ):
        assert refused.status_code == 403
    assert api(tess).patch(page, {"zone": "UTC"}).json()["required_role"] == "manager"
    assert api().get("/sla/calendars").status_code == 401
    assert Calendar.objects.get().latest.number == 1


def test_bad_rules_name_their_fields(api, mona, office):
    bad = {"name": "Bad", "zone": "Nowhere", "windows": {"monday": ["17:00-09:00"]}}
    answer = api(mona).post("/sla/calendars", {**bad, "zone": "UTC"})
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["windows.monday"])
    answer = api(mona).post("/sla/calendars", {**bad, "windows": OFFICE_HOURS["windows"]})
    assert list(answer.json()["errors"]) == ["zone"]
    assert list(api(mona).put(f"/sla/calendars/{office.pk}", {"name": "X"}).json()["errors"]) == ["zone", "windows"]


def test_a_stale_version_and_the_default_are_conflicts(api, mona, office):
    page = f"/sla/calendars/{office.pk}"
    api(mona).patch(page, {"zone": "UTC"})
    stale = api(mona).patch(page, {"zone": "Europe/Rome"}, HTTP_IF_MATCH='"1"')
    assert (stale.status_code, stale.json()["version"]) == (409, 2)
    assert api(mona).delete(page).status_code == 409


def test_public_holidays(api, mona, office):
    page = f"/sla/calendars/{office.pk}/holidays"
    done = api(mona).post(page, {"country": "DE", "subdivision": "BY", "years": [2026]})
    assert (done.status_code, done.json()["holidays"]["2026-01-06"]) == (200, "Epiphany")


@pytest.mark.parametrize(
    "body",
    [{}, {"country": 7, "years": [2026]}, {"country": "DE", "years": "2026"}, {"country": "DE", "years": [True]},
     {"country": "DE", "years": [2026], "scope": "all"}, {"country": "DE", "years": [10**30]}, {"country": "DE", "years": [2026], "language": "x"}],
)  # fmt: skip
def test_public_holidays_that_make_no_sense(api, mona, office, body):
    assert api(mona).post(f"/sla/calendars/{office.pk}/holidays", body).status_code == 400


def test_holidays_out_of_a_file_make_a_version(api, mona, office):
    raw = ics(["DTSTART;VALUE=DATE:20261224", "SUMMARY:Eve"], ["DTSTART:20260102T090000Z", "SUMMARY:Meeting"])
    done = send(api(mona), office, raw, scope="open")
    body = done.json()
    assert (done.status_code, body["version"], done["ETag"]) == (200, 2, '"2"')
    assert (body["holidays"], body["added"]) == ({"2026-12-24": "Eve"}, 1)
    assert body["skipped"] == ["Meeting: not an all-day event"]
    again = send(api(mona), office, raw).json()
    assert (again["version"], again["added"]) == (2, 0)
    assert Calendar.objects.with_latest().get().latest.note == "Holidays from a file"


def test_a_file_is_refused_in_the_words_of_the_admin(api, mona, ada, office, client):
    client.force_login(ada)
    page = reverse("admin:sla_calendar_add_holidays", args=[office.pk])
    for raw, says in [
        (b"hello", "This is no iCalendar file with events in it."),
        (ics(["DTSTART:20260102T090000Z"]), "No all-day event was found."),
    ]:
        refused = send(api(mona), office, raw)
        assert (refused.status_code, list(refused.json()["errors"])) == (400, ["file"])
        assert refused.json()["errors"]["file"][0] == says
        form = {"file": SimpleUploadedFile("holidays.ics", raw), "first_year": 2026, "last_year": 2027, "scope": "new"}
        assert says in client.post(page, form).content.decode()
    for raw in (b"x" * (BYTES_AT_MOST + 1), b"x" * 2_000_000):
        large = send(api(mona), office, raw)
        assert (large.status_code, large.json()["detail"]) == (413, "Send a file of at most 1,024 kB.")


@pytest.mark.parametrize(
    ("field", "form"),
    [("file", {}), ("file", {"file": "text"}), ("country", {"country": "DE"}), ("scope", {"scope": "all"})],
)
def test_a_form_without_what_it_needs_names_the_field(api, mona, office, field, form):
    if field == "scope":
        answer = send(api(mona), office, ics(["DTSTART;VALUE=DATE:20261224"]), **form)
    else:
        answer = api(mona).post(f"/sla/calendars/{office.pk}/holidays", form, format="multipart")
    assert (answer.status_code, list(answer.json()["errors"])) == (400, [field])
