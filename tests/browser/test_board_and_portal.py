"""The board under the mouse and the keyboard, and asking for help in the portal, in a real browser."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.desk import Desk, assert_accessible, assert_fits
from tickets.actions.conversation import add_comment
from tickets.actions.knowledge import publish_article, write_article
from tickets.actions.tickets import change_ticket
from tickets.choices import Channel
from tickets.models import Ticket

pytestmark = pytest.mark.browser


def card_in(page: Page, ticket, status: str):
    return page.locator(f'[data-column="{status}"] #card-{ticket.pk}')


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
    change_ticket(ticket=ticket, by=mona, via=Channel.API, changes={"status": "on_hold"})
    expect(card_in(page, ticket, "on_hold")).to_be_visible()
    expect(page.locator("#count-on_hold")).to_have_text("1")


def test_an_answer_appears_in_the_portal_without_a_reload(desk: Desk, tess, carl, ticket) -> None:
    page = desk.open(f"/portal/tickets/{ticket.pk}", by=carl)
    page.get_by_role("textbox", name="Your reply").fill("Half a reply")
    add_comment(ticket=ticket, by=tess, via=Channel.WEB, body="Zealous note", internal=True)
    add_comment(ticket=ticket, by=tess, via=Channel.WEB, body="Try another socket")
    change_ticket(ticket=ticket, by=tess, via=Channel.WEB, changes={"status": "pending"})
    expect(page.get_by_text("Try another socket")).to_be_visible()
    expect(page.get_by_role("heading", name="Waiting for you")).to_be_visible()
    expect(page.get_by_text("Zealous note")).to_have_count(0)
    expect(page.get_by_role("textbox", name="Your reply")).to_have_value("Half a reply")


def test_a_request_goes_from_the_portal_to_the_desk_and_back(desk: Desk, tess, carl) -> None:
    queue, mine = desk.open("/tickets", by=tess), desk.open("/portal", by=carl)
    asking = desk.open("/portal/new", by=carl)
    asking.get_by_label("What is wrong?").fill("The printer smokes")
    asking.get_by_role("button", name="Send").click()
    line = mine.locator(".ticket-line", has_text="The printer smokes")
    expect(line).to_contain_text("Received")

    queue.get_by_role("link", name="1 new: show").click()
    queue.get_by_role("link", name="The printer smokes").click()
    queue.locator("#composer-body").fill("Is it plugged in?")
    queue.click("[popovertarget=send-menu]")
    queue.click("#send-menu button[value=pending]")
    expect(asking.get_by_text("Is it plugged in?")).to_be_visible()
    expect(asking.get_by_role("heading", name="Waiting for you")).to_be_visible()
    expect(line).to_contain_text("Waiting for you")
    expect(mine.get_by_text("We are waiting for your answer")).to_be_visible()
    assert_accessible(mine)

    asking.get_by_role("textbox", name="Your reply").fill("It is now")
    asking.get_by_role("button", name="Send reply").click()
    expect(queue.locator("#timeline")).to_contain_text("It is now")
    asking.get_by_role("button", name="It works, close").click()
    expect(queue.locator("#p-status")).to_have_value("closed")
    expect(mine.get_by_text("No open tickets")).to_be_visible()
    asking.get_by_text("Great").click()
    asking.get_by_role("button", name="Send rating").click()
    expect(asking.get_by_role("group", name="Your rating")).to_be_visible()
    assert Ticket.objects.get().rating == 5


def test_the_list_of_the_portal_does_not_move_under_the_hand(desk: Desk, tess, carl, ticket, make_ticket) -> None:
    other = make_ticket("Mouse is dead")
    page = desk.open("/portal", by=carl)
    first = page.locator(".ticket-line").first
    expect(first).to_contain_text("Mouse is dead")
    first.hover()
    add_comment(ticket=ticket, by=tess, via=Channel.WEB, body="Zealous note", internal=True)
    change_ticket(ticket=ticket, by=tess, via=Channel.WEB, changes={"status": "pending"})
    show = page.get_by_role("link", name="Show changes")
    expect(show).to_be_visible()
    expect(first).to_contain_text(other.title)
    show.click()
    expect(first).to_contain_text("Waiting for you")
    expect(show).to_be_hidden()


def test_the_rating_is_asked_for_as_soon_as_a_ticket_is_solved(desk: Desk, tess, carl, ticket) -> None:
    page = desk.open(f"/portal/tickets/{ticket.pk}", by=carl)
    change_ticket(ticket=ticket, by=tess, via=Channel.WEB, changes={"status": "resolved", "resolution": "New fuse."})
    page.get_by_label("What was good or bad?").fill("Quick")
    page.locator(".scale-step", has_text="Good").click()
    add_comment(ticket=ticket, by=tess, via=Channel.WEB, body="One more thing")
    expect(page.get_by_text("One more thing")).to_be_visible()
    page.get_by_role("button", name="Send rating").click()
    expect(page.get_by_label("What was good or bad?")).to_have_value("Quick")
    ticket.refresh_from_db()
    assert (ticket.rating, ticket.rating_comment) == (4, "Quick")


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
