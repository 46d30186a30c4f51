"""What a browser test holds in its hands: signed-in pages, and the checks that every page has to pass."""

import re
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page

from tickets.models import User

PATIENCE = 15_000  # milliseconds; a busy machine is slow, and what never comes still fails
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
CHROMIUM = "/usr/bin/chromium"
CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


class Desk:
    """Opens browsers on a running server and keeps what went wrong in them."""

    def __init__(self, browser: Browser, url: str) -> None:
        self.browser = browser
        self.url = url
        self.problems: list[str] = []
        self.contexts: list[BrowserContext] = []
        self._accepted: list[str] = []

    def open(
        self,
        path: str = "about:blank",
        *,
        by: User | None = None,
        width: int = 1440,
        dark: bool = False,
        scripts: bool = True,
    ) -> Page:
        """Open a page in a browser of its own, signed in as `by`; one without `scripts` runs no JavaScript."""
        context = self.browser.new_context(
            base_url=self.url,
            viewport={"width": width, "height": 900},
            color_scheme="dark" if dark else "light",
            has_touch=width < 500,
            java_script_enabled=scripts,
            reduced_motion="reduce",  # a colour halfway through a transition is nobody's contrast
        )
        self.contexts.append(context)
        context.set_default_timeout(PATIENCE)
        if by:
            context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session_of(by), "url": self.url}])
        page = context.new_page()
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.problems.append(f"script error: {error}"))
        page.goto(path)
        return page

    def accept(self, pattern: str) -> None:
        """Do not count console errors that match, as where a test provokes a refusal."""
        self._accepted.append(pattern)

    def _hear(self, message: ConsoleMessage) -> None:
        if not message.location.get("url") and "inline style" in message.text:
            return  # axe-core's own, not the page's
        if message.type == "error" or "Content Security Policy" in message.text:
            self.problems.append(f"console: {message.text} ({message.location.get('url')})")

    def unexpected(self) -> list[str]:
        """Console errors, script errors and policy violations that no test accepted."""
        return [text for text in self.problems if not any(re.search(pattern, text) for pattern in self._accepted)]

    def close(self) -> None:
        for context in self.contexts:
            context.close()


def session_of(user: User) -> str:
    """Return the cookie of a new session."""
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def assert_accessible(page: Page) -> None:
    """Fail on any violation of WCAG 2.2 AA that axe-core finds on the page as it stands."""
    options = {"runOnly": {"type": "tag", "values": WCAG}, "preload": False, "resultTypes": ["violations"]}
    if not page.evaluate("'axe' in window"):
        page.evaluate(Axe().axe_script)
    found: list[dict[str, Any]] = page.evaluate("options => axe.run(options).then(it => it.violations)", options)
    lines = [f"{v['id']}: {v['help']}: {[node['target'] for node in v['nodes'][:4]]}" for v in found]
    assert not found, f"{page.url}\n" + "\n".join(lines)


def assert_fits(page: Page) -> None:
    """Fail when the page scrolls sideways."""
    wide, seen = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
    assert wide <= seen, f"{page.url} is {wide} px wide in a window of {seen} px"
