"""What escalations tell people is read behind the bell."""

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from sla.models import Notice, Policy
from tickets.models import Ticket, User

COUNT, PAGE, READ = "/notices/count", "/notices", "/notices/read"


@pytest.fixture
def told(ticket: Ticket, tess: User, mona: User) -> list[Notice]:
    def tell(user: User, text: str) -> Notice:
        return Notice.objects.create(recipient=user, ticket=ticket, text=text, created_at=timezone.now())

    return [tell(tess, "First response: 75 %"), tell(tess, "First response: 100 %"), tell(mona, "For Mona alone")]


def text(answer: Any) -> str:
    return str(answer.content.decode())


def test_the_bell_counts_what_is_new_until_it_is_read(client: Client, tess: User, told: list[Notice]) -> None:
    client.force_login(tess)
    assert "2 new notices" in text(client.get(COUNT))
    shown = text(client.get(PAGE))
    assert shown.index("100 %") < shown.index("75 %")
    assert "For Mona alone" not in shown
    assert told[0].ticket.title in shown
    assert "Mark all as read" in shown
    done = text(client.post(READ, follow=True))
    assert "All notices are marked as read." in done
    assert "Mark all as read" not in done
    assert text(client.get(COUNT)).strip() == ""
    assert Notice.objects.filter(read_at=None).count() == 1


def test_nothing_to_tell(client: Client, milo: User, standard: Policy) -> None:
    client.force_login(milo)
    assert "Nothing to tell" in text(client.get(PAGE))
    assert 'hx-get="/notices/count"' in text(client.get(PAGE))


def test_who_lost_sight_of_a_ticket_reads_nothing_of_it(client: Client, milo: User, ticket: Ticket) -> None:
    Notice.objects.create(recipient=milo, ticket=ticket, text="Hidden", created_at=timezone.now())
    client.force_login(milo)
    assert "Hidden" not in text(client.get(PAGE))
    assert text(client.get(COUNT)).strip() == ""


def test_notices_are_for_the_desk(client: Client, carl: User, told: list[Notice]) -> None:
    client.force_login(carl)
    assert [client.get(path).status_code for path in (PAGE, COUNT)] == [404, 404]
    assert client.post(READ).status_code == 404
    assert client.get(f"{PAGE}?cursor=x").status_code == 404


def test_a_wrong_cursor_is_refused(client: Client, tess: User) -> None:
    client.force_login(tess)
    assert client.get(PAGE, {"cursor": "x"}).status_code == 400
