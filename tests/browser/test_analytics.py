"""The pages of figures in a browser: filters, charts, the arrangement; accessible, and fit for a phone."""

import gzip
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Response, expect

from tests.analytics.conftest import lived  # noqa: F401 - a fixture
from tests.browser import pages
from tests.browser.desk import Desk
from tests.browser.test_every_page import UGLY, check
from tickets.models import Organization, Team, Ticket, User

MARCH = "from=2026-03-01&to=2026-03-31"
DRAWN = "canvas => { const chart = window.Chart?.getChart(canvas); return chart && chart.data.datasets[0].data.reduce((a, b) => a + b, 0); }"


@pytest.fixture
def month(lived: Callable[..., Ticket], tess: User) -> None:  # noqa: F811
    lived(1, replies=(2,), resolved=10, rating=5)
    lived(30, replies=(34,), resolved=60, minutes=90, priority="high")
    lived(80, priority="high")


def drawn_in(page: Page, chart: str, total: int) -> None:
    """Wait until a chart shows so many tickets."""
    page.wait_for_function(f"total => ({DRAWN})(document.querySelector('#chart-{chart} canvas')) === total", arg=total)


def test_filter_chart_and_arrangement(
    desk: Desk,
    tess: User,
    month: None,
    lived: Callable[..., Ticket],  # noqa: F811
) -> None:
    page = desk.open(f"/analytics?{MARCH}", by=tess)
    drawn_in(page, "volume", 3)
    page.get_by_role("button", name="Priority").click()
    page.get_by_role("checkbox", name="High").check()
    expect(page.locator("#tile-volume .tile-figure")).to_contain_text("2")
    drawn_in(page, "volume", 2)
    assert "priority=high" in page.url

    page.keyboard.press("Escape")  # nothing is read anew under a hand that chooses filters
    lived(90, priority="high")
    page.evaluate("document.dispatchEvent(new CustomEvent('desk:queue-changed', { detail: {} }))")
    expect(page.locator("#tile-volume .tile-figure")).to_contain_text("3")
    drawn_in(page, "volume", 3)

    page.goto("/analytics/arrange")
    page.locator("#show-volume").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#show-volume")).to_contain_text("Show")
    page.locator("#up-backlog").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#cards > li").first).to_contain_text("Backlog")
    expect(page.locator("#up-backlog")).to_be_focused()
    with page.expect_response("**/analytics/arrange"):
        page.locator("#drawn-satisfaction").select_option("bars")
    page.goto(f"/analytics?{MARCH}")
    expect(page.locator(".tile").first).to_have_attribute("id", "tile-backlog")
    expect(page.locator("#chart-satisfaction canvas")).to_be_visible()
    expect(page.locator("#tile-volume")).to_have_count(0)


def test_every_page_of_figures(
    desk: Desk, tess: User, mona: User, acme: Organization, network: Team, month: None
) -> None:
    acme.name = network.name = UGLY[:100]
    acme.save()
    network.save()
    pages.save_report(mona, UGLY)
    page = desk.open(by=mona)
    for path in pages.analytics_pages(tess):
        check(page, f"{path}{'&' if '?' in path else '?'}{MARCH}")
    desk.accept("400")
    check(page, "/analytics?from=2026-02-31")


def test_figures_and_reports_without_scripts(desk: Desk, mona: User, month: None) -> None:
    """Every chart is a table, every choice has a button, and a report is built, saved and run."""
    page = desk.open(f"/analytics?{MARCH}", by=mona, scripts=False)
    expect(page.locator("#tile-volume .tile-figure")).to_contain_text("3")
    page.locator("#table-volume summary").click()
    expect(page.locator("#table-volume tbody tr").first).to_be_visible()
    page.locator("#group_by").select_option("priority")
    page.get_by_role("form", name="View").get_by_role("button", name="Show").click()
    assert "group_by=priority" in page.url
    page.goto("/analytics/arrange")
    page.locator("#show-volume").click()
    expect(page.locator("#show-volume")).to_contain_text("Show")
    page.goto(f"/analytics/reports/new?{MARCH}&metric=volume")
    page.get_by_role("textbox", name="Name").fill("Of March")
    page.get_by_role("button", name="Preview").click()
    expect(page.locator(".report-preview")).to_contain_text("3 tickets were created")
    page.get_by_role("button", name="Save report").click()
    page.get_by_role("button", name="Run now").click()
    expect(page.get_by_text("is being written")).to_be_visible()


def test_the_dashboard_is_light(desk: Desk, mona: User, month: None) -> None:
    """With Chart.js, and compressed as the server and what stands before it compress: 150 kB at most."""
    page = desk.open(by=mona)
    heard: list[Response] = []
    page.on("response", lambda one: heard.append(one))
    page.goto(f"/analytics?{MARCH}")
    drawn_in(page, "volume", 3)
    weights = {one.url: len(gzip.compress(one.body())) for one in heard if one.request.resource_type != "image"}
    assert sum(weights.values()) <= 150_000, weights
