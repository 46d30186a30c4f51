"""Promises in a real browser: the countdown on a ticket, its explanation, and the SLA board."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from integrations.actions.notify import notify_people
from integrations.choices import Kind
from sla.actions.calendars import save_calendar
from sla.actions.policies import save_policy
from sla.actions.watch import watch
from sla.models import Clock, Policy
from tests.browser.desk import Desk, assert_accessible, assert_fits
from tests.browser.test_every_page import check
from tickets.actions.tickets import change_ticket
from tickets.choices import Channel
from tickets.models import Ticket, User

WEEK = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


@pytest.fixture
def standard(mona: User, ada: User) -> Policy:
    """4 hours to answer and 16 to resolve, round the clock."""
    windows = {day: ["00:00-24:00"] for day in WEEK}
    always = save_calendar(by=ada, fields={"name": "Round the clock", "zone": "UTC", "windows": windows})
    targets: dict[str, Any] = {"first_response": {"medium": "4 h"}, "resolution": {"medium": "16 h"}}
    fields = {"name": "Standard", "calendar": always.pk, "is_default": True, "targets": targets}
    return save_policy(by=mona, fields=fields, scope="open")


def due(ticket: Ticket, metric: str, **left: float) -> None:
    Clock.objects.filter(ticket=ticket, metric=metric).update(due_at=timezone.now() + timedelta(**left))


def test_a_countdown_turns_into_a_breach_without_a_word_from_the_server(
    desk: Desk, standard: Policy, ticket: Ticket, tess: User
) -> None:
    due(ticket, "first_response", seconds=8)
    page = desk.open(f"/tickets/{ticket.pk}", by=tess)
    promise = page.locator("#group-sla .property", has_text="First response").locator(".due")
    expect(promise).to_have_text("breached 2 s ago")
    expect(promise).to_have_attribute("data-due", "late")


def test_why_is_this_due_then_opens_in_a_dialog(desk: Desk, standard: Policy, ticket: Ticket, tess: User) -> None:
    change_ticket(ticket=ticket, by=tess, via=Channel.WEB, changes={"status": "pending"})
    page = desk.open(f"/tickets/{ticket.pk}", by=tess)
    page.get_by_role("link", name="Why is this due then?").click()
    dialog = page.locator("#dialog")
    expect(dialog).to_contain_text("because the status became pending")
    assert_accessible(page)
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    assert_fits(page)
    check(page, f"/tickets/{ticket.pk}/sla")


def test_the_board_of_promises_keeps_itself_up_to_date(
    desk: Desk, standard: Policy, make_ticket: Callable[..., Ticket], tess: User
) -> None:
    ticket = make_ticket()
    page = desk.open("/sla", by=tess)
    due_next = page.locator("section", has=page.locator("#sla-next"))
    expect(due_next.locator("tbody tr")).to_have_count(2)
    make_ticket("Mouse ran away")
    expect(due_next.locator("tbody tr")).to_have_count(4)
    page.keyboard.press("j")
    expect(page.locator("tr.is-here")).to_contain_text("Printer is on fire")
    change_ticket(ticket=ticket, by=tess, via=Channel.WEB, changes={"status": "resolved", "resolution": "Put out."})
    expect(due_next.locator("tbody tr")).to_have_count(2)
    page.keyboard.press("j")
    page.keyboard.press("o")
    expect(page.locator("#group-sla")).to_contain_text("First response")


def test_the_board_of_promises_is_filtered_by_menu(
    desk: Desk, standard: Policy, make_ticket: Callable[..., Ticket], tess: User
) -> None:
    make_ticket()
    page = desk.open("/sla", by=tess)
    page.get_by_role("button", name="Metric").click()
    page.get_by_label("Resolution").check()
    expect(page.locator(".promises tbody tr")).to_have_count(1)
    expect(page.get_by_role("button", name="Metric: Resolution")).to_be_visible()


def test_promises_in_every_state_are_accessible(
    desk: Desk, standard: Policy, make_ticket: Callable[..., Ticket], tess: User
) -> None:
    late, near, resting = make_ticket("Late " * 40), make_ticket("Near"), make_ticket("Resting")
    due(late, "first_response", minutes=-90)
    due(near, "first_response", minutes=20)
    Clock.objects.filter(ticket=near, metric="first_response").update(announced=90)
    change_ticket(ticket=resting, by=tess, via=Channel.WEB, changes={"status": "pending"})
    page = desk.open(by=tess)
    for path in ("/sla", "/sla?section=breached", f"/tickets/{near.pk}", f"/tickets/{resting.pk}", "/tickets"):
        check(page, path)


def test_a_breach_moves_its_row_without_a_reload(desk: Desk, standard: Policy, ticket: Ticket, tess: User) -> None:
    page = desk.open("/sla", by=tess)
    at_risk = page.locator("section", has=page.locator("#sla-risk"))
    expect(page.locator(".promises tbody tr")).to_have_count(2)
    watch(ticket.created_at + timedelta(hours=3))
    expect(at_risk.locator("tbody tr")).to_contain_text("First response")


def test_breaches_are_seen_and_forgiven_on_the_board(
    desk: Desk, standard: Policy, make_ticket: Callable[..., Ticket], mona: User
) -> None:
    for title in ("One", "Two", "Three"):
        make_ticket(title)
    Clock.objects.filter(metric="first_response").update(
        due_at=timezone.now() - timedelta(minutes=5), next_at=timezone.now() - timedelta(minutes=5), next_percent=100
    )
    watch(timezone.now())
    page = desk.open("/sla", by=mona)
    broken = page.locator("section", has=page.locator("#sla-breached"))
    broken.locator("tr", has_text="One").get_by_role("button", name="Acknowledge").click()
    expect(broken.locator("tr", has_text="One")).to_contain_text("Seen by Mona")
    page.get_by_label("Select all on this page").check()
    expect(page.locator(".bulk-count")).to_have_text("3 selected")
    broken.locator("tr", has_text="Three").get_by_role("checkbox").uncheck()
    assert_accessible(page)
    page.locator(".bulk").get_by_role("button", name="Forgive").click()
    expect(page.locator("#dialog")).to_contain_text("Forgive 2 breaches")
    assert_accessible(page)
    page.get_by_label("Reason").fill("Power cut")
    page.keyboard.press("Enter")
    expect(page.locator("#dialog")).to_be_hidden()
    expect(broken.get_by_text("Forgiven: Power cut")).to_have_count(2)
    page.get_by_role("button", name="Undo").click()
    expect(broken.get_by_text("Forgiven: Power cut")).to_have_count(0)
    broken.locator("tr", has_text="Two").get_by_role("link", name="Forgive").click()
    page.get_by_label("Reason").fill("Storm")
    page.locator("#dialog").get_by_role("button", name="Forgive").click()
    broken.get_by_text("Forgiven: Storm").click()
    page.locator("#dialog").get_by_role("button", name="Take back").click()
    expect(broken.locator("tr", has_text="Two").get_by_role("link", name="Forgive")).to_be_visible()
    check(page, "/sla")


def test_the_bell_rings_while_the_page_is_open(desk: Desk, standard: Policy, ticket: Ticket, mona: User) -> None:
    page = desk.open("/sla", by=mona)
    expect(page.locator(".bell")).to_be_visible()
    told = {"kind": Kind.ESCALATED, "key": "1", "title": "Needs attention", "url": "/sla"}
    notify_people(people=[mona], text="50 % of the time is used up.", **told)
    expect(page.locator(".bell-count")).to_have_text("1")
    page.locator(".bell").click()
    expect(page.locator(".told")).to_contain_text("50 % of the time is used up")
    check(page, "/notifications")
    page.get_by_role("button", name="Mark all as read").click()
    expect(page.locator(".told .is-new")).to_have_count(0)
