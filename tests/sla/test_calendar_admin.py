"""Calendars in the admin: a week at a time, a preview, holidays, versions."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from sla.actions.calendars import save_calendar
from sla.models import Calendar, CalendarVersion
from tests.sla.test_holidays import ics
from tickets import work

ADD = "admin:sla_calendar_add"
FORM = {"name": "Berlin", "zone": "Europe/Berlin", "monday": "9:00-12:00, 13:00-17:30", "friday": "22:00-06:00+1"}
VERSIONS = {
    "versions-TOTAL_FORMS": 1,
    "versions-INITIAL_FORMS": 1,
}  # as the page sends them, though they are only shown


@pytest.fixture
def boss(ada, client):
    client.force_login(ada)
    return client


def page(calendar, name="change"):
    return reverse(f"admin:sla_calendar_{name}", args=[calendar.pk])


def test_a_calendar_is_written_as_people_write_hours(boss, ada):
    days = {
        "holidays": "12-25 Christmas Day\n\n 2026-04-03  Good Friday",
        "exceptions": "2026-12-24 09:00-10:00\n2026-12-24 11:00-12:00",
    }
    assert boss.post(reverse(ADD), FORM | days).status_code == 302
    calendar = Calendar.objects.get()
    assert calendar.is_default
    assert calendar.latest.made_by == ada
    assert calendar.latest.rules == {
        "zone": "Europe/Berlin",
        "windows": {"monday": ["09:00-12:00", "13:00-17:30"], "friday": ["22:00-06:00+1"]},
        "holidays": {"12-25": "Christmas Day", "2026-04-03": "Good Friday"},
        "exceptions": {"2026-12-24": ["09:00-10:00", "11:00-12:00"]},
    }


def test_the_form_opens_as_it_was_saved_and_saving_it_changes_nothing(boss, office):
    form = boss.get(page(office)).context["adminform"].form
    sent = {name: form.initial.get(name, "") for name in form.fields} | VERSIONS
    sent |= {"scope": "new", "since": ""}
    assert boss.post(page(office), sent).status_code == 302
    assert CalendarVersion.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "field", "says"),
    [
        ({"monday": "17:00-09:00"}, "monday", "If it ends the next day"),
        ({"monday": "", "friday": ""}, "monday", "at least one window"),
        ({"saturday": "05:00-07:00"}, "saturday", "overlaps Friday"),
        ({"zone": "Nowhere"}, "zone", "valid choice"),
        ({"holidays": "25.12.2026 Christmas"}, "holidays", "Write a date like"),
        ({"exceptions": "2026-12-24 noon"}, "exceptions", "Write a window like"),
    ],
)
def test_mistakes_stand_beside_their_field(boss, changes, field, says):
    answer = boss.post(reverse(ADD), FORM | changes)
    assert answer.status_code == 200
    assert says in str(answer.context["adminform"].form.errors[field])
    assert not Calendar.objects.exists()


def test_the_next_two_weeks_are_shown_by_local_clocks(boss, office):
    text = boss.get(page(office)).text
    assert "09:00–17:00" in text
    assert "closed" in text
    assert "Europe/Berlin" in text


def test_a_change_makes_a_version_for_the_tickets_it_names(boss, office, ticket):
    form = FORM | VERSIONS | {"name": "Office", "scope": "new", "note": "Longer"}
    boss.post(page(office), form)
    newest = CalendarVersion.objects.get(number=2)
    assert (newest.note, newest.after_ticket, newest.created_since) == ("Longer", ticket.pk, None)
    assert "Longer" in boss.get(page(office)).text
    boss.post(page(office), form | {"zone": "Europe/Paris", "scope": "since"})
    assert CalendarVersion.objects.count() == 2
    boss.post(page(office), form | {"zone": "Europe/Paris", "scope": "since", "since": "2026-01-01"})
    assert CalendarVersion.objects.get(number=3).created_since.year == 2026


def test_a_change_for_open_tickets_says_what_it_would_do_and_is_saved_the_second_time(boss, always, standard, ticket):
    work.run_due()
    sent = FORM | VERSIONS | {"name": "Round the clock", "scope": "open", "version": 1}
    errors = boss.post(page(always), sent).context["adminform"].form.errors
    assert errors.keys() == {"__all__"}
    assert "This touches 1 of 1 open tickets and moves 2 deadlines" in errors["__all__"][0]
    assert not always.versions.filter(number=2).exists()
    seen = boss.post(page(always), sent).context["adminform"].form.data["seen"]
    other = boss.post(page(always), sent | {"seen": seen, "monday": "9:00-10:00"})
    assert "This touches" in str(other.context["adminform"].form.errors)  # it is about another edit
    assert boss.post(page(always), sent | {"seen": seen}).status_code == 302
    assert always.versions.filter(number=2).exists()


def test_a_sample_shows_its_deadline_while_the_week_is_written(boss):
    sample = {"opened": "2026-03-02T11:30", "hours": "4.5", "_try": "1"}
    answer = boss.post(reverse(ADD), FORM | sample)
    text = " ".join(answer.text.split())
    assert "Nothing is saved yet." in text
    assert "Due Mon 2 Mar 2026, 17:00 on clocks in Europe/Berlin" in text
    assert "Mon 02 Mar, 11:30 to 12:00: 30 min, 4 h left." in text
    assert "Mon 02 Mar, 13:00 to 17:00: 4 h, nothing left." in text
    assert not Calendar.objects.exists()
    outside = boss.post(reverse(ADD), FORM | sample | {"opened": "2026-03-07T20:00"}).text
    assert "which next begins on Mon 09 Mar 2026, 09:00" in outside


def test_a_long_sample_leaves_stretches_out_and_one_beyond_time_says_so(boss, office):
    sent = FORM | VERSIONS | {"name": "Office", "_try": "1", "opened": "2026-03-02T11:30", "hours": "400"}
    assert "more stretches" in boss.post(page(office), sent).text
    assert "no calendar reaches that far" in boss.post(page(office), sent | {"opened": "2199-12-30T11:30"}).text.lower()
    assert CalendarVersion.objects.count() == 1


def test_what_somebody_else_changed_meanwhile_is_not_overwritten(boss, office, mona):
    form = FORM | VERSIONS | {"scope": "new", "version": 1}
    save_calendar(by=mona, fields={"zone": "Europe/Rome"}, calendar=office)
    assert "Somebody changed this calendar meanwhile" in boss.post(page(office), form, follow=True).text
    assert Calendar.objects.get().latest.rules["zone"] == "Europe/Rome"


def test_public_holidays_are_a_button_away(boss, office):
    year = timezone.now().year
    form = {"country": "DE", "subdivision": "BY", "first_year": year, "last_year": year + 1, "scope": "new"}
    assert boss.get(page(office, "add_holidays")).status_code == 200
    answer = boss.post(page(office, "add_holidays"), form, follow=True)
    assert "holidays added" in answer.text
    assert Calendar.objects.get().latest.rules["holidays"][f"{year}-01-06"] == "Epiphany"
    for wrong in (
        {"country": ""},
        {"subdivision": "TX"},
        {"last_year": year - 1},
        {"last_year": year + 50},
        {"first_year": "x"},
    ):
        assert boss.post(page(office, "add_holidays"), form | wrong).status_code == 200
    assert CalendarVersion.objects.count() == 2


def test_a_file_of_holidays_is_taken_and_what_it_left_out_is_told(boss, office):
    raw = ics(["DTSTART;VALUE=DATE:20261224", "SUMMARY:Eve"], ["DTSTART:20260102T090000Z", "SUMMARY:Meeting"])
    form = {"first_year": 2026, "last_year": 2026, "scope": "open", "file": SimpleUploadedFile("a.ics", raw)}
    answer = boss.post(page(office, "add_holidays"), form, follow=True)
    assert "1 holidays added" in answer.text
    assert "Left out: Meeting" in answer.text
    bad = form | {"file": SimpleUploadedFile("a.ics", b"hello")}
    assert "no iCalendar file" in boss.post(page(office, "add_holidays"), bad).text


def test_a_calendar_that_is_needed_stays(boss, office):
    answer = boss.post(page(office, "delete"), {"post": "yes"}, follow=True)
    assert "This is the default" in answer.text
    boss.post(
        reverse("admin:sla_calendar_changelist"),
        {"action": "delete_selected", "_selected_action": [office.pk], "post": "yes"},
    )
    assert Calendar.objects.get() == office


def test_only_admins_come_here(client, mona, office):
    client.force_login(mona)
    assert client.get(page(office, "add_holidays"), follow=True).status_code == 403
    assert client.post(page(office), FORM, follow=True).status_code == 403
