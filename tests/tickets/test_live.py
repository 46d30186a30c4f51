"""Live updates: what comes through `/ws`, to whom, and what does not."""

import asyncio
import json
from datetime import timedelta

import pytest
from channels.testing import WebsocketCommunicator
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.db import OperationalError
from rest_framework_simplejwt.tokens import AccessToken

from tests.sockets import SOON, act, connected, sync_to_async, token_for
from tickets.accounts.tokens import tokens_for
from tickets.actions.bulk import bulk_change
from tickets.actions.conversation import add_comment
from tickets.actions.tickets import change_ticket, set_watching
from tickets.choices import Channel, Role, TicketScope
from tickets.errors import NotFound
from tickets.live.audiences import groups_of_ticket, groups_of_user
from tickets.live.consumer import MESSAGES_A_MINUTE, live
from tickets.live.hub import hub
from tickets.live.socket import WAITING_AT_MOST
from tickets.models import Ticket, User
from tickets.publisher import publisher

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("publishing")]
WEB = Channel.WEB


def cookie_for(user):
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "allauth.account.auth_backends.AuthenticationBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    return session


async def test_a_change_reaches_those_who_follow_the_ticket(ticket, tess, carl):
    async with connected(carl) as client:
        answer = await client.ask("subscribe_ticket", request_id="r1", ticket_id=ticket.pk)
        assert (answer["type"], answer["success"], answer["request_id"]) == ("subscription_response", True, "r1")
        assert answer["data"]["version"] == 1
        await act(change_ticket, ticket=ticket, by=tess, changes={"status": "in_progress", "assignee": tess.pk})
        status, assigned, changed = await client.hear_until("ticket_changed")
        assert (status["type"], assigned["type"]) == ("ticket_status_update", "ticket_assigned")
        assert (status["protocol"], status["data"]["status"]) == ("ticket", "in_progress")
        assert status["data"]["updated_by"] == {"id": tess.pk, "name": "Tess"}
        assert assigned["data"]["assigned_to"]["name"] == "Tess"
        assert {push["data"]["version"] for push in (status, assigned, changed)} == {2}
        assert changed["data"]["fields"] == ["assignee", "status"]


async def test_a_comment_arrives_with_its_words(ticket, tess, carl):
    async with connected(carl) as client:
        await client.ask("subscribe_ticket", ticket_id=ticket.pk)
        comment = await act(add_comment, ticket=ticket, by=tess, body="Look **here**")
        added = await client.hear()
        assert added["type"] == "ticket_comment_added"
        assert added["data"]["comment_id"] == comment.pk
        assert (added["data"]["author"]["name"], added["data"]["content"]) == ("Tess", "Look **here**")


async def test_internal_notes_reach_colleagues_but_no_customer(ticket, tess, mona, carl):
    async with connected(carl) as customer, connected(mona) as colleague:
        for client in (customer, colleague):
            await client.ask("subscribe_ticket", ticket_id=ticket.pk)
            await client.ask("subscribe_queue")
        await act(add_comment, ticket=ticket, by=tess, body="zealous", internal=True)
        assert (await colleague.hear_until("ticket_comment_added"))[-1]["data"]["content"] == "zealous"
        await customer.silence()
        replay = await customer.ask("subscribe_ticket", ticket_id=ticket.pk, after_version=1)
        assert (replay["data"]["version"], replay["data"]["replayed"]) == (2, 0)
        await customer.silence()


async def test_a_ticket_of_others_does_not_exist(ticket, gina):
    async with connected(gina) as client:
        for kind in ("subscribe_ticket", "get_ticket_status"):
            refused = await client.ask(kind, ticket_id=ticket.pk)
            assert (refused["type"], refused["success"], refused["data"]["code"]) == ("error", False, "not_found")


async def test_what_was_missed_comes_in_order_before_what_is_new(ticket, tess):
    for number in range(3):
        await act(add_comment, ticket=ticket, by=tess, body=f"word {number}")
    async with connected(tess) as client:
        answer = await client.ask("subscribe_ticket", ticket_id=ticket.pk, after_version=2)
        assert (answer["data"]["version"], answer["data"]["complete"]) == (4, True)
        await act(add_comment, ticket=ticket, by=tess, body="word 3")
        heard = [await client.hear() for _ in range(6)]
        assert [push["data"]["content"] for push in heard if "content" in push["data"]] == [
            "word 1",
            "word 2",
            "word 3",
        ]
        assert [push["data"]["version"] for push in heard] == [3, 3, 4, 4, 5, 5]


async def test_too_much_missed_is_said_so(ticket, tess, monkeypatch):
    monkeypatch.setattr("tickets.live.replay.REPLAYED_AT_MOST", 2)
    for number in range(3):
        await act(add_comment, ticket=ticket, by=tess, body=f"word {number}")
    async with connected(tess) as client:
        answer = await client.ask("subscribe_ticket", ticket_id=ticket.pk, after_version=0)
        assert (answer["data"]["complete"], answer["data"]["replayed"]) == (False, 0)


async def test_losing_access_ends_the_subscription_before_the_news(ticket, tess, cleo, globex):
    async with connected(cleo) as client:
        await client.ask("subscribe_ticket", ticket_id=ticket.pk)
        await act(change_ticket, ticket=ticket, by=tess, changes={"organization": globex.pk, "title": "Secret"})
        ended = await client.hear()
        assert (ended["type"], ended["data"]["ticket_id"]) == ("subscription_ended", ticket.pk)
        await act(add_comment, ticket=ticket, by=tess, body="for Globex only")
        await client.silence()


async def test_a_watcher_taken_off_hears_no_more(ticket, tess, gina):
    await act(set_watching, ticket=ticket, watcher=gina, watching=True, by=tess)
    async with connected(gina) as client:
        await client.ask("subscribe_ticket", ticket_id=ticket.pk)
        await act(set_watching, ticket=ticket, watcher=gina, watching=False, by=tess)
        assert (await client.hear())["type"] == "subscription_ended"


async def test_unsubscribing_ends_the_pushes(ticket, tess, carl):
    async with connected(carl) as client:
        await client.ask("subscribe_ticket", ticket_id=ticket.pk)
        assert (await client.ask("unsubscribe_ticket", ticket_id=ticket.pk))["data"]["subscribed"] is False
        await act(add_comment, ticket=ticket, by=tess, body="unheard")
        await client.silence()


async def test_the_queue_tells_each_of_their_own_lists(make_ticket, tess, milo, carl, gina, desktop):
    ticket = await sync_to_async(make_ticket)()
    async with (
        connected(tess) as staff,
        connected(milo) as limited,
        connected(carl) as asker,
        connected(gina) as stranger,
    ):
        for client in (staff, limited, asker, stranger):
            assert (await client.ask("subscribe_queue"))["success"]
        await act(change_ticket, ticket=ticket, by=tess, changes={"priority": "high"})
        for client in (staff, asker):
            news = (await client.hear())["data"]
            assert (news["ticket_id"], news["version"], news["kind"]) == (ticket.pk, 2, "ticket_changed")
        await limited.silence()
        await act(change_ticket, ticket=ticket, by=tess, changes={"team": desktop.pk})
        assert (await limited.hear())["data"]["version"] == 3
        await act(change_ticket, ticket=ticket, by=tess, changes={"team": None})
        assert (await limited.hear())["data"]["kind"] == "left"
        await stranger.silence()


async def test_a_big_bulk_change_does_not_cut_off_a_client_that_reads(make_ticket, tess, monkeypatch):
    monkeypatch.setattr("tickets.live.socket.WAITING_AT_MOST", 5)
    tickets = [await sync_to_async(make_ticket)() for _ in range(30)]
    async with connected(tess) as client:
        await client.ask("subscribe_queue")
        ids = [ticket.pk for ticket in tickets]
        await sync_to_async(bulk_change)(ticket_ids=ids, by=tess, via=WEB, changes={"priority": "high"})
        assert [(await client.hear())["data"]["ticket_id"] for _ in ids] == ids


async def test_colleagues_see_who_is_typing_and_customers_do_not(ticket, tess, mona, carl):
    async with connected(mona) as colleague, connected(carl) as customer:
        for client in (colleague, customer):
            await client.ask("subscribe_ticket", ticket_id=ticket.pk)
        async with connected(tess) as writer:
            refused = await writer.ask("presence", ticket_id=ticket.pk, state="typing")
            assert refused["data"]["code"] == "not_subscribed"
            await writer.ask("subscribe_ticket", ticket_id=ticket.pk)
            await writer.say("presence", ticket_id=ticket.pk, state="typing")
            seen = await colleague.hear()
            assert (seen["type"], seen["data"]["state"], seen["data"]["user"]["name"]) == ("presence", "typing", "Tess")
        assert (await colleague.hear())["data"]["state"] == "left"
        await customer.silence()
        assert (await customer.ask("presence", ticket_id=ticket.pk, state="looking"))["data"]["code"] == "not_allowed"


@pytest.mark.parametrize(
    "path", ["/ws", "/ws?token=", "/ws?token=abc", "/ws?token=%ff", "/nowhere?token={good}", "/ws?token={refresh}"]
)
async def test_a_bad_credential_closes_with_4001(path, tess):
    tokens = await sync_to_async(tokens_for)(tess)
    socket = WebsocketCommunicator(live, path.format(good=tokens["access_token"], refresh=tokens["refresh_token"]))
    assert (await socket.connect(timeout=SOON))[0], "accepted first, so that a browser can read the code"
    assert (await socket.receive_output(timeout=SOON))["code"] == 4001


async def test_an_expired_token_and_a_deactivated_user_do_not_get_in(tess):
    old = AccessToken(await sync_to_async(token_for)(tess))
    old.set_exp(lifetime=-timedelta(minutes=1))
    async with connected(tess, path=f"/ws?token={old}") as client:
        assert await client.closed() == 4001
    token = await sync_to_async(token_for)(tess)
    await User.objects.filter(pk=tess.pk).aupdate(is_active=False)
    async with connected(tess, path=f"/ws?token={token}") as client:
        assert await client.closed() == 4001


@pytest.mark.parametrize(
    ("origin", "enters"),
    [(b"http://localhost:8000", True), (b"https://evil.example", False), (b"", False), (b"http://[::1", False)],
)
async def test_a_session_counts_only_from_our_own_pages(origin, enters, tess):
    session = await sync_to_async(cookie_for)(tess)
    headers = [(b"cookie", f"sessionid={session.session_key}".encode()), (b"origin", origin)]
    async with connected(tess, path="/ws", headers=headers) as client:
        if enters:
            assert (await client.ask("subscribe_queue"))["success"]
        else:
            assert await client.closed() == 4001


async def test_signing_out_closes_the_socket(tess):
    session = await sync_to_async(cookie_for)(tess)
    headers = [(b"cookie", f"sessionid={session.session_key}".encode()), (b"origin", b"http://localhost")]
    async with connected(tess, path="/ws", headers=headers) as client:
        await hub().look()
        assert (await client.ask("subscribe_queue"))["success"]
        await sync_to_async(session.flush)()
        await hub().look()
        assert await client.closed() == 4001


@pytest.mark.parametrize("change", [{"is_active": False}, {"password": "changed"}, {"session_epoch": 7}])
async def test_a_user_who_was_shut_out_is_cut_off(change, tess, ticket):
    async with connected(tess) as client:
        await client.ask("subscribe_ticket", ticket_id=ticket.pk)
        await User.objects.filter(pk=tess.pk).aupdate(**change)
        await hub().look()
        assert await client.closed() == 4001


async def test_a_token_that_runs_out_closes_the_socket(tess):
    token = AccessToken(await sync_to_async(token_for)(tess))
    token.set_exp(lifetime=timedelta(seconds=4))
    async with connected(tess, path=f"/ws?token={token}") as client:
        assert (await client.ask("subscribe_queue"))["success"]
        await asyncio.sleep(4.1)
        await client.say("subscribe_queue")
        assert await client.closed() == 4001


async def test_fewer_rights_take_subscriptions_away(tess, ticket):
    async with connected(tess) as client:
        await client.ask("subscribe_ticket", ticket_id=ticket.pk)
        await client.ask("subscribe_queue")
        await User.objects.filter(pk=tess.pk).aupdate(ticket_scope=TicketScope.TEAMS)
        await hub().look()
        assert (await client.hear())["type"] == "subscription_ended"
        await act(change_ticket, ticket=ticket, by=tess_again(tess), changes={"priority": "high"})
        await client.silence()


def tess_again(tess):
    tess.ticket_scope = TicketScope.STANDARD
    return tess


async def test_what_the_layer_lost_is_sent_from_the_log(ticket, tess, carl, monkeypatch):
    async with connected(carl) as client:
        await client.ask("subscribe_ticket", ticket_id=ticket.pk)
        await client.ask("subscribe_queue")
        with monkeypatch.context() as broken:
            broken.setattr(publisher, "say", lambda *_: None)
            await act(add_comment, ticket=ticket, by=tess, body="lost on the way")
        await hub().look()
        await hub().look()
        assert (await client.hear())["data"]["content"] == "lost on the way"
        assert (await client.hear_until("queue_changed"))[-1]["data"]["kind"] == "lost"
        await hub().look()
        await client.silence()


async def test_what_happened_since_the_list_was_asked_for_comes_first(make_ticket, tess, carl, gina, monkeypatch):
    mine, theirs = [await sync_to_async(make_ticket)(by=who) for who in (carl, gina)]
    await act(add_comment, ticket=mine, by=tess, body="zealous", internal=True)
    await act(add_comment, ticket=theirs, by=tess, body="for Gina")
    async with connected(carl) as customer, connected(tess) as staff:
        for client, expected in (
            (customer, [(mine.pk, 1)]),
            (staff, [(mine.pk, 1), (theirs.pk, 1), (mine.pk, 2), (theirs.pk, 2)]),
        ):
            assert (await client.ask("subscribe_queue", age=60.5))["data"]["replayed"] == len(expected)
            heard = [(await client.hear())["data"] for _ in expected]
            assert [(news["ticket_id"], news["version"]) for news in heard] == expected
            await client.silence()
        monkeypatch.setattr("tickets.live.replay.REPLAYED_AT_MOST", 2)
        await staff.ask("subscribe_queue", age=60)
        assert (await staff.hear())["data"]["kind"] == "lost"


@pytest.mark.parametrize("age", [-1, 301, "1", True, None, [], float("nan"), float("inf")])
async def test_an_age_that_is_none_names_the_field(age, tess):
    async with connected(tess) as client:
        assert "age" in (await client.ask("subscribe_queue", age=age))["data"]["errors"]


async def test_one_lost_push_among_others_that_came_is_noticed(make_ticket, tess, carl, monkeypatch):
    lost, told = [await sync_to_async(make_ticket)() for _ in range(2)]
    async with connected(carl) as client:
        await client.ask("subscribe_queue")
        with monkeypatch.context() as broken:
            broken.setattr(publisher, "say", lambda *_: None)
            await act(add_comment, ticket=lost, by=tess, body="lost on the way")
        await act(add_comment, ticket=told, by=tess, body="well received")
        assert (await client.hear())["data"]["ticket_id"] == told.pk
        for _ in range(2):
            await hub().look()
        assert (await client.hear())["data"]["kind"] == "lost"
        for _ in range(2):
            await hub().look()
        await client.silence()


async def test_more_than_can_be_compared_counts_as_lost_once(ticket, tess, carl, monkeypatch):
    monkeypatch.setattr("tickets.live.losses.EVENTS_AT_MOST", 2)
    async with connected(carl) as client:
        await client.ask("subscribe_queue")
        with monkeypatch.context() as broken:
            broken.setattr(publisher, "say", lambda *_: None)
            for number in range(5):
                await act(add_comment, ticket=ticket, by=tess, body=f"imported {number}")
        for _ in range(3):
            await hub().look()
        assert (await client.hear())["data"]["kind"] == "lost"
        await client.silence()


async def test_a_lost_push_that_took_the_ticket_away_ends_the_subscription(ticket, tess, cleo, globex, monkeypatch):
    async with connected(cleo) as outside, connected(tess) as staff:
        for client in (outside, staff):
            await client.ask("subscribe_ticket", ticket_id=ticket.pk)
        with monkeypatch.context() as broken:
            broken.setattr(publisher, "say", lambda *_: None)
            await act(change_ticket, ticket=ticket, by=tess, changes={"organization": globex.pk})
        for _ in range(2):
            await hub().look()
        assert (await outside.hear())["type"] == "subscription_ended"
        assert (await staff.hear())["data"]["fields"] == ["organization"]
        await act(add_comment, ticket=ticket, by=tess, body="for Globex only")
        await outside.silence()


async def test_what_happened_while_nobody_listened_is_not_lost(ticket, tess, carl):
    async with connected(carl) as client:
        await client.ask("subscribe_queue")
    await act(add_comment, ticket=ticket, by=tess, body="said to an empty room")
    async with connected(carl) as client:
        await client.ask("subscribe_queue")
        for _ in range(2):
            await hub().look()
        await client.silence()


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "null", '"x"', "{}", '{"type": 1}', '{"type": "subscribe_ticket", "data": []}', '{"type": "rm"}',
     "[" * 100_000, '{"type": "subscribe_ticket", "data": {"ticket_id": NaN}}'],
)  # fmt: skip
async def test_nonsense_is_refused_and_the_socket_lives(text, tess):
    async with connected(tess) as client:
        await client.socket.send_input({"type": "websocket.receive", "text": text})
        refused = await client.hear()
        assert (refused["type"], refused["success"]) == ("error", False)
        assert (await client.ask("subscribe_queue"))["success"]


@pytest.mark.parametrize("value", [None, "one", 1.5, True, 0, -1, 10**30, {}, []])
@pytest.mark.parametrize("kind", ["subscribe_ticket", "get_ticket_status"])
async def test_ids_that_are_none_name_the_field(kind, value, tess):
    async with connected(tess) as client:
        refused = await client.ask(kind, ticket_id=value)
        assert "ticket_id" in refused["data"]["errors"]


async def test_a_ticket_may_be_named_by_its_reference(ticket, tess):
    async with connected(tess) as client:
        assert (await client.ask("get_ticket_status", ticket_id=ticket.reference))["data"]["ticket_id"] == ticket.pk


@pytest.mark.parametrize("trouble", [NotFound("not yours"), OperationalError("database is locked")])
async def test_what_happens_during_a_failed_subscription_does_not_come_out(ticket, tess, carl, monkeypatch, trouble):
    """The socket listens before it is allowed to, so that nothing is missed; a refusal must forget what it heard."""

    def answered_meanwhile(*_):
        add_comment(ticket=ticket, by=tess, via=Channel.WEB, body="For the eyes of one customer")
        raise trouble

    monkeypatch.setattr("tickets.live.ticket_protocol.missed", answered_meanwhile)
    async with connected(carl) as client:
        assert (await client.ask("subscribe_ticket", ticket_id=ticket.pk))["type"] == "error"
        await client.silence()


async def test_a_binary_frame_is_refused(tess):
    async with connected(tess) as client:
        await client.socket.send_to(bytes_data=b"\x00\xff")
        assert (await client.hear())["data"]["code"] == "bad_message"


async def test_the_sixty_first_message_of_a_minute_is_refused_but_the_socket_stays(tess):
    async with connected(tess) as client:
        for _ in range(MESSAGES_A_MINUTE):
            assert (await client.ask("subscribe_queue"))["success"]
        refused = await client.ask("subscribe_queue", request_id=61)
        assert (refused["data"]["code"], refused["request_id"]) == ("rate_limited", 61)
        assert refused["data"]["retry_after"] > 0
        assert (await client.ask("subscribe_queue"))["type"] == "error"


async def test_a_client_that_does_not_read_is_cut_off(ticket, tess):
    """A socket whose other end is stuck: nothing leaves the queue."""
    token, sent, stuck = await sync_to_async(token_for)(tess), [], asyncio.Event()
    incoming = asyncio.Queue()

    async def send(message):
        sent.append(message)
        if message["type"] == "websocket.send" and "ticket_changed" in message["text"]:
            await stuck.wait()

    scope = {"type": "websocket", "path": "/ws", "query_string": f"token={token}".encode(), "headers": []}
    serving = asyncio.create_task(live(scope, incoming.get, send))
    await incoming.put({"type": "websocket.connect"})
    follow = {"type": "subscribe_ticket", "data": {"ticket_id": ticket.pk}}
    await incoming.put({"type": "websocket.receive", "text": json.dumps(follow)})
    while len(sent) < 2:
        await asyncio.sleep(0.01)
    for number in range(WAITING_AT_MOST // 2 + 2):
        await act(add_comment, ticket=ticket, by=tess, body=f"{number}")
    await asyncio.wait_for(serving, SOON)
    assert sent[-1]["code"] == 4008
    assert not hub().sockets


async def test_a_socket_follows_only_so_many(make_ticket, tess, monkeypatch):
    monkeypatch.setattr("tickets.live.request.FOLLOWED_AT_MOST", 2)
    first, second, third = [await sync_to_async(make_ticket)() for _ in range(3)]
    async with connected(tess) as client:
        for ticket in (first, second, second):
            assert (await client.ask("subscribe_ticket", ticket_id=ticket.pk))["success"]
        assert (await client.ask("subscribe_ticket", ticket_id=third.pk))["data"]["code"] == "too_many_subscriptions"


async def test_one_person_has_only_so_many_connections_at_a_time(tess, mona, monkeypatch):
    monkeypatch.setattr("tickets.live.consumer.SOCKETS_AT_MOST", 1)
    async with connected(tess):
        async with connected(tess) as second:
            assert await second.closed() == 4009
        async with connected(mona) as other:
            assert (await other.ask("subscribe_queue"))["success"]
    async with connected(tess) as again:
        assert (await again.ask("subscribe_queue"))["success"]


def test_groups_say_the_same_as_visible_to(
    make_ticket, make_user, ada, mona, tess, milo, carl, cleo, gina, acme, globex, network, desktop
):
    limited = make_user("Nils", Role.TECHNICIAN, ticket_scope=TicketScope.TEAMS)
    lost = make_user("Lara", ticket_scope=TicketScope.ORGANIZATION)
    gone = make_user("Otto", Role.ADMIN, is_active=False)
    tickets = [make_ticket(by=who) for who in (carl, cleo, gina, lost)]
    for fields in (
        {"team": network},
        {"team": desktop},
        {"assignee": milo},
        {"assignee": limited, "organization": globex},
    ):
        tickets.append(make_ticket(by=tess, requester=carl.pk, **{name: row.pk for name, row in fields.items()}))
    for watcher, ticket in ((gina, tickets[0]), (limited, tickets[1]), (carl, tickets[2]), (milo, tickets[3])):
        ticket.watchers.add(watcher)
    tickets.append(make_ticket(by=tess, requester=limited.pk))
    for user in (ada, mona, tess, milo, limited, carl, cleo, gina, lost, gone):
        mine = groups_of_user(user)
        for ticket in Ticket.objects.all():
            groups = groups_of_ticket(ticket, ticket.watchers.values_list("pk", flat=True))
            assert bool(groups & mine) == Ticket.objects.visible_to(user).filter(pk=ticket.pk).exists(), (user, ticket)
