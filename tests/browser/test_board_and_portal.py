"""The board under the mouse and the keyboard, and asking for help in the portal, in a real browser."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.desk import PATIENCE, Desk, assert_accessible, assert_fits
from tickets.actions.conversation import add_comment
from tickets.actions.knowledge import publish_article, write_article
from tickets.actions.tickets import change_ticket
from tickets.choices import Channel

pytestmark = pytest.mark.browser


def card_in(page: Page, ticket, status: str):
    return page.locator(f'[data-column="{status}"] #card-{ticket.pk}')


def subscribed(page: Page) -> None:
    """Load the page again and wait until its socket has answered."""
    heard: list[object] = []
    page.on("websocket", lambda socket: socket.on("framereceived", lambda frame: heard.append(frame)))
    page.reload()
    for _ in range(PATIENCE // 50):
        if heard:
            return
        page.wait_for_timeout(50)
    pytest.fail("the page's socket was not answered")


def status_of(ticket) -> str:
    ticket.refresh_from_db()
    return ticket.status


def test_a_card_is_dragged_to_another_column_and_taken_back(desk: Desk, tess, ticket) -> None:
    page = desk.open("/board", by=tess)
    page.locator(f"#card-{ticket.pk}").drag_to(page.locator('[data-column="pending"]'))
    expect(card_in(page, ticket, "pending")).to_be_visible()
    expect(page.locator("#count-pending")).to_have_text("1")
    expect(page.locator("#count-open")).to_have_text("0")
    assert status_of(ticket) == "pending"
    page.get_by_role("button", name="Undo").click()
    expect(card_in(page, ticket, "open")).to_be_visible()
    assert status_of(ticket) == "open"


def test_a_card_is_moved_with_the_keyboard_and_resolving_asks_how(desk: Desk, tess, ticket) -> None:
    page = desk.open("/board", by=tess)
    summary = page.locator(f"#card-{ticket.pk} summary")
    summary.focus()
    page.keyboard.press("Enter")
    page.locator(f"#card-{ticket.pk}").get_by_role("button", name="Resolved").press("Enter")
    dialog = page.locator("#board-dialog")
    expect(dialog).to_be_visible()
    assert_accessible(page)
    page.keyboard.press("Escape")
    expect(card_in(page, ticket, "open")).to_be_visible()
    page.locator(f"#card-{ticket.pk}").get_by_role("button", name="Resolved").press("Enter")
    dialog.get_by_label("Resolution").fill("Put out the fire.")
    dialog.get_by_role("button", name="Resolve").click()
    expect(card_in(page, ticket, "resolved")).to_be_visible()
    expect(dialog).to_be_hidden()
    assert status_of(ticket) == "resolved"


def test_a_move_over_somebody_elses_asks_which_one(desk: Desk, tess, mona, ticket) -> None:
    desk.accept("409")
    page = desk.open("/board", by=tess)
    page.route("**/ws", lambda route: route.abort())
    change_ticket(ticket=ticket, by=mona, via=Channel.API, changes={"status": "on_hold"})
    page.locator(f"#card-{ticket.pk}").drag_to(page.locator('[data-column="pending"]'))
    dialog = page.locator("#board-dialog")
    expect(dialog).to_contain_text("Somebody else was first")
    assert_accessible(page)
    assert status_of(ticket) == "on_hold"
    dialog.get_by_role("button", name="Use mine").click()
    expect(card_in(page, ticket, "pending")).to_be_visible()
    assert status_of(ticket) == "pending"


def test_asking_shows_answers_while_typing(desk: Desk, carl, tess) -> None:
    article = write_article(by=tess, fields={"title": "Printer prints empty pages", "body": "Change the toner."})
    publish_article(article=article, by=tess)
    page = desk.open("/portal/new", by=carl, width=390)
    assert_fits(page)
    page.get_by_label("What is wrong?").press_sequentially("My printer does")
    expect(page.get_by_role("link", name="Printer prints empty pages")).to_be_visible()
    assert_accessible(page)
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("heading", name="My printer does")).to_be_visible()
    assert_accessible(page)


def test_what_others_do_appears_on_the_board(desk: Desk, tess, mona, ticket) -> None:
    page = desk.open("/board", by=tess)
    subscribed(page)
    change_ticket(ticket=ticket, by=mona, via=Channel.API, changes={"status": "on_hold"})
    expect(card_in(page, ticket, "on_hold")).to_be_visible()
    expect(page.locator("#count-on_hold")).to_have_text("1")


def test_an_answer_appears_in_the_portal_without_a_reload(desk: Desk, tess, carl, ticket) -> None:
    page = desk.open(f"/portal/tickets/{ticket.pk}", by=carl)
    subscribed(page)
    page.get_by_role("textbox", name="Your reply").fill("Half a reply")
    add_comment(ticket=ticket, by=tess, via=Channel.WEB, body="Zealous note", internal=True)
    add_comment(ticket=ticket, by=tess, via=Channel.WEB, body="Try another socket")
    change_ticket(ticket=ticket, by=tess, via=Channel.WEB, changes={"status": "pending"})
    expect(page.get_by_text("Try another socket")).to_be_visible()
    expect(page.get_by_role("heading", name="Waiting for you")).to_be_visible()
    expect(page.get_by_text("Zealous note")).to_have_count(0)
    expect(page.get_by_role("textbox", name="Your reply")).to_have_value("Half a reply")


@pytest.mark.parametrize("width", [390, 1440])
@pytest.mark.parametrize("dark", [False, True])
def test_pages_of_the_rooms_fit_and_are_accessible(desk: Desk, mona, ticket, width: int, dark: bool) -> None:
    article = write_article(by=mona, fields={"title": "W" * 200, "body": "x" * 500})
    write_article(by=mona, article=article, fields={"body": "y" * 500})
    page = desk.open("/board", by=mona, width=width, dark=dark)
    for path in (
        "/board",
        "/knowledge",
        f"/knowledge/articles/{article.slug}",
        f"/knowledge/articles/{article.slug}/edit",
        f"/knowledge/articles/{article.slug}/versions",
        "/technicians",
        "/teams",
        "/views",
        "/views/new",
        "/macros",
        "/macros/new",
        "/profile",
        "/portal",
        "/portal/new",
        f"/portal/tickets/{ticket.pk}",
        "/portal/help",
    ):
        page.goto(path)
        assert_fits(page)
        assert_accessible(page)
