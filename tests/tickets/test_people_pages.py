"""Technicians, teams and the profile."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse
from django.utils import timezone

from tickets.actions.tickets import change_ticket
from tickets.choices import Channel
from tickets.models import Availability, Skill, TechnicianSkill, TimeOff
from tickets.pages.availability import week
from tickets.shifts import works_at

BERLIN, NEW_YORK, TOKYO = ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York"), ZoneInfo("Asia/Tokyo")
OFFICE = [(day, time(9), time(17)) for day in range(5)]
MONDAY = date(2026, 3, 2)


def words(days):
    return [[stretch.words for stretch in day] for day in days]


def test_a_week_is_told_in_the_readers_zone():
    assert words(week(OFFICE, [], BERLIN, BERLIN, MONDAY))[:1] == [["09:00–17:00"]]
    assert words(week(OFFICE, [], BERLIN, NEW_YORK, MONDAY))[0] == ["03:00–11:00"]


def test_a_shift_over_the_readers_midnight_is_split():
    days = words(week(OFFICE, [], NEW_YORK, TOKYO, MONDAY))
    assert days[0] == ["23:00–24:00"]
    assert days[1] == ["00:00–07:00", "23:00–24:00"]
    assert days[5] == ["00:00–07:00"]
    assert days[6] == []


def test_clocks_that_change_move_the_hours():
    assert words(week(OFFICE, [], BERLIN, NEW_YORK, date(2026, 3, 9)))[0] == ["04:00–12:00"]


def test_days_off_are_off():
    days = week(OFFICE, [(MONDAY, MONDAY + timedelta(days=1))], BERLIN, BERLIN, MONDAY)
    assert [bool(day) for day in days] == [False, False, True, True, True, False, False]


def test_working_now():
    assert works_at(OFFICE, [], BERLIN, datetime(2026, 3, 2, 8, 30, tzinfo=UTC))
    assert not works_at(OFFICE, [], BERLIN, datetime(2026, 3, 2, 16, 0, tzinfo=UTC))
    assert not works_at(OFFICE, [(MONDAY, MONDAY)], BERLIN, datetime(2026, 3, 2, 8, 30, tzinfo=UTC))


@pytest.fixture
def desk(client, tess):
    client.force_login(tess)
    return client


def text(response):
    return response.content.decode()


def test_load_skills_and_time_off_are_shown(desk, tess, milo, make_ticket):
    technician = tess.technician
    technician.max_load = 1
    technician.save()
    for n in range(2):
        change_ticket(ticket=make_ticket(f"Ticket {n}"), by=tess, via=Channel.WEB, changes={"assignee": tess.pk})
    TechnicianSkill.objects.create(
        technician=technician, skill=Skill.objects.create(name="Routing"), proficiency=9, certifications=["CCNA"]
    )
    today = timezone.localdate()
    TimeOff.objects.create(technician=milo.technician, first_day=today, last_day=today + timedelta(days=2))
    page = desk.get(reverse("technicians"))
    row = next(r for r in page.context["rows"] if r.technician.user == tess)
    assert (row.load, row.free, row.pressure) == (2, -1, "over")
    assert "1 too many" in text(page)
    assert "Routing" in text(page)
    assert "CCNA" in text(page)
    assert "Away until" in text(page)


def test_technicians_are_narrowed_and_ordered(desk, tess, milo, network):
    def listed(**params):
        return [r.technician.user.name for r in desk.get(reverse("technicians"), params).context["rows"]]

    assert listed() == ["Milo", "Tess"]
    assert listed(team=network.pk) == ["Tess"]
    assert listed(q="mil") == ["Milo"]
    milo.technician.max_load = 99
    milo.technician.save()
    tess.technician.max_load = 100
    tess.technician.save()
    assert listed(order="free") == ["Tess", "Milo"]
    assert listed(skill="9" * 30, team="x") == ["Milo", "Tess"]


def test_teams_show_members_and_what_lies_before_them(desk, tess, milo, network, make_ticket):
    first, second = make_ticket(), make_ticket()
    for ticket in (first, second):
        change_ticket(ticket=ticket, by=tess, via=Channel.WEB, changes={"team": network.pk})
    change_ticket(ticket=first, by=tess, via=Channel.WEB, changes={"assignee": tess.pk})
    make_ticket()
    page = desk.get(reverse("teams"))
    row = next(r for r in page.context["rows"] if r.team == network)
    assert (row.open, row.unassigned, [m.user for m in row.members]) == (2, 1, [tess])
    assert page.context["without_team"] == 1


@pytest.mark.parametrize("route", ["technicians", "teams"])
def test_pages_ask_the_database_a_constant_number_of_times(
    desk, make_user, network, desktop, route, django_assert_max_num_queries
):
    for n in range(8):
        technician = make_user(f"Tech{n}", "technician")
        technician = type(technician).objects.get(pk=technician.pk)
        row = network.technicians.model.objects.create(user=technician)
        row.teams.add(network, desktop)
        Availability.objects.create(technician=row, weekday=n % 7, starts=time(9), ends=time(17))
    with django_assert_max_num_queries(13):
        desk.get(reverse(route))


@pytest.mark.parametrize("route", ["technicians", "teams", "saved_views", "macros", "saved_view_new", "macro_new"])
def test_requesters_do_not_learn_of_the_desk(client, gina, route):
    client.force_login(gina)
    assert client.get(reverse(route)).status_code == 404


def test_everybody_changes_their_own_profile(client, tess, carl):
    for user in (tess, carl):
        client.force_login(user)
        given = {"name": "New Name", "username": f"new-{user.pk}", "time_zone": "Asia/Tokyo", "theme": "dark"}
        page = client.post(reverse("profile"), given | {"signature": "Yours"}, follow=True)
        assert "Your profile is saved." in text(page)
        user.refresh_from_db()
        assert (user.display_name, user.time_zone, user.theme) == ("New Name", "Asia/Tokyo", "dark")
    assert (tess.signature, carl.signature) == ("Yours", "")


@pytest.mark.parametrize(
    "bad", [{"time_zone": "Mars/Olympus"}, {"username": "has space"}, {"username": "Milo"}, {"theme": "pink"}]
)
def test_a_refused_profile_says_why_and_keeps_the_rest(desk, tess, milo, bad):
    given = {"name": "Kept Name", "username": "tess2", "time_zone": "UTC", "theme": "light", "signature": ""} | bad
    response = desk.post(reverse("profile"), given)
    assert response.status_code == 400
    assert "Kept Name" in text(response)
    tess.refresh_from_db()
    assert (tess.name, tess.username) == ("Tess", "tess")


def test_a_signature_is_previewed_before_it_is_saved(desk, tess):
    given = {
        "name": "Tess",
        "username": "tess",
        "time_zone": "UTC",
        "theme": "system",
        "signature": "**Tess** <script>",
    }
    page = text(desk.post(reverse("profile"), given | {"do": "preview"}))
    assert "<strong>Tess</strong>" in page
    tess.refresh_from_db()
    assert tess.signature == ""


def test_the_profile_leads_to_password_second_factor_and_address(client, carl):
    client.force_login(carl)
    page = text(client.get(reverse("profile")))
    for route in ("account_change_password", "mfa_index", "account_email"):
        assert reverse(route) in page
