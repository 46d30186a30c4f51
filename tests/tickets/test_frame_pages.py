"""The frame around every page: who gets in, what refusals look like, and times in the reader's zone."""

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from tickets.pages.words import due_words, initials, minutes_words, relative

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("ago", "words"),
    [
        (timedelta(seconds=20), "just now"),
        (timedelta(minutes=5), "5 min ago"),
        (timedelta(hours=3), "3 h ago"),
        (timedelta(days=4), "4 d ago"),
        (timedelta(days=40), "20 Jan"),
        (timedelta(days=400), "25 Jan 2025"),
        (timedelta(hours=-3), "in 3 h"),
    ],
)
def test_moments_are_told_relative_to_now(ago, words):
    assert relative(NOW - ago, NOW) == words


@pytest.mark.parametrize(
    ("left", "words", "state"),
    [
        (timedelta(days=3), "3 d left", "ahead"),
        (timedelta(minutes=40), "40 min left", "soon"),
        (timedelta(hours=2), "2 h left", "ahead"),
        (timedelta(minutes=-90), "90 min late", "late"),
    ],
)
def test_deadlines_count_down(left, words, state):
    assert due_words(NOW + left, NOW) == (words, state)


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Ada Lovelace", "AL"),
        ("ada", "A"),
        ("", "?"),
        ("عبد الرحمن", "عا"),
        ("李小龙", "李"),
        ("a.b@example.com", "AC"),
    ],
)
def test_initials_work_in_any_script(name, letters):
    assert initials(name) == letters


def test_minutes_are_told_in_hours():
    assert [minutes_words(m) for m in (0, 45, 60, 80)] == ["0 min", "45 min", "1 h", "1 h 20 min"]


def test_staff_start_in_the_queue(client, tess):
    client.force_login(tess)
    assert client.get("/").headers["Location"] == reverse("queue")


def test_a_requester_who_opens_the_queue_gets_the_portal(client, carl):
    client.force_login(carl)
    assert client.get(reverse("queue")).headers["Location"] == reverse("portal")


def test_a_page_for_staff_only_does_not_exist_for_a_requester(client, carl):
    client.force_login(carl)
    response = client.get(reverse("technicians"))
    assert response.status_code == 404
    assert "in the portal" in response.content.decode()


def test_an_unknown_address_says_what_to_do(client, tess):
    client.force_login(tess)
    response = client.get("/no/such/page")
    assert response.status_code == 404
    assert "Open the queue" in response.content.decode()


def test_times_are_shown_in_the_readers_zone(client, tess, ticket):
    tess.time_zone = "Asia/Tokyo"
    tess.save()
    client.force_login(tess)
    assert "JST" in client.get(reverse("queue")).content.decode()
    assert timezone.get_current_timezone_name() == "UTC"


def test_the_theme_is_in_the_first_byte_of_the_page(client, tess):
    tess.theme = "dark"
    tess.save()
    client.force_login(tess)
    assert 'data-theme="dark"' in client.get(reverse("queue")).content.decode()
