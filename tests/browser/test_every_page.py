"""What holds for each page: no errors, no sideways scrolling, nothing that WCAG 2.2 AA forbids; in both themes, on phone and desk."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.browser import pages
from tests.browser.desk import Desk, assert_accessible, assert_fits
from tickets.actions.conversation import add_comment
from tickets.choices import Channel
from tickets.models import Ticket, User

UGLY = "Pneumonoultramicroscopicsilicovolcanoconiosis" * 3 + " ‏مرحبا بالعالم‎ <b>bold</b>"
TEXT = f"# {UGLY}\n\n| a | b |\n|---|---|\n| {'wide ' * 30} | {'x' * 300} |\n\n```\n{'code ' * 60}\n```\n\nhttps://example.com/{'path/' * 40}"


@pytest.fixture
def ugly(make_ticket: Callable[..., Ticket], tess: User, carl: User) -> Ticket:
    """A ticket with everything that breaks layouts."""
    ticket = make_ticket(UGLY, description=TEXT, by=carl)
    add_comment(ticket=ticket, by=tess, via=Channel.WEB, body=TEXT)
    add_comment(ticket=ticket, by=tess, via=Channel.WEB, body="A note", internal=True)
    return ticket


def check(page: Page, path: str) -> None:
    """Go through both themes on a desk, then a phone."""
    page.goto(path)
    assert_accessible(page)
    assert_fits(page)
    page.emulate_media(color_scheme="dark")
    assert_accessible(page)
    page.set_viewport_size({"width": 390, "height": 844})
    assert_fits(page)
    assert_accessible(page)
    page.set_viewport_size({"width": 1440, "height": 900})
    page.emulate_media(color_scheme="light")


@pytest.mark.parametrize("path", [*pages.STAFF, "/tickets/{}"])
def test_staff_pages(desk: Desk, ugly: Ticket, tess: User, path: str) -> None:
    check(desk.open(by=tess), path.format(ugly.pk))


@pytest.mark.parametrize("path", [*pages.REQUESTER, "/portal/tickets/{}"])
def test_requester_pages(desk: Desk, ugly: Ticket, carl: User, path: str) -> None:
    check(desk.open(by=carl), path.format(ugly.pk))


def test_a_page_that_is_not_there(desk: Desk, tess: User) -> None:
    desk.accept("404")
    check(desk.open(by=tess), "/no/such/page")
