"""The desk in a real browser: what a technician sees, types and undoes, and how colleagues' changes arrive."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.desk import Desk, assert_accessible, assert_fits
from tickets.actions.conversation import add_comment
from tickets.actions.tickets import change_ticket, create_ticket
from tickets.actions.views import save_macro
from tickets.choices import Channel
from tickets.models import Ticket, User

WEB = Channel.WEB
LONG = "Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesetz" * 3


@pytest.fixture
def ugly(make_user: Callable[..., User], tess: User) -> Ticket:
    """A ticket with everything that breaks layouts."""
    asker = make_user("Amal")
    asker.name = "عبد الرحمن بن خالد المنصوري"
    asker.save()
    fields = {"title": f"{LONG} {'x' * 50}", "description": "w" * 500, "requester": asker.pk, "priority": "critical"}
    fields |= {"tags": [f"tag-number-{n}" for n in range(40)], "assignee": tess.pk, "due_at": "2020-01-01T00:00:00Z"}
    ticket = create_ticket(by=tess, via=WEB, fields=fields)
    for number in range(5):
        add_comment(ticket=ticket, by=(tess, asker)[number % 2], via=WEB, body="y" * 300, internal=number == 2)
    return ticket


def path_of(ticket: Ticket) -> str:
    return f"/tickets/T-{ticket.pk}"


def hears_nothing(page: Page) -> None:
    """Load the page again without its live connection, so that it does not learn what others do."""
    page.route_web_socket("**/ws", lambda _: None)
    page.reload()


@pytest.mark.parametrize(("width", "dark"), [(320, False), (390, True), (768, False), (1440, True), (1440, False)])
def test_pages_fit_and_are_accessible_with_ugly_data(
    desk: Desk, tess: User, ugly: Ticket, width: int, dark: bool
) -> None:
    for path in ("/tickets", path_of(ugly), "/tickets/new", f"{path_of(ugly)}/merge", f"{path_of(ugly)}/fields/team"):
        page = desk.open(path, by=tess, width=width, dark=dark)
        assert_fits(page)
        assert_accessible(page)


def test_a_colleagues_change_arrives_by_itself(desk: Desk, tess: User, mona: User, ticket: Ticket) -> None:
    page = desk.open(path_of(ticket), by=tess)
    other = desk.open(path_of(ticket), by=mona)
    expect(page.locator("#presence")).to_have_text("Mona is looking at this")
    other.select_option("#p-priority", "critical")
    expect(page.locator("#timeline")).to_contain_text("changed priority from Medium to Critical")
    expect(page.locator("#p-priority")).to_have_value("critical")
    other.fill("#composer-body", "Let me look")
    expect(page.locator("#presence")).to_have_text("Mona is typing")
    other.click("text=Send reply")
    expect(page.locator(".entry", has_text="Let me look")).to_be_visible()
    expect(other.locator("#composer-body")).to_have_value("")


def test_the_same_field_asks_which_value_stays(desk: Desk, tess: User, mona: User, ticket: Ticket) -> None:
    desk.accept("409")
    page = desk.open(path_of(ticket), by=tess)
    hears_nothing(page)
    page.click("#row-p-impact")
    expect(page.locator("#p-impact")).to_be_focused()
    change_ticket(ticket=ticket, by=mona, via=WEB, changes={"impact": "critical"})
    page.select_option("#p-impact", "low")
    expect(page.locator(".conflict")).to_contain_text("Somebody set this to Critical in the meantime. You chose Low.")
    assert_accessible(page)
    page.click("text=Set Low")
    expect(page.locator(".conflict")).to_have_count(0)
    expect(page.locator("#timeline")).to_contain_text("changed impact from Critical to Low")


def test_a_change_is_taken_back_from_its_toast(desk: Desk, tess: User, ticket: Ticket) -> None:
    page = desk.open(path_of(ticket), by=tess)
    page.select_option("#p-priority", "high")
    page.locator(".toast", has_text="Priority set to High").get_by_role("button", name="Undo").click()
    expect(page.locator("#timeline")).to_contain_text("took back")
    expect(page.locator("#p-priority")).to_have_value("medium")


def test_resolving_asks_how_and_can_be_left(desk: Desk, tess: User, ticket: Ticket) -> None:
    desk.accept("400")
    page = desk.open(path_of(ticket), by=tess)
    page.select_option("#p-status", "resolved")
    page.locator("#row-p-status").get_by_text("Cancel").click()
    expect(page.locator("#p-status")).to_have_value("open")
    page.select_option("#p-status", "resolved")
    page.fill("#resolution", "Poured water on it.")
    page.get_by_role("button", name="Resolve", exact=True).click()
    expect(page.locator("#p-status")).to_have_value("resolved")
    expect(page.locator("#timeline")).to_contain_text("Poured water on it.")


def test_a_property_opens_on_click_and_by_key(desk: Desk, tess: User, mona: User, ticket: Ticket) -> None:
    page = desk.open(path_of(ticket), by=tess)
    page.get_by_role("link", name="Assignee").click()
    expect(page.locator("#p-assignee")).to_be_focused()
    assert_accessible(page)
    page.select_option("#p-assignee", label="Mona")
    expect(page.get_by_role("link", name="Assignee Mona")).to_be_focused()
    page.locator("h1").click()
    keys(page, "a")
    expect(page.locator("#p-assignee")).to_be_focused()
    keys(page, "Escape")
    if page.locator("#p-assignee").count():  # the first press closed the list
        keys(page, "Escape")
    expect(page.get_by_role("link", name="Assignee Mona")).to_be_visible()
    page.click("#row-p-due_at")
    expect(page.locator("#p-due_at")).to_be_focused()
    page.fill("#p-due_at", "2031-02-03T04:05")
    page.locator("#p-due_at").blur()
    expect(page.get_by_role("link", name=re.compile(r"Due \d+ d left"))).to_be_visible()


def test_a_property_opens_though_news_come_before_its_form(desk: Desk, tess: User, mona: User, ticket: Ticket) -> None:
    page = desk.open(path_of(ticket), by=tess)
    held: list[Route] = []
    page.route("**/fields/assignee", lambda route: held.append(route))
    page.get_by_role("link", name="Assignee").click()
    change_ticket(ticket=ticket, by=mona, via=WEB, changes={"priority": "critical", "assignee": mona.pk})
    expect(page.locator("#timeline")).to_contain_text("changed priority from Medium to Critical")
    held[0].continue_()
    expect(page.locator("#p-assignee")).to_be_focused()


def test_a_property_stays_open_though_news_come_before_it_is_filled(
    desk: Desk, tess: User, mona: User, ticket: Ticket
) -> None:
    page = desk.open(path_of(ticket), by=tess)
    page.click("#row-p-due_at")
    expect(page.locator("#p-due_at")).to_be_focused()
    change_ticket(ticket=ticket, by=mona, via=WEB, changes={"priority": "critical"})
    expect(page.locator("#p-priority")).to_have_value("critical")
    expect(page.locator("#p-due_at")).to_be_focused()
    page.locator("#p-due_at").blur()
    expect(page.locator("a#row-p-due_at")).to_be_visible()


def test_news_wait_while_one_chooses(desk: Desk, tess: User, mona: User, ticket: Ticket) -> None:
    page = desk.open(path_of(ticket), by=tess)
    page.focus("#p-priority")
    page.wait_for_load_state("networkidle")
    change_ticket(ticket=ticket, by=mona, via=WEB, changes={"priority": "critical"})
    expect(page.locator("#timeline")).to_contain_text("changed priority from Medium to Critical")
    expect(page.locator("#p-priority")).to_have_value("medium")
    page.locator("#p-priority").blur()
    expect(page.locator("#p-priority")).to_have_value("critical")


def test_a_colleague_is_called_by_a_few_letters(desk: Desk, tess: User, mona: User, milo: User, ticket: Ticket) -> None:
    page = desk.open(path_of(ticket), by=tess)
    page.click("text=Internal note")
    body = page.locator("#composer-body")
    body.press_sequentially("Please ask @m")
    options = page.get_by_role("listbox", name="People to call").get_by_role("option")
    expect(options).to_have_count(2)
    expect(options.first).to_have_attribute("aria-selected", "true")
    assert_accessible(page)
    keys(page, "ArrowDown")
    expect(body).to_have_attribute("aria-activedescendant", str(options.nth(1).get_attribute("id")))
    keys(page, "ArrowUp", "Escape")
    expect(options.first).to_be_hidden()
    body.press_sequentially("on")
    expect(options).to_have_count(1)
    keys(page, "Enter")
    expect(body).to_have_value(f"Please ask @{mona.username} ")
    body.press_sequentially("and @mil")
    options.first.click()
    expect(body).to_have_value(f"Please ask @{mona.username} and @{milo.username} ")
    keys(page, "Control+Enter")
    expect(page.locator("#row-watchers")).to_contain_text("Mona")
    assert set(ticket.comments.get().mentions.all()) == {mona, milo}


def test_a_preview_is_read_and_left_again(desk: Desk, tess: User, ticket: Ticket) -> None:
    page = desk.open(path_of(ticket), by=tess)
    page.fill("#composer-body", "It **burns**")
    page.get_by_role("button", name="Preview").click()
    preview = page.get_by_role("region", name="Preview")
    expect(preview.locator("strong")).to_have_text("burns")
    expect(page.locator("#composer-body")).to_be_hidden()
    assert_accessible(page)
    page.reload()
    expect(page.locator("#composer-body")).to_have_value("It **burns**")
    page.get_by_role("button", name="Preview").click()
    expect(preview.locator("strong")).to_have_text("burns")
    page.get_by_role("button", name="Write on").click()
    expect(page.locator("#composer-body")).to_be_focused()
    expect(preview).to_be_hidden()
    page.get_by_role("button", name="Preview").click()
    expect(preview.locator("strong")).to_have_text("burns")
    page.click("text=Send reply")
    expect(page.locator("#timeline strong").last).to_have_text("burns")
    expect(page.locator("#composer-body")).to_be_visible()
    expect(page.locator("#composer-body")).to_have_value("")


def test_macros_come_when_their_menu_opens(desk: Desk, tess: User, ticket: Ticket) -> None:
    save_macro(by=tess, name="Greet", text_template="Hello {{ requester.first_name }}", changes={"priority": "low"})
    page = desk.open(path_of(ticket), by=tess)
    page.get_by_role("button", name="Macros").click()
    assert_accessible(page)
    page.click("text=Greet")
    expect(page.locator("#composer-body")).to_have_value("Hello Carl")
    expect(page.locator("#composer-macro")).to_contain_text("also changes priority")


def test_a_half_written_reply_survives_reload_and_lost_connection(desk: Desk, tess: User, ticket: Ticket) -> None:
    desk.accept("DISCONNECTED|htmx:sendError|htmx:afterRequest")  # what the rail asks for while there is no connection
    page = desk.open(path_of(ticket), by=tess)
    page.click("text=Internal note")
    page.fill("#composer-body", "Half a thought")
    page.locator("#composer-body").blur()
    page.reload()
    expect(page.locator("#composer-body")).to_have_value("Half a thought")
    expect(page.locator("[name=kind][value=note]")).to_be_checked()
    page.context.set_offline(True)
    page.click("text=Add note")
    expect(page.locator("#composer-problem")).to_contain_text("Not sent")
    expect(page.locator("#composer-body")).to_have_value("Half a thought")
    page.context.set_offline(False)
    page.click("text=Add note")
    expect(page.locator("#timeline")).to_contain_text("Half a thought")
    page.reload()
    expect(page.locator("#composer-body")).to_have_value("")


def test_a_text_is_kept_when_the_status_changed_meanwhile(desk: Desk, tess: User, mona: User, ticket: Ticket) -> None:
    desk.accept("409")
    page = desk.open(path_of(ticket), by=tess)
    hears_nothing(page)
    page.fill("#composer-body", "Please wait")
    change_ticket(ticket=ticket, by=mona, via=WEB, changes={"status": "on_hold"})
    page.click("[popovertarget=send-menu]")
    page.click("#send-menu button[value=pending]")
    expect(page.locator("#composer-problem")).to_contain_text("status became On hold")
    expect(page.locator("#composer-body")).to_have_value("Please wait")
    page.click("[popovertarget=send-menu]")
    page.click("#send-menu button[value=pending]")
    expect(page.locator("#timeline")).to_contain_text("Please wait")
    expect(page.locator("#p-status")).to_have_value("pending")


def test_a_merge_is_made_in_a_dialog_and_undone(desk: Desk, tess: User, make_ticket: Callable[..., Ticket]) -> None:
    source, target = make_ticket("Goes away"), make_ticket("Stays here")
    page = desk.open(path_of(source), by=tess)
    page.get_by_role("button", name="More acts").click()
    page.click("text=Merge into another ticket")
    expect(page.get_by_role("dialog")).to_be_visible()
    assert_accessible(page)
    page.fill("#into", f"T-{target.pk}")
    page.get_by_role("dialog").get_by_role("button", name="Merge", exact=True).click()
    expect(page.locator("#ticket-head .notice")).to_contain_text("Stays here")
    page.locator(".toast").get_by_role("button", name="Undo").click()
    expect(page.locator("#ticket-head .notice")).to_have_count(0)


def keys(page: Page, *pressed: str) -> None:
    for key in pressed:
        page.keyboard.press(key)


def test_everything_is_reached_by_keyboard(desk: Desk, tess: User, make_ticket: Callable[..., Ticket]) -> None:
    make_ticket("Older")
    newer = make_ticket("Newer")
    page = desk.open("/tickets", by=tess)
    keys(page, "j", "x")
    expect(page.locator("#bulk-count")).to_have_text("1 selected")
    keys(page, "o")
    page.wait_for_url(f"**{path_of(newer)}")
    keys(page, "n")
    expect(page.locator("#composer-body")).to_be_focused()
    expect(page.locator("[name=kind][value=note]")).to_be_checked()
    page.keyboard.type("just words: j k x")
    keys(page, "Control+Enter")
    expect(page.locator("#timeline")).to_contain_text("just words: j k x")
    keys(page, "Escape", "?")
    expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()
    assert_accessible(page)
    keys(page, "Escape", "g", "q")
    page.wait_for_url("**/tickets")


def test_the_palette_finds_and_opens(desk: Desk, tess: User, ticket: Ticket) -> None:
    page = desk.open("/tickets/new", by=tess)
    keys(page, "Control+k")
    page.keyboard.type("printer")
    option = page.get_by_role("option", name=re.compile("Printer is on fire")).first
    expect(option).to_have_attribute("aria-selected", "true")
    assert_accessible(page)
    keys(page, "Enter")
    page.wait_for_url(f"**{path_of(ticket)}")


def test_many_change_at_once_and_come_back(desk: Desk, tess: User, make_ticket: Callable[..., Ticket]) -> None:
    for number in range(3):
        make_ticket(f"Number {number}")
    page = desk.open("/tickets", by=tess)
    expect(page.locator(".bulk")).to_be_hidden()
    page.check("[data-all]")
    expect(page.locator("#bulk-count")).to_have_text("3 selected")
    assert_accessible(page)
    page.select_option(".bulk [name=priority]", "critical")
    page.get_by_role("button", name="Apply").click()
    expect(page.locator("#rows .level[data-level=critical]")).to_have_count(3)
    page.locator(".toast").get_by_role("button", name="Undo").click()
    expect(page.locator("#rows .level[data-level=medium]")).to_have_count(3)


def test_news_wait_until_they_are_asked_for(
    desk: Desk, tess: User, carl: User, make_ticket: Callable[..., Ticket]
) -> None:
    known = make_ticket("Known already")
    page = desk.open("/tickets", by=tess)
    expect(page.locator("#rows tr")).to_have_count(1)
    page.wait_for_load_state("networkidle")
    make_ticket("Came in just now", by=carl)
    expect(page.locator("#news")).to_have_text("1 new: show")
    expect(page.locator("#rows tr")).to_have_count(1)
    change_ticket(ticket=known, by=tess, via=WEB, changes={"priority": "critical"})
    expect(page.locator(f"#t-{known.pk}")).to_contain_text("Critical")
    page.click("#news a")
    expect(page.locator("#rows tr")).to_have_count(2)


def test_several_filters_are_chosen_in_one_go(desk: Desk, tess: User, make_ticket: Callable[..., Ticket]) -> None:
    for priority in ("low", "high", "critical"):
        change_ticket(ticket=make_ticket(f"A {priority} one"), by=tess, via=WEB, changes={"priority": priority})
    page = desk.open("/tickets", by=tess)
    page.get_by_role("button", name="Priority").first.click()
    page.check("#f-priority-critical")
    expect(page.locator("#rows tr")).to_have_count(1)
    expect(page.locator("#filter-priority")).to_be_visible()
    page.check("#f-priority-high")
    expect(page.locator("#rows tr")).to_have_count(2)
    assert_accessible(page)
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Assignee").first.click()
    page.check("#f-assignee-none")  # what another menu holds is kept
    expect(page).to_have_url(re.compile("priority=critical&priority=high&assignee=none"))
    expect(page.locator("#rows tr")).to_have_count(2)
    expect(page).to_have_url(re.compile("priority=critical&priority=high"))
    page.reload()
    expect(page.locator("#rows tr")).to_have_count(2)


def test_properties_are_a_sheet_on_a_phone(desk: Desk, tess: User, ticket: Ticket) -> None:
    page = desk.open(path_of(ticket), by=tess, width=390)
    expect(page.locator("#p-priority")).to_be_hidden()
    page.get_by_role("button", name="Open", exact=True).click()
    page.select_option("#p-priority", "high")
    expect(page.locator(".toast")).to_contain_text("Priority set to High")
    assert_accessible(page)
