"""Writes under an Idempotency-Key, limits, and what happens while a part is away."""

import threading
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError, connection
from django.utils import timezone

from tickets.models import Comment, IdempotencyKey, Ticket
from tickets.models.ticket import TicketQuerySet
from tickets.tasks import forget_expired


def send(client, body, key="k-1", path="/tickets"):
    return client.post(path, body, HTTP_IDEMPOTENCY_KEY=key)


def test_the_same_request_has_one_effect_and_one_answer(api, carl):
    client = api(carl)
    first, second = send(client, {"title": "x"}), send(client, {"title": "x"})
    assert (second.status_code, second.json(), second["ETag"]) == (201, first.json(), first["ETag"])
    assert (first.get("Idempotency-Replayed"), second["Idempotency-Replayed"]) == (None, "true")
    assert Ticket.objects.count() == 1


def test_another_request_under_the_same_key_is_refused(api, carl, ticket):
    client = api(carl)
    send(client, {"title": "x"})
    for body, path in (
        ({"title": "y"}, "/tickets"),
        ({"title": "x"}, "/tickets?a=1"),
        ({"body": "x"}, f"/tickets/{ticket.pk}/comments"),
    ):
        refused = send(client, body, path=path)
        assert (refused.status_code, refused.json()["code"]) == (409, "idempotency_key_reused")


def test_keys_of_two_people_do_not_meet(api, carl, gina):
    assert send(api(carl), {"title": "x"}).json()["id"] != send(api(gina), {"title": "x"}).json()["id"]


def test_a_refused_write_may_be_sent_again(api, carl):
    client = api(carl)
    assert send(client, {"title": ""}).status_code == 400
    assert send(client, {"title": "x"}).status_code == 201


def test_uploads_and_removals_too(api, carl, ticket):
    client = api(carl)

    def upload(content):
        form = {"file": SimpleUploadedFile("a.txt", content), "ticket_id": ticket.pk}
        return client.post("/files/upload", form, format="multipart", HTTP_IDEMPOTENCY_KEY="up")

    assert upload(b"one").json() == upload(b"one").json()
    assert upload(b"two").status_code == 409
    pk = upload(b"one").json()["id"]
    removed = [client.delete(f"/files/{pk}", HTTP_IDEMPOTENCY_KEY="rm").status_code for _ in range(2)]
    assert removed == [204, 204]


@pytest.mark.parametrize("key", ["", "x" * 201, "ü", "a\tb"])
def test_a_key_is_short_and_plain(api, carl, key):
    assert send(api(carl), {"title": "x"}, key=key).status_code == 400


@pytest.mark.django_db(transaction=True)
def test_two_at_the_same_time_have_one_effect(api, ticket, carl):
    answers, start = [], threading.Barrier(4)
    clients = [api(carl) for _ in range(4)]

    def reply(client):
        start.wait()
        answers.append(send(client, {"body": "Once"}, path=f"/tickets/{ticket.pk}/comments"))
        connection.close()

    threads = [threading.Thread(target=reply, args=[client]) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [answer.status_code for answer in answers] == [201] * 4
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert Comment.objects.count() == 1


def test_keys_are_forgotten_after_a_day(api, carl):
    send(api(carl), {"title": "x"})
    forget_expired()
    assert IdempotencyKey.objects.count() == 1
    IdempotencyKey.objects.update(created_at=timezone.now() - timedelta(hours=25))
    forget_expired()
    assert not IdempotencyKey.objects.exists()


def test_each_role_has_its_limit(api, carl, tess, settings):
    settings.API_RATES = {**settings.API_RATES, "requester": 3, "technician": 5}
    cache.clear()
    asked = {user: [api(user).get("/users/me") for _ in range(6)] for user in (carl, tess)}
    assert [answer.status_code for answer in asked[carl]].count(200) == 3
    assert [answer.status_code for answer in asked[tess]].count(200) == 5
    refused = asked[carl][-1]
    assert (refused.status_code, refused.json()["code"]) == (429, "throttled")
    assert 0 < int(refused["Retry-After"]) <= 60


def test_strangers_are_limited_by_address(api, db, settings):
    settings.API_RATES = {**settings.API_RATES, "anonymous": 2}
    cache.clear()
    wrong = {"username": "x", "password": "y"}
    assert [api().post("/auth/login", wrong).status_code for _ in range(3)] == [401, 401, 429]
    other = api().post("/auth/login", wrong, REMOTE_ADDR="10.0.0.9")
    assert other.status_code == 401


def test_without_its_database_the_api_asks_to_come_back(api, carl, monkeypatch):
    client = api(carl)

    def gone(*_):
        raise OperationalError("connection refused")

    monkeypatch.setattr(TicketQuerySet, "visible_to", gone)
    refused = client.get("/tickets")
    assert (refused.status_code, refused.json()["code"]) == (503, "unavailable")
    assert int(refused["Retry-After"]) > 0
    assert "refused" not in refused.json()["detail"]


def test_every_answer_bears_the_request_id(api, carl):
    good, bad = api(carl).get("/users/me", HTTP_X_REQUEST_ID="abc-123"), api(carl).get("/tickets/0")
    assert good["X-Request-ID"] == "abc-123"
    assert bad.json()["request_id"] == bad["X-Request-ID"]


def test_what_nobody_foresaw_is_a_problem_too(api, carl, monkeypatch):
    client = api(carl)

    def broken(*_):
        raise ZeroDivisionError("secret detail")

    monkeypatch.setattr(TicketQuerySet, "visible_to", broken)
    client.raise_request_exception = False
    answer = client.get("/tickets")
    assert (answer.status_code, answer.json()["code"]) == (500, "server_error")
    assert answer.json()["request_id"]
    assert "secret" not in answer.content.decode()
