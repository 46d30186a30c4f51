"""The demo desk: believable, the same every time, and true to its own log."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.db import transaction

from tests.replay import assert_log_tells_all
from tickets import search
from tickets.choices import Status
from tickets.demo.load import PEOPLE, load_demo
from tickets.models import (
    Article,
    Comment,
    Macro,
    Organization,
    SavedView,
    Technician,
    Ticket,
    TicketEvent,
    TicketLink,
    User,
)

NOW = datetime(2026, 3, 18, 10, 30, tzinfo=UTC)
pytestmark = pytest.mark.django_db


def snapshot() -> list[tuple[Any, ...]]:
    """Everything that is told, without ids."""
    tickets = Ticket.objects.order_by("pk").values_list(
        "title", "description", "status", "created_at", "due_at", "rating"
    )
    comments = Comment.objects.order_by("pk").values_list("body", "author__email", "created_at")
    events = TicketEvent.objects.order_by("ticket", "version").values_list("kind", "actor_name", "occurred_at")
    return [*tickets, *comments, *events]


def test_the_same_moment_gives_the_same_desk() -> None:
    desks = []
    for _ in range(2):
        with transaction.atomic():
            assert load_demo(now=NOW)
            desks.append(snapshot())
            transaction.set_rollback(True)
    assert desks[0] == desks[1]


def test_a_second_load_says_so_and_does_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("load_demo", now=NOW.isoformat())
    before = snapshot()
    call_command("load_demo")
    assert "already loaded" in capsys.readouterr().out
    assert snapshot() == before


@pytest.fixture
def demo() -> None:
    load_demo(now=NOW)


@pytest.mark.usefixtures("demo")
def test_every_log_leads_to_the_ticket_as_it_is() -> None:
    assert assert_log_tells_all(Ticket.objects.all()) == Ticket.objects.count()


@pytest.mark.usefixtures("demo")
def test_the_desk_is_as_large_and_as_varied_as_promised() -> None:
    assert 395 <= Ticket.objects.count() <= 410
    assert Organization.objects.values("time_zone").distinct().count() == 4
    assert Technician.objects.count() == 10
    assert Article.objects.published().count() == 15
    assert Macro.objects.exists()
    assert SavedView.objects.exists()
    assert set(TicketLink.objects.values_list("kind", flat=True)) == {"parent", "related", "duplicate"}
    assert Ticket.objects.exclude(merged_into=None).count() == 2
    for status in Status:
        assert Ticket.objects.filter(status=status).count() >= 3, status
    open_ones = Ticket.objects.unresolved()
    assert open_ones.filter(due_at__lt=NOW).exists()
    assert open_ones.filter(due_at__gt=NOW).exists()
    assert Ticket.objects.values("description").distinct().count() > 390
    assert Comment.objects.values("body").distinct().count() > 600


@pytest.mark.usefixtures("demo")
def test_everything_happened_in_the_last_sixty_days_and_some_of_it_just_now() -> None:
    tickets = Ticket.objects.order_by("created_at")
    assert NOW - timedelta(days=61) < tickets[0].created_at
    assert tickets.filter(created_at__gt=NOW - timedelta(minutes=10)).count() >= 3
    assert not TicketEvent.objects.filter(occurred_at__gt=NOW).exists()
    assert not Comment.objects.filter(created_at__gt=NOW).exists()
    assert list(tickets) == list(Ticket.objects.order_by("pk"))


@pytest.mark.usefixtures("demo")
def test_only_the_four_demo_people_can_sign_in() -> None:
    able = [user.email for user in User.objects.all() if user.has_usable_password()]
    assert sorted(able) == sorted(PEOPLE)
    for email in PEOPLE:
        assert User.objects.get(email=email).check_password("demo-pass-1")


@pytest.mark.usefixtures("demo")
def test_no_slot_stayed_empty_and_conversations_are_found_by_search() -> None:
    for text in Comment.objects.values_list("body", flat=True):
        assert "{" not in text
    tech = User.objects.get(email="tech@example.com")
    assert search.find_tickets(Ticket.objects.all(), "phishing", tech).count() >= 3
    assert search.find_tickets(Ticket.objects.all(), "rekey", tech).exists()
