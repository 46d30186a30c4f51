"""How the other systems stand: what waits, what is stuck and why, for those who can mend it."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from integrations.actions.alert import tell_of_trouble
from integrations.actions.hand_on import hand_on
from integrations.actions.hooks import save_hook
from integrations.errors import Refused, SignInRefused, Unreachable
from integrations.models import Connection, Delivery, HookCall, Notification, SyncRun
from tests.integrations.conftest import settle
from tickets.breaker import Breaker
from tickets.choices import WorkState

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client, mona):
    client.force_login(mona)
    return client


def text(client):
    return " ".join(client.get(reverse("integrations")).content.decode().split())


def test_without_any_it_says_what_to_do_first(desk):
    assert "No other system is connected" in text(desk)


def test_what_waits_and_what_is_stuck_is_seen_and_tried_again(desk, connection, ticket, tess, elsewhere):
    elsewhere.fail("create", Refused("Summary is too short."))
    hand_on(ticket=ticket, connection=connection, by=tess)
    Delivery.objects.update(created_at=timezone.now() - timedelta(hours=1))
    assert "Late" in text(desk)
    settle()
    page = text(desk)
    assert "1 stuck" in page
    assert "Summary is too short." in page
    assert ticket.reference in page
    row = Delivery.objects.get()
    desk.post(reverse("integrations_again"), {"kind": "integrations.Delivery", "row": row.pk})
    settle()
    assert Delivery.objects.filter(verb="create", state=WorkState.DONE).exists()
    assert "stuck" not in text(desk)


def test_all_that_is_stuck_of_one_connection_is_tried_again(desk, connection, ticket, tess, elsewhere):
    elsewhere.fail("create", Refused("No."))
    hand_on(ticket=ticket, connection=connection, by=tess)
    settle()
    desk.post(reverse("integration_act", args=[connection.pk]), {"again": ""})
    settle()
    assert connection.links.count() == 1


@pytest.mark.parametrize(("kind", "row"), [("tickets.OutgoingMail", "1"), ("integrations.Delivery", "0"), ("", "x")])
def test_what_is_not_stuck_cannot_be_tried_again(desk, kind, row):
    answer = desk.post(reverse("integrations_again"), {"kind": kind, "row": row}, follow=True)
    assert "not stuck any more" in answer.content.decode()


def test_a_system_that_fails_says_so_with_the_reason_and_since_when(desk, connection, elsewhere):
    elsewhere.fail("test", SignInRefused("The token has expired."))
    desk.post(reverse("integration_act", args=[connection.pk]), {"test": ""})
    page = text(desk)
    assert "Sign-in refused" in page
    assert "The token has expired." in page
    since = Connection.objects.get().failing_since
    elsewhere.fail("test", Unreachable("Cannot be reached."))
    desk.post(reverse("integration_act", args=[connection.pk]), {"test": ""})
    assert Connection.objects.get().failing_since == since
    desk.post(reverse("integration_act", args=[connection.pk]), {"test": ""})
    assert Connection.objects.get().failing_since is None
    assert "Works" in text(desk)


def test_a_system_that_is_left_alone_says_for_how_long(desk, connection):
    Breaker(f"integration:{connection.pk}").failed(wait=90)
    assert "Left alone for" in text(desk)


def test_asking_begins_a_run(desk, connection):
    desk.post(reverse("integration_act", args=[connection.pk]), {"ask": ""})
    assert SyncRun.objects.count() == 1
    answer = desk.post(reverse("integration_act", args=[connection.pk]), {"ask": ""}, follow=True)
    assert "A run is at it already" in answer.content.decode()


def test_webhooks_out_stand_there_too(desk, mona):
    hook = save_hook(by=mona, fields={"name": "Wallboard", "url": "https://10.0.0.7/hook"})
    desk.post(reverse("hook_act", args=[hook.pk]), {"test": ""})
    page = text(desk)
    assert "Wallboard" in page
    assert "1 stuck" in page
    desk.post(reverse("hook_act", args=[hook.pk]), {"again": ""})
    assert HookCall.objects.get().state == WorkState.QUEUED


def test_it_is_for_managers(client, tess, connection):
    client.force_login(tess)
    assert client.get(reverse("integrations")).status_code == 403
    assert client.post(reverse("integrations_again"), {"kind": "integrations.Delivery", "row": 1}).status_code == 403


def test_a_hundred_connections_ask_no_more_often_than_one(desk, connect, django_assert_max_num_queries):
    for number in range(3):
        connect(f"Elsewhere {number}")
    desk.get(reverse("integrations"))
    with django_assert_max_num_queries(25):
        desk.get(reverse("integrations"))


def test_the_api_says_the_same(api, mona, tess, connection, ticket, elsewhere):
    elsewhere.fail("create", Refused("No."))
    hand_on(ticket=ticket, connection=connection, by=tess)
    settle()
    (one,) = api(mona).get("/api/v1/integrations/overview").json()["connections"]
    assert (one["of"]["name"], one["stuck"], one["waiting"]) == ("Elsewhere", 1, 0)
    assert api(tess).get("/api/v1/integrations/overview").status_code == 403


def test_a_ticket_says_that_its_system_does_not_answer(client, tess, linked, elsewhere, mona):
    elsewhere.fail("test", Unreachable("Cannot be reached."))
    client.force_login(mona)
    client.post(reverse("integration_act", args=[linked.connection_id]), {"test": ""})
    client.force_login(tess)
    assert "Not in step since" in client.get(reverse("ticket", args=[linked.ticket_id])).content.decode()


def test_what_stays_down_is_told_once_to_owner_and_admins(client, connection, elsewhere, mona, ada, tess):
    client.force_login(mona)
    elsewhere.fail("test", Unreachable("Cannot be reached."))
    client.post(reverse("integration_act", args=[connection.pk]), {"test": ""})
    now = timezone.now()
    assert tell_of_trouble(now + timedelta(minutes=5)) == 0
    assert tell_of_trouble(now + timedelta(minutes=20)) == 1
    assert tell_of_trouble(now + timedelta(minutes=21)) == 0
    assert set(Notification.objects.values_list("person__email", flat=True)) == {mona.email, ada.email}
    assert "Cannot be reached." in Notification.objects.first().text
    client.post(reverse("integration_act", args=[connection.pk]), {"test": ""})
    elsewhere.fail("test", Unreachable("Gone again."))
    client.post(reverse("integration_act", args=[connection.pk]), {"test": ""})
    assert tell_of_trouble(timezone.now() + timedelta(minutes=20)) == 1
