"""Calls of webhooks are believed by their signature, stored once, and carried out in order; all others are refused and counted."""

import hashlib
import hmac
import json

import pytest
from django.urls import reverse

from integrations.actions.connect import renew_address, save_connection
from integrations.models import InboundEvent
from tests.integrations.conftest import settle
from tickets import work
from tickets.choices import WorkState
from tickets.models import Ticket
from ticketsite import metrics

pytestmark = pytest.mark.django_db


@pytest.fixture
def call(connection, api):
    """`call({...})` calls the webhook, signed unless told otherwise."""

    def send(body, *, secret="s3cret", token=None, provider="elsewhere", name="a-1", sign=True, query=False):
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        headers = {"X-Id": name}
        if sign:
            headers["X-Sign"] = hmac.new(secret.encode(), raw, hashlib.sha256).hexdigest()
        token = connection.token if token is None else token
        tail = f"?key={token}" if query else f"/{token}"
        address = f"/api/v1/integrations/{provider}/webhook{tail}"
        return api().generic("POST", address, raw, content_type="application/json", headers=headers)

    return send


def counted(outcome, provider="elsewhere"):
    line = f'ticketsite_webhooks_total{{outcome="{outcome}",provider="{provider}"}} '
    found = [row for row in metrics.text().decode().splitlines() if row.startswith(line)]
    return float(found[0].rpartition(" ")[2]) if found else 0.0


@pytest.mark.parametrize("query", [True, False])
def test_a_signed_call_is_stored_as_it_came_and_carried_out_later(call, linked, elsewhere, query):
    elsewhere.set("1", level="P1")
    answer = call({"record": "1"}, query=query)
    assert (answer.status_code, answer.json()) == (202, {"status": "stored"})
    row = InboundEvent.objects.get()
    assert bytes(row.body) == b'{"record": "1"}'
    assert Ticket.objects.get().priority == "medium"
    settle()
    assert Ticket.objects.get().priority == "critical"


@pytest.mark.parametrize("name", ["a-1", "another id, which nobody signed"])
def test_a_call_that_comes_again_is_stored_once_and_counted(call, linked, name):
    before = counted("replayed")
    call({"record": "1"})
    assert call({"record": "1"}, name=name).json() == {"status": "known"}
    assert InboundEvent.objects.count() == 1
    assert counted("replayed") == before + 1


@pytest.mark.parametrize(
    ("status", "outcome", "options"),
    [
        (401, "forged", {"secret": "other"}),
        (401, "forged", {"sign": False}),
        (404, "unknown", {"token": "guessed"}),
        (403, "foreign", {"body": {"record": "1", "tenant": "theirs"}}),
    ],
)
def test_what_is_not_believed_is_refused_and_counted(call, linked, status, outcome, options):
    before = counted(outcome)
    answer = call(options.pop("body", {"record": "1"}), **options)
    assert answer.status_code == status
    assert answer["Content-Type"] == "application/problem+json"
    assert not InboundEvent.objects.exists()
    assert counted(outcome) == before + 1


def test_a_believed_call_that_nobody_can_read_is_kept_once_where_admins_see_it(call, linked, client, mona):
    for name in ("a-1", "a-2"):
        assert call({"entry": "1"}, name=name).status_code == 400
    assert call({"entry": "1"}, sign=False).status_code == 401
    row = InboundEvent.objects.get()
    assert (bytes(row.body), row.state) == (b'{"entry": "1"}', WorkState.QUARANTINED)
    client.force_login(mona)
    assert "not what this system sends" in client.get(reverse("integrations")).text


def test_an_unknown_system_is_refused(call):
    assert call({"record": "1"}, provider="nobody").status_code == 404


def test_nothing_is_believed_without_a_secret(connection, mona, call):
    save_connection(by=mona, fields={"credentials": {"webhook_secret": ""}}, connection=connection)
    before = counted("no_secret")
    assert call({"record": "1"}, secret="").status_code == 401
    assert counted("no_secret") == before + 1


def test_a_connection_switched_off_or_moved_takes_nothing(connection, mona, call):
    old = connection.token
    renew_address(by=mona, connection=connection)
    assert call({"record": "1"}, token=old).status_code == 404
    connection = save_connection(by=mona, fields={"is_enabled": False}, connection=connection)
    assert call({"record": "1"}, token=connection.token).status_code == 404


def test_the_signature_is_looked_at_before_the_body(call):
    assert call(b"no json at all", secret="other").status_code == 401


def test_a_body_that_is_too_large_is_refused_and_counted(call, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 10
    before = counted("too_large")
    assert call({"record": "1"}).status_code == 413
    assert counted("too_large") == before + 1


def test_a_handshake_is_answered(call):
    answer = call({"challenge": "abc"})
    assert (answer.status_code, answer.json()) == (200, {"challenge": "abc"})


def test_calls_about_one_record_are_carried_out_in_their_order(call, linked, elsewhere):
    call({"record": "1", "n": 1})
    call({"record": "1", "n": 2}, name="a-2")
    first, second = InboundEvent.objects.order_by("pk")
    work.run(InboundEvent, second.pk)
    second.refresh_from_db()
    assert (second.state, second.attempts) == (WorkState.QUEUED, 0)
    work.run(InboundEvent, first.pk)
    settle()
    second.refresh_from_db()
    assert second.state == WorkState.DONE
