"""Filters, order and pages of ticket lists."""

import random
from datetime import timedelta
from urllib.parse import parse_qs

import pytest
from django.utils import timezone

from tickets.actions.conversation import add_comment
from tickets.actions.tickets import change_ticket
from tickets.choices import Channel, CustomFieldKind
from tickets.errors import Invalid
from tickets.finding.counts import as_text, capped_count
from tickets.finding.filters import filter_tickets
from tickets.finding.paging import TICKET_ORDERINGS, page_of
from tickets.finding.views import STANDARD_VIEWS, count_of, views_for
from tickets.models import Category, CustomField, Ticket


def found(query: str, user) -> set[str]:
    return {ticket.title for ticket in filter_tickets(Ticket.objects.visible_to(user), parse_qs(query), user)}


@pytest.fixture
def queue(make_ticket, tess, gina, network, globex):
    """Three tickets that differ in everything: `red` is Tess's, `blue` is Globex's, `old` is resolved."""
    hardware = Category.objects.create(name="Hardware")
    laptop = Category.objects.create(name="Laptop", parent=hardware)
    CustomField.objects.create(key="floor", label="Floor", kind=CustomFieldKind.NUMBER)
    red, blue, old = make_ticket("red"), make_ticket("blue", by=gina), make_ticket("old")
    tomorrow = timezone.now() + timedelta(days=1)
    wishes = {
        red: {"assignee": tess, "team": network, "priority": "high", "tags": ["vpn", "urgent"], "category": laptop},
        blue: {"tags": ["vpn"], "due_at": tomorrow, "custom_fields": {"floor": 3}, "category": hardware},
        old: {"status": "resolved", "resolution": "Done", "due_at": tomorrow - timedelta(days=3)},
    }
    for ticket, wish in wishes.items():
        change_ticket(ticket=ticket, by=tess, via=Channel.WEB, changes=wish)
    return {"hardware": hardware.pk, "globex": globex.pk}


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("", {"red", "blue", "old"}),
        ("status=unresolved", {"red", "blue"}),
        ("status=open,resolved&priority=high", {"red"}),
        ("priority=low,high", {"red"}),
        ("priority=critical,medium&risk=low", {"blue", "old"}),
        ("assignee=me", {"red"}),
        ("assignee=none&status=open", {"blue"}),
        ("team=mine", {"red"}),
        ("team=none", {"blue", "old"}),
        ("tag=vpn", {"red", "blue"}),
        ("tag=vpn&tag=Urgent", {"red"}),
        ("tag=vpn&tag=unheard-of", set()),
        ("source=jira", set()),
        ("category={hardware}", {"red", "blue"}),
        ("organization={globex}", {"blue"}),
        ("custom_fields.floor=3", {"blue"}),
        ("custom_fields.floor=4", set()),
        ("overdue=true", set()),
        ("due_after=2020-01-01T00:00:00Z", {"blue", "old"}),
        ("created_before=2020-01-01", set()),
        ("q=blu", {"blue"}),
        ("archived=true", set()),
        ("channel=portal&utm=1", {"red", "blue", "old"}),
    ],
)
def test_filters(queue, tess, query, titles):
    assert found(query.format(**queue), tess) == titles


@pytest.mark.parametrize(
    "query",
    [
        "status=new",
        "priority=high,urgent",
        "assignee=you",
        "assignee=99999999999999999999",
        "overdue=maybe",
        "due_after=soon",
        "custom_fields.room=1",
        "custom_fields.floor=x",
        "category=-1",
    ],
)
def test_a_filter_that_makes_no_sense_is_named(queue, tess, query):
    with pytest.raises(Invalid) as refused:
        found(query, tess)
    assert set(refused.value.errors) == {query.partition("=")[0]}


def test_filters_never_widen_what_is_visible(queue, gina, carl):
    assert found("status=open", gina) == {"blue"}
    assert found("organization=" + str(queue["globex"]), carl) == set()


def test_notes_are_found_by_staff_and_do_not_exist_for_requesters(ticket, carl, tess):
    add_comment(ticket=ticket, by=tess, via=Channel.WEB, body="Toner is embezzled", internal=True)
    assert found("q=embezzled", tess) == {ticket.title}
    assert found("q=embezzled", carl) == set()
    assert found("q=printer -embezzled", tess) == set()
    assert found("q=printer -embezzled", carl) == {ticket.title}


@pytest.mark.parametrize("ordering", [sign + name for name in TICKET_ORDERINGS for sign in ("", "-")])
def test_pages_forwards_and_back_meet_every_ticket_once(make_ticket, tess, ordering):
    chance = random.Random(ordering)
    soon = timezone.now()
    for number in range(11):
        fields = {"priority": chance.choice(["low", "high"])}
        if chance.random() < 0.5:
            fields["due_at"] = soon + timedelta(hours=chance.randrange(3))
        make_ticket(f"{number}", by=tess, **fields)
    rows = Ticket.objects.all()
    whole = [ticket.pk for ticket in page_of(rows, ordering, size=200).items]
    assert sorted(whole) == sorted(rows.values_list("pk", flat=True))
    pages, cursor = [], ""
    while cursor is not None:
        page = page_of(rows, ordering, cursor, size=3)
        pages.append([ticket.pk for ticket in page.items])
        cursor = page.next
    assert [pk for page in pages for pk in page] == whole
    cursor = page.previous
    back = []
    while cursor is not None:
        page = page_of(rows, ordering, cursor, size=3)
        back.append([ticket.pk for ticket in page.items])
        cursor = page.previous
    assert back == pages[-2::-1]


@pytest.mark.parametrize("cursor", ["x", "bnVsbA", "WzEsMixmYWxzZV0", "W251bGwsIng" + "A" * 50, "\x00", "ü"])
def test_a_made_up_cursor_is_refused(ticket, cursor):
    with pytest.raises(Invalid) as refused:
        page_of(Ticket.objects.all(), "-updated_at", cursor)
    assert "cursor" in refused.value.errors


def test_counts_stop_at_a_cap(make_ticket):
    for number in range(4):
        make_ticket(str(number))
    assert as_text(capped_count(Ticket.objects.all(), 3), 3) == "3+"
    assert as_text(capped_count(Ticket.objects.all(), 4), 4) == "4"


def test_every_standard_view_counts(queue, tess):
    assert views_for(tess) == list(STANDARD_VIEWS)
    assert {view.key: count_of(view, tess) for view in STANDARD_VIEWS} == {
        "mine": "1", "unassigned": "1", "team": "1", "unresolved": "2", "overdue": "0", "watching": "0",
    }  # fmt: skip


@pytest.mark.parametrize(
    "words", ["wifi", "Wi-Fi", "wi-fi prin", "email", "e-mail", "e-mails", '"Wi-Fi printer"', "wifi -scanner"]
)
def test_words_with_a_hyphen_are_found_however_they_are_written(words, make_ticket, tess, carl):
    here = make_ticket("Wi-Fi printer", description="It sends no e-mail.", by=carl)
    add_comment(ticket=here, by=tess, via=Channel.WEB, body="The Wi-Fi is fine")
    make_ticket("Scanner", description="Wired", by=carl)
    assert found(f"q={words}", tess) == found(f"q={words}", carl) == {"Wi-Fi printer"}


def test_a_word_without_its_hyphen_is_found_by_the_one_with_it(make_ticket, tess):
    make_ticket("No wifi, no email", by=tess)
    assert found("q=wi-fi e-mail", tess) == {"No wifi, no email"}
    assert found("q=-wi-fi email", tess) == set()
