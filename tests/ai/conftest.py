"""What the tests of this room share."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest

from ai import learned
from tests.ai.brains import brains  # noqa: F401 - a fixture
from tickets.actions.history import Life, write_lives
from tickets.choices import Channel, Status
from tickets.models import Category, Team, Ticket, User

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
ABOUT = {
    "Printers": "the printer {n} jams and prints stripes, toner is full",
    "Passwords and sign-in": "my password {n} is not accepted, account locked after the holiday",
    "VPN": "the vpn client {n} disconnects every minute when I work from home",
}


@pytest.fixture(autouse=True)
def nothing_in_memory() -> Iterator[None]:
    """Ids come again in the next test, for other versions."""
    yield
    learned._loaded.clear()


@pytest.fixture
def categories(db: None) -> dict[str, Category]:
    return {name: Category.objects.create(name=name) for name in ABOUT}


@pytest.fixture
def past(
    categories: dict[str, Category], network: Team, desktop: Team, tess: User, carl: User
) -> Callable[..., list[Ticket]]:
    """`past(120)` writes so many closed tickets, the topics in turn, an hour between them."""

    def write(count: int, only: str = "", start: datetime = NOW - timedelta(days=30)) -> list[Ticket]:
        lives = []
        for n in range(count):
            name = only or list(ABOUT)[n % len(ABOUT)]
            values = {
                "title": f"Help with {name.lower()} please, case {chr(97 + n % 26)}{chr(97 + n // 26 % 26)}",
                "description": ABOUT[name].format(n=chr(97 + n % 7)),
                "category": categories[name],
                "team": network if name == "VPN" else desktop,
                "assignee": tess,
                "requester": carl,
                "status": Status.CLOSED,
                "resolution": "Done.",
                "priority": "high" if name == "VPN" else "low",
            }
            at = start + timedelta(hours=n)
            lives.append(Life.begin(by=carl, via=Channel.EMAIL, at=at, values=values))
        write_lives(lives)
        return [life.ticket for life in lives]

    return write
