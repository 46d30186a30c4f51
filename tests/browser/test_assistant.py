"""The assistant in a real browser: an answer that is seen arriving, stopped, missed and read again; proposals decided on."""

import asyncio
import threading
from collections.abc import AsyncIterator
from typing import Any

import pytest
from playwright.sync_api import expect

from ai.models import Proposal, Turn
from tests.ai.brains import Brains, brains  # noqa: F401 - a fixture
from tests.browser.desk import Desk, assert_accessible, assert_fits
from tickets.models import Ticket, User


class Slow:
    """A model that says its next piece when the test says so."""

    def __init__(self, *pieces: str) -> None:
        self.pieces = pieces
        self.said = 0
        self._go = threading.Semaphore(0)

    def go_on(self, pieces: int = 1) -> None:
        self._go.release(pieces)

    async def __call__(self, messages: Any, info: Any) -> AsyncIterator[str]:
        for piece in self.pieces:
            while not self._go.acquire(blocking=False):
                await asyncio.sleep(0.01)
            self.said += 1
            yield piece


@pytest.fixture
def slow(brains: Brains) -> Slow:  # noqa: F811
    model = Slow("First, **pull", "** the plug 🔥.", " Then wait.")
    brains["one"] = lambda messages, info: model(messages, info)
    return model


def test_an_answer_is_seen_arriving_and_goes_on_after_the_page_was_loaded_again(
    desk: Desk, tess: User, slow: Slow
) -> None:
    page = desk.open("/assistant", by=tess)
    page.get_by_label("Your question").fill("What do I do?")
    page.get_by_role("button", name="Ask").click()
    page.wait_for_url("**/assistant/*")
    turn = page.locator(".turn")
    expect(turn).to_have_attribute("data-state", "running")
    expect(page.get_by_role("button", name="Stop")).to_be_visible()
    assert_accessible(page)
    slow.go_on()
    expect(turn.locator(".said-by-agent")).to_have_text("First, **pull")
    page.reload()
    expect(turn.locator(".said-by-agent")).to_have_text("First, **pull")
    slow.go_on()
    expect(turn.locator(".said-by-agent")).to_have_text("First, **pull** the plug 🔥.")
    assert slow.said == 2  # it was seen before the end was written
    slow.go_on()
    expect(turn).to_have_attribute("data-state", "done")
    expect(turn.locator(".said-by-agent strong")).to_have_text("pull")
    expect(turn.locator(".said-by-agent")).to_have_text("First, pull the plug 🔥. Then wait.")
    slow.go_on(3)
    page.get_by_label("Your question").fill("And then?")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".turn")).to_have_count(2)
    expect(page.locator(".turn").nth(1)).to_have_attribute("data-state", "done")
    expect(page.get_by_label("Your question")).to_have_value("")
    assert_fits(page)


def test_an_answer_is_stopped_with_what_it_said(desk: Desk, tess: User, slow: Slow) -> None:
    page = desk.open("/assistant", by=tess)
    page.get_by_label("Your question").fill("What do I do?")
    page.get_by_role("button", name="Ask").click()
    slow.go_on()
    expect(page.locator(".said-by-agent")).to_have_text("First, **pull")
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_text("You stopped the answer.")).to_be_visible()
    expect(page.locator(".turn")).to_have_attribute("data-state", "stopped")
    page.get_by_label("Your question").fill("Another")
    page.get_by_role("button", name="Ask").click()
    slow.go_on(9)  # the stopped one may still take some
    expect(page.locator(".turn").nth(1)).to_have_attribute("data-state", "done")
    assert Turn.objects.first().answer == "First, **pull"  # type: ignore[union-attr]


def test_a_proposal_is_approved_beside_the_ticket_and_taken_back(desk: Desk, tess: User, ticket: Ticket) -> None:
    arguments = {"ticket_id": ticket.reference, "changes": {"priority": "high"}}
    Proposal.objects.create(user=tess, ticket=ticket, tool="update_ticket", arguments=arguments)
    page = desk.open(f"/tickets/{ticket.pk}", by=tess)
    card = page.get_by_role("article", name=f"Proposal: Change {ticket.reference}")
    card.get_by_role("button", name="Approve").click()
    expect(page.locator("#toasts")).to_contain_text("Done: change")
    expect(page.locator("#p-priority")).to_have_value("high")
    page.locator("#toasts").get_by_role("button", name="Undo").click()
    expect(page.locator("#p-priority")).to_have_value("medium")
    expect(page.locator("#group-proposed")).to_be_hidden()
