"""An admin sets promises up in a real browser, from nothing; and the pages on which it happens hold on a phone, in both themes."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from sla.actions.calendars import save_calendar
from sla.actions.policies import save_policy
from sla.models import Calendar, Clock, Policy
from tests.browser.desk import Desk, assert_accessible, assert_fits
from tickets.choices import Tier
from tickets.models import Organization, Ticket, User

WEEK = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def choose(page: Page, field: str, option: str) -> None:
    """Choose from a field that searches while one types."""
    page.locator(f".field-{field} .select2-selection").click()
    page.locator(".select2-results__option", has_text=option).click()


def write_round_the_clock(page: Page) -> None:
    page.goto("/admin/sla/calendar/add/")
    page.get_by_label("Name").fill("Round the clock")
    for day in WEEK:
        page.get_by_label(day, exact=True).fill("00:00-24:00")


def test_gold_customers_round_the_clock_fifteen_minutes_and_four_hours(
    desk: Desk, ada: User, acme: Organization, make_ticket: Callable[..., Ticket]
) -> None:
    acme.tier = Tier.GOLD
    acme.save()
    page = desk.open(by=ada)
    write_round_the_clock(page)
    page.get_by_label("A ticket opened on").fill("2026-03-07T22:30")
    page.get_by_label("with this many hours to go").fill("4")
    page.get_by_role("button", name="Show without saving").click()
    expect(page.locator("#sample")).to_contain_text("Due Sun 8 Mar 2026, 02:30 on clocks in UTC")
    assert not Calendar.objects.exists()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("was added successfully")).to_be_visible()

    page.goto("/admin/sla/policy/add/")
    page.get_by_label("Name").fill("Gold")
    for level in ("critical", "high", "medium", "low"):
        page.locator(f"[name=first_response_{level}]").fill("15 min")
        page.locator(f"[name=resolution_{level}]").fill("4 h")
    choose(page, "tiers", "Gold")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("was added successfully")).to_be_visible()

    ticket = make_ticket()
    due = {clock.metric: clock.due_at for clock in Clock.objects.filter(ticket=ticket)}
    assert due == {
        "first_response": ticket.created_at + timedelta(minutes=15),
        "resolution": ticket.created_at + timedelta(hours=4),
    }
    page.goto(f"/tickets/{ticket.pk}")
    expect(page.locator("#group-sla .property", has_text="First response").locator(".due")).to_contain_text("min")


def test_an_edit_of_a_calendar_says_what_it_would_do_and_asks(
    desk: Desk, ada: User, promised: Policy, ticket: Ticket
) -> None:
    calendar = Calendar.objects.get()
    page = desk.open(by=ada)
    page.goto(f"/admin/sla/calendar/{calendar.pk}/change/")
    page.get_by_label("Sunday", exact=True).fill("")
    page.get_by_label("New tickets and all open ones").check()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("This touches 1 of 1 open tickets")).to_be_visible()
    assert calendar.versions.count() == 1
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("was changed successfully")).to_be_visible()
    assert calendar.versions.count() == 2


@pytest.fixture
def promised(ada: User) -> Policy:
    """Promises with everything that a page has to show."""
    windows = {day.lower(): ["00:00-24:00"] for day in WEEK}
    rules = {"zone": "Europe/Berlin", "windows": windows, "holidays": {"12-25": "Christmas Day " * 8}}
    calendar = save_calendar(by=ada, fields={"name": "Round the clock", **rules})
    targets = {
        "first_response": {"critical": "15 min", "medium": "4 h"},
        "resolution": {"critical": "4 h", "medium": "16 h"},
    }
    fields = {"name": "Gold", "calendar": calendar.pk, "is_default": True, "targets": targets}
    return save_policy(by=ada, fields=fields, scope="open")


@pytest.mark.parametrize(
    "path", ["policy", "policy/add", "policy/{}/change", "calendar/add", "calendar/{}/change", "calendar/{}/holidays"]
)
def test_pages_for_calendars_and_policies(desk: Desk, ada: User, promised: Policy, path: str) -> None:
    number = promised.pk if "policy" in path else Calendar.objects.get().pk
    page = desk.open(by=ada)
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme)  # the admin looks at it when a page opens
        page.goto(f"/admin/sla/{path.format(number)}/")
        for width in (1440, 390):
            page.set_viewport_size({"width": width, "height": 900})
            assert_fits(page)
            assert_accessible(page)
