"""A ticket desk with one month of past, written at fixed times."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from analytics.actions.reports import save_report
from analytics.models import Report
from sla import tasks  # noqa: F401 - who carries out clocks of pasts
from tests.sla.conftest import always, make_policy, office, standard  # noqa: F401 - what was promised
from tickets.actions.history import Life, write_lives
from tickets.choices import Channel
from tickets.models import Organization, Team, Ticket, User

MARCH = datetime(2026, 3, 2, tzinfo=UTC)  # a Monday
WEEK = "from=2026-03-02&to=2026-03-08&metric=volume"


@pytest.fixture
def lived(carl: User, acme: Organization, network: Team, tess: User) -> Callable[..., Ticket]:
    """Write a ticket of Acme's with its past: hours after the Monday at which things happened."""

    def live(
        created: float = 0,
        *,
        replies: tuple[float, ...] = (),
        asks: tuple[float, ...] = (),
        resolved: float | None = None,
        minutes: int = 0,
        rating: int = 0,
        requester: User = carl,
        assignee: User | None = tess,
        **fields: object,
    ) -> Ticket:
        values = {"title": "Printer is on fire", "status": "open", "requester": requester, "assignee": assignee}
        values |= {"organization": acme, "team": network, **fields}
        life = Life.begin(by=requester, via=Channel.PORTAL, at=after(created), values=values)
        steps = [(hour, tess) for hour in replies] + [(hour, requester) for hour in asks]
        for hour, who in sorted(steps, key=lambda step: step[0]):
            life.comment(by=who, via=Channel.PORTAL, at=after(hour), body=f"Said at {hour}")
        if minutes:
            life.log_time(by=tess, via=Channel.WEB, at=after(created + 1), minutes=minutes)
        if resolved is not None:
            life.change(
                by=tess, via=Channel.WEB, at=after(resolved), values={"status": "resolved", "resolution": "Done"}
            )
        if rating:
            life.rate(by=requester, via=Channel.PORTAL, at=after((resolved or created) + 1), rating=rating)
        with transaction.atomic():
            write_lives([life])
        return Ticket.objects.get(pk=life.ticket.pk)

    return live


def after(hours: float) -> datetime:
    return MARCH + timedelta(hours=hours)


@pytest.fixture
def save(mona: User) -> Callable[..., Report]:
    def saved(by: User | None = None, **fields: Any) -> Report:
        return save_report(by=by or mona, fields={"name": "Weekly", "query": WEEK, "formats": ["json"], **fields})

    return saved


@pytest.fixture
def as_user() -> Callable[[User], Client]:
    def signed_in(user: User) -> Client:
        browser = Client()
        browser.force_login(user)
        return browser

    return signed_in
