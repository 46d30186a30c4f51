"""`make screenshots`: every page at three widths in both themes, from a desk with demo data, as PNG files in var/screenshots.

`make screenshots ARGS="/board /portal"` takes only pages whose address begins like one of these.
"""

import os
import shutil
import sys
import tempfile
import time
from pathlib import Path

import django

FOLDER = tempfile.mkdtemp(prefix="ticketsite-screenshots-")
os.environ |= {"DJANGO_SETTINGS_MODULE": "ticketsite.settings", "DATA_DIR": FOLDER, "DATABASE_URL": "", "REDIS_URL": ""}
os.environ |= {"DJANGO_ALLOW_ASYNC_UNSAFE": "true", "DEMO": "true", "LOG_LEVEL": "WARNING"}
django.setup()

from django.utils import timezone  # noqa: E402
from playwright.sync_api import Browser, sync_playwright  # noqa: E402

from ai.actions.dispatch import propose_plan  # noqa: E402
from benchmarks.servers import free_port, running  # noqa: E402
from tests.browser import pages  # noqa: E402
from tests.browser.desk import CHROMIUM, CHROMIUM_ARGUMENTS, Desk  # noqa: E402
from tickets.models import Ticket, User  # noqa: E402

OUT = Path(__file__).resolve().parents[2] / "var" / "screenshots"
WIDTHS = (390, 768, 1440)
SAID = "Update the client to **5.2**, then:\n\n1. sign out\n2. sign in again\n\nSee [T-1](/tickets/T-1)."


def main(only: tuple[str, ...]) -> None:
    OUT.mkdir(parents=True, exist_ok=True)
    port = free_port()
    command = [sys.executable, "manage.py", "up", "--demo", "--port", str(port), "--mcp-port", "0"]
    try:
        with running(command, probe="/accounts/login/", port=port), sync_playwright() as playwright:
            wait_for_demo()
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_ARGUMENTS)
            for who, paths in readers().items():
                wanted = [path for path in paths if not only or path.startswith(only)]
                shoot(browser, f"http://127.0.0.1:{port}", who, wanted)
            browser.close()
    finally:
        shutil.rmtree(FOLDER, ignore_errors=True)


def wait_for_demo() -> None:
    """The demo desk is loaded beside the running server; it is complete when the number of tickets stands still."""
    before = -1
    while (now := Ticket.objects.count()) != before or now < 100:
        before = now
        time.sleep(3)


def readers() -> dict[str, list[str]]:
    asked = Ticket.objects.filter(requester__email="customer@example.com").order_by("-pk")
    talked = asked.filter(comments__isnull=False).first() or asked[0]
    tech = User.objects.get(email="tech@example.com")
    manager = User.objects.get(email="manager@example.com")
    pages.connect_others(manager, talked, SAID)
    pages.save_report(tech, "Figures of the month")
    pages.tell(tech, talked, SAID)
    pages.tell(talked.requester, talked, SAID)
    return {
        "": pages.STRANGER,
        "tech@example.com": [*pages.staff_pages(tech), f"/tickets/{talked.pk}", pages.talk(tech, talked, SAID)],
        "manager@example.com": pages.manager_pages(propose_plan(by=manager, now=timezone.now())),
        "customer@example.com": pages.requester_pages(talked),
        "admin@example.com": pages.ADMIN,
    }


def shoot(browser: Browser, url: str, who: str, paths: list[str]) -> None:
    user = User.objects.get(email=who) if who else None
    for width in WIDTHS:
        for dark in (False, True):
            desk = Desk(browser, url)
            page = desk.open(by=user, width=width, dark=dark)
            for path in paths:
                page.goto(path)
                page.wait_for_timeout(300)
                name = f"{who.partition('@')[0] or 'stranger'}{path.replace('/', '-').replace('?', '-').rstrip('-')}"
                page.screenshot(path=OUT / f"{name}-{width}-{'dark' if dark else 'light'}.png")
            desk.close()
            sys.stdout.write(f"{who or 'stranger'}, {width} px, {'dark' if dark else 'light'}: {len(paths)} pages\n")


if __name__ == "__main__":
    main(tuple(sys.argv[1:]))
