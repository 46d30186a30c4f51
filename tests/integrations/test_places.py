"""Who finds a system busy, or somebody ahead in the line, comes back when it is their turn and not before."""

from datetime import timedelta
from itertools import pairwise

import pytest
from django.utils import timezone

from integrations.errors import Busy
from integrations.models import Delivery
from integrations.places import AT_ONCE, LONGEST_WAIT, Places
from tickets import work
from tickets.actions.conversation import add_comment
from tickets.choices import Channel, WorkState

A_WHILE = timedelta(minutes=1)


def test_who_finds_no_place_is_told_when_to_come_back_each_later_than_the_last():
    places = Places()
    held = [places.one() for _ in range(AT_ONCE)]
    for place in held:
        place.__enter__()
    waits = []
    for _ in range(4):
        with pytest.raises(Busy) as caught, places.one():
            pass
        waits.append(caught.value.wait)
    assert waits == sorted(set(waits))
    held[0].__exit__(None, None, None)
    with places.one():
        pass


def test_the_line_moves_as_fast_as_calls_were_answered():
    quick, slow = Places(at_once=2), Places(at_once=2)
    for _ in range(200):
        quick.took(0.1)
        slow.took(10.0)
    quick_line, slow_line = ([places.wait(0.0) for _ in range(3)] for places in (quick, slow))
    assert [b - a for a, b in pairwise(quick_line)] == pytest.approx([0.05, 0.05], rel=0.01)
    assert [b - a for a, b in pairwise(slow_line)] == pytest.approx([5.0, 5.0], rel=0.01)
    assert max(slow.wait(0.0) for _ in range(50)) == LONGEST_WAIT


@pytest.fixture
def two(linked, ticket, tess):
    """Two replies to be told elsewhere, in their order."""
    for body in ("On my way", "Here"):
        add_comment(ticket=ticket, by=tess, via=Channel.WEB, body=body)
    return list(Delivery.objects.filter(state=WorkState.QUEUED).order_by("pk"))


def due_within(row, span):
    row.refresh_from_db()
    return row.state == WorkState.QUEUED and row.due <= timezone.now() + span


def test_the_second_waits_until_the_first_is_done(two, elsewhere):
    first, second = two
    work.run(Delivery, second.pk)
    assert elsewhere.asked("comment") == []
    assert not due_within(second, A_WHILE)
    work.run(Delivery, first.pk)
    assert due_within(second, timedelta())


def test_it_is_not_forgotten_where_the_first_ends_while_it_looks(two, elsewhere, monkeypatch):
    first, second = two
    put_off = work.put_off

    def ends_meanwhile(row, until):
        work.run(Delivery, first.pk)
        put_off(row, until)

    monkeypatch.setattr(work, "put_off", ends_meanwhile)
    work.run(Delivery, second.pk)
    assert due_within(second, timedelta())


def test_nor_where_somebody_puts_the_first_aside(two):
    first, second = two
    work.run(Delivery, second.pk)
    work.set_aside(first, "Not needed any more.", timezone.now())
    assert due_within(second, timedelta())
