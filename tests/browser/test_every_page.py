"""What holds for each page: no errors, no sideways scrolling, nothing that WCAG 2.2 AA forbids; in both themes, on phone and desk."""

from collections.abc import Callable
from typing import Literal

import pytest
from django.utils import timezone
from playwright.sync_api import Page

from ai.actions.dispatch import propose_plan
from tests.ai.advice import busy_month
from tests.browser import pages
from tests.browser.desk import Desk, assert_accessible, assert_fits
from tickets.actions.conversation import add_comment
from tickets.actions.views import save_macro
from tickets.choices import Channel
from tickets.models import Organization, Technician, Ticket, User

THEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
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
    """Look at a page on a desk and on a phone, in both themes."""
    page.goto(path)
    for width, height in ((1440, 900), (390, 844)):
        page.set_viewport_size({"width": width, "height": height})
        assert_fits(page)
        for theme in THEMES:
            page.emulate_media(color_scheme=theme)
            assert_accessible(page)


@pytest.mark.parametrize("path", [*pages.STAFF, *pages.OF_A_TICKET])
def test_staff_pages(desk: Desk, ugly: Ticket, tess: User, path: str) -> None:
    save_macro(by=tess, name=UGLY[:100], text_template=TEXT, changes={"priority": "low", "tags": ["x" * 50]})
    check(desk.open(by=tess), path.format(ugly.pk))


def test_a_conversation_and_what_it_proposed(desk: Desk, ugly: Ticket, tess: User) -> None:
    path = pages.talk(tess, ugly, TEXT)
    page = desk.open(by=tess)
    for one in (path, "/assistant/proposals", f"/tickets/{ugly.pk}"):
        check(page, one)


@pytest.mark.parametrize("path", pages.MANAGER)
def test_manager_pages(desk: Desk, ugly: Ticket, tess: User, mona: User, path: str) -> None:
    Technician.objects.get_or_create(user=tess)
    plan = propose_plan(by=mona, now=timezone.now())
    pages.connect_others(mona, ugly, UGLY)
    check(desk.open(by=mona), path.format(plan.pk))


def test_the_figures_of_advice(desk: Desk, carl: User, gina: User, ada: User, globex: Organization) -> None:
    globex.name = UGLY[:200]
    globex.save()
    busy_month(carl, gina, ada)
    page = desk.open(by=ada)
    check(page, "/advice?days=90")
    for closed in page.locator("main details").all():
        closed.evaluate("it => it.open = true")
    assert_fits(page)
    assert_accessible(page)


@pytest.mark.parametrize("path", [*pages.REQUESTER, "/portal/tickets/{}"])
def test_requester_pages(desk: Desk, ugly: Ticket, carl: User, path: str) -> None:
    check(desk.open(by=carl), path.format(ugly.pk))


def test_a_page_that_is_not_there(desk: Desk, tess: User) -> None:
    desk.accept("404")
    check(desk.open(by=tess), "/no/such/page")
