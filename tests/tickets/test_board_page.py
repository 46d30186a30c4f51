"""The board: columns, moving cards with and without JavaScript, conflicts."""

import pytest
from django.urls import reverse
from django.utils import timezone

from tickets.actions.tickets import change_ticket
from tickets.choices import Channel
from tickets.models import Ticket

HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def board(client, tess):
    client.force_login(tess)
    return client


def column(response, status):
    return next(c for c in response.context["columns"] if c.status == status)


def move(client, ticket, status, *, version=None, htmx=False, **more):
    given = {"status": status, "version": version or Ticket.objects.get(pk=ticket.pk).version, "query": "", **more}
    return client.post(reverse("board_move", args=[ticket.pk]), given, **(HTMX if htmx else {}))


def test_tickets_stand_in_the_column_of_their_status(board, make_ticket, tess):
    waiting, solved, old = make_ticket("Waiting"), make_ticket("Solved"), make_ticket("Long solved")
    change_ticket(ticket=waiting, by=tess, via=Channel.WEB, changes={"status": "pending"})
    for ticket in (solved, old):
        change_ticket(ticket=ticket, by=tess, via=Channel.WEB, changes={"status": "resolved", "resolution": "Fixed."})
    Ticket.objects.filter(pk=old.pk).update(resolved_at=timezone.now() - timezone.timedelta(days=8))
    page = board.get(reverse("board"))
    assert [line.title for line in column(page, "pending").lines] == ["Waiting"]
    assert [line.title for line in column(page, "resolved").lines] == ["Solved"]
    assert column(page, "open").count == "0"


def test_a_full_column_says_how_many_there_are(board, make_ticket):
    for n in range(32):
        make_ticket(f"Ticket {n}")
    page = board.get(reverse("board"))
    assert (len(column(page, "open").lines), column(page, "open").count) == (30, "32")
    assert "See all 32" in page.content.decode()


def test_the_filters_of_the_queue_work(board, make_ticket, tess):
    mine = make_ticket("Mine")
    make_ticket("Nobody's")
    change_ticket(ticket=mine, by=tess, via=Channel.WEB, changes={"assignee": tess.pk})
    assert [line.title for line in column(board.get(reverse("board"), {"assignee": "me"}), "open").lines] == ["Mine"]
    assert column(board.get(reverse("board"), {"q": "zeppelin"}), "open").lines == []
    refused = board.get(reverse("board"), {"priority": "enormous"})
    assert refused.status_code == 400
    assert "Start again without filters" in refused.content.decode()


def test_moving_without_javascript(board, ticket):
    response = move(board, ticket, "in_progress", query="assignee=me")
    assert response.headers["Location"] == reverse("board") + "?assignee=me"
    ticket.refresh_from_db()
    assert ticket.status == "in_progress"


def test_moving_with_htmx_answers_with_the_card_and_both_counts(board, ticket):
    html = move(board, ticket, "on_hold", htmx=True).content.decode()
    assert f'id="card-{ticket.pk}"' in html
    assert 'id="count-open"' in html
    assert 'id="count-on_hold"' in html
    assert "<html" not in html


@pytest.mark.parametrize("htmx", [True, False])
def test_resolving_asks_how(board, ticket, htmx):
    asked = move(board, ticket, "resolved", htmx=htmx)
    assert asked.status_code == 200
    assert "How was" in asked.content.decode()
    assert asked.headers.get("HX-Retarget") == ("#board-dialog" if htmx else None)
    assert move(board, ticket, "resolved", htmx=htmx, resolution=" ").status_code == 400
    move(board, ticket, "resolved", htmx=htmx, resolution="Put out the fire.")
    ticket.refresh_from_db()
    assert (ticket.status, ticket.resolution) == ("resolved", "Put out the fire.")


@pytest.mark.parametrize("htmx", [True, False])
def test_a_move_over_somebody_elses_shows_both(board, ticket, mona, htmx):
    version = ticket.version
    change_ticket(ticket=ticket, by=mona, via=Channel.WEB, changes={"status": "on_hold"})
    refused = move(board, ticket, "pending", version=version, htmx=htmx)
    html = refused.content.decode()
    assert refused.status_code == 409
    assert "On hold" in html
    assert "Pending" in html
    ticket.refresh_from_db()
    assert ticket.status == "on_hold"
    move(board, ticket, "pending", htmx=htmx)
    ticket.refresh_from_db()
    assert ticket.status == "pending"


def test_a_change_elsewhere_does_not_stop_a_move(board, ticket, mona):
    version = ticket.version
    change_ticket(ticket=ticket, by=mona, via=Channel.WEB, changes={"priority": "high"})
    assert move(board, ticket, "pending", version=version).status_code == 302


@pytest.mark.parametrize(("status", "code"), [("nonsense", 400), ("", 302)])
def test_odd_moves_are_refused_calmly(board, ticket, status, code):
    assert move(board, ticket, status, version="x").status_code == code


def test_a_technician_of_another_team_sees_and_moves_nothing(client, milo, ticket):
    client.force_login(milo)
    assert ticket.title not in client.get(reverse("board")).content.decode()
    assert client.post(reverse("board_move", args=[ticket.pk]), {"status": "pending"}).status_code == 404


def test_requesters_get_the_portal_and_move_nothing(client, carl, ticket):
    client.force_login(carl)
    assert client.get(reverse("board")).headers["Location"] == reverse("portal")
    assert client.post(reverse("board_move", args=[ticket.pk]), {"status": "pending"}).status_code == 404


def test_the_board_asks_the_database_a_constant_number_of_times(board, make_ticket, django_assert_max_num_queries):
    for n in range(12):
        make_ticket(f"Ticket {n}")
    with django_assert_max_num_queries(14):
        board.get(reverse("board"))


def test_a_move_can_be_taken_back(board, ticket):
    html = move(board, ticket, "pending", htmx=True).content.decode()
    ticket.refresh_from_db()
    assert f"change:{ticket.pk}.{ticket.version}" in html
    board.post(reverse("undo"), {"what": f"change:{ticket.pk}.{ticket.version}"})
    ticket.refresh_from_db()
    assert ticket.status == "open"
