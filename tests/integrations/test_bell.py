"""What people were told is behind the bell of every page, by day, new until it is read; other programs read it by the API."""

import pytest

from integrations.actions.notify import notify_people
from integrations.choices import Kind
from integrations.models import Notification
from tests.integrations.telling import spread
from tickets.actions.conversation import add_comment
from tickets.actions.tickets import change_ticket
from tickets.choices import Channel

pytestmark = pytest.mark.django_db
COUNT, PAGE, READ, API = "/notifications/count", "/notifications", "/notifications/read", "/api/v1/notifications"


@pytest.fixture
def told(ticket, tess, mona):
    """Tess hears of Carl's ticket and a note on it, Mona of a connection."""
    change_ticket(ticket=ticket, by=mona, via=Channel.WEB, changes={"assignee": tess.pk})
    add_comment(ticket=ticket, by=mona, via=Channel.WEB, body="It is the fuser.", internal=True)
    notify_people(kind=Kind.CONNECTION, key="1", people=[mona], title="For Mona alone", text="", url="/")
    spread()
    return list(Notification.objects.filter(person=tess).order_by("pk"))


def text(answer):
    return answer.content.decode()


def test_the_bell_counts_what_is_new_until_it_is_read(client, tess, told):
    client.force_login(tess)
    assert "2 new notifications" in text(client.get(COUNT))
    shown = text(client.get(PAGE))
    assert shown.index("It is the fuser.") < shown.index("Assigned to you: [T-")
    assert "Today" in shown
    assert "For Mona alone" not in shown
    done = text(client.post(READ, follow=True))
    assert "All notifications are marked as read." in done
    assert "Mark all as read" not in done
    assert text(client.get(COUNT)).strip() == ""
    assert Notification.objects.filter(read_at=None, is_shown=True).count() == 1


def test_following_one_marks_it_as_read_and_it_can_be_new_again(client, tess, told):
    client.force_login(tess)
    assert client.get(f"{PAGE}/{told[0].pk}").url == f"/tickets/{told[0].ticket.reference}"
    assert "1 new notification" in text(client.get(COUNT))
    assert "Assigned to you" not in text(client.get(f"{PAGE}?show=unread"))
    client.post(f"{PAGE}/{told[0].pk}/read", {"read": "no"})
    assert "2 new notifications" in text(client.get(COUNT))


def test_requesters_have_a_bell_in_the_portal(client, ticket, carl, tess):
    add_comment(ticket=ticket, by=tess, via=Channel.WEB, body="Try again now.")
    spread()
    client.force_login(carl)
    assert 'hx-get="/notifications/count"' in text(client.get("/portal"))
    assert "Try again now." in text(client.get(PAGE))


def test_who_lost_sight_of_a_ticket_reads_nothing_of_it(client, milo, ticket):
    Notification.objects.create(person=milo, ticket=ticket, key="1", kind=Kind.NOTE, title="Hidden", url="/")
    client.force_login(milo)
    assert "Hidden" not in text(client.get(PAGE))
    assert text(client.get(COUNT)).strip() == ""
    assert client.get(f"{PAGE}/{Notification.objects.get().pk}").status_code == 404


def test_nothing_to_tell_and_wrong_cursors(client, tess):
    client.force_login(tess)
    assert "Nothing to tell" in text(client.get(PAGE))
    assert client.get(PAGE, {"cursor": "x"}).status_code == 400


def test_the_list_by_the_api(api, tess, mona, told):
    answer = api(tess).get(API).json()
    assert [row["kind"] for row in answer["results"]] == ["note", "assigned"]
    assert answer["results"][0]["ticket_id"] == told[0].ticket_id
    assert answer["next"] is None
    one = f"{API}/{told[0].pk}"
    assert api(tess).patch(one, {"read": True}).json()["read_at"]
    assert [row["kind"] for row in api(tess).get(f"{API}?unread=true").json()["results"]] == ["note"]
    assert api(tess).patch(one, {"read": False}).json()["read_at"] is None
    assert api(mona).patch(one, {"read": True}).status_code == 404
    assert api(tess).patch(API, {}).json() == {"read": 2}
    assert api(tess).get(f"{API}?unread=true").json()["results"] == []
    assert api(tess).get(f"{API}?unread=perhaps").status_code == 400
    assert api().get(API).status_code == 401
