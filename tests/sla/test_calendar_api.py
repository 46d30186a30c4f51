"""Calendars over the API."""

import pytest

from sla.models import Calendar
from tests.sla.conftest import OFFICE_HOURS


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
        api(tess).post(f"{page}/holidays", {"country": "DE", "years": [2026]}),
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
     {"country": "DE", "years": [10**30]}, {"country": "DE", "years": [2026], "language": "x"}],
)  # fmt: skip
def test_public_holidays_that_make_no_sense(api, mona, office, body):
    assert api(mona).post(f"/sla/calendars/{office.pk}/holidays", body).status_code == 400
