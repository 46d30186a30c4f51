"""Every answer and every log line carries the request's id, and no line carries what people typed."""

import io
import json
import logging
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import structlog
from celery.contrib.testing.worker import start_worker
from django.core.mail import send_mail
from django.test import Client, RequestFactory
from django.urls import path

from tests.conftest import PASSWORD
from tickets.choices import WorkQueue
from tickets.models import User
from ticketsite.celery import app as celery_app
from ticketsite.logs import formatter

Lines = Callable[[], list[dict[str, Any]]]
TOKEN = "eyJhbGciOiJIUzI1NiJ9.eyJ1c2VyX2lkIjo3fQ.c2lnbmF0dXJlLXRoYXQtaXMtc2VjcmV0"


@pytest.fixture
def lines() -> Iterator[Lines]:
    """What the process logs, as parsed JSON lines."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(formatter(readable=False))
    logging.getLogger().addHandler(handler)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    logging.getLogger().removeHandler(handler)


def explode(request: Any, key: str) -> None:
    raise RuntimeError(f"row of somebody@example.com is broken, {TOKEN}")


urlpatterns = [path("explode/<str:key>", explode)]


@pytest.mark.parametrize("sent", ["abc-123", "2f1c:7.x_9", "a" * 64])
def test_a_sane_id_is_taken_over(client: Client, sent: str) -> None:
    assert client.get("/health", headers={"x-request-id": sent}).headers["X-Request-ID"] == sent


@pytest.mark.parametrize("sent", ["", "a" * 65, "two words", "<script>", 'a"b', "ünï", "a\tb"])
def test_anything_else_is_replaced(client: Client, sent: str) -> None:
    answered = client.get("/health", headers={"x-request-id": sent}).headers["X-Request-ID"]
    assert answered != sent
    assert len(answered) == 32


@pytest.mark.django_db
def test_every_kind_of_answer_has_an_id(client: Client, settings: Any) -> None:
    assert client.get("/no/such/page").headers["X-Request-ID"]
    assert client.get("/admin/", headers={"x-request-id": "to-login"}).headers["X-Request-ID"] == "to-login"
    assert client.get("/health", headers={"host": "evil.example"}).headers["X-Request-ID"]
    assert client.get("/admin/", headers={"host": "evil.example"}).headers["X-Request-ID"]
    settings.SECURE_SSL_REDIRECT = True
    assert client.get("/accounts/login/").headers["X-Request-ID"]


def test_a_request_is_one_line_with_its_route_and_time(client: Client, lines: Lines) -> None:
    client.get("/accounts/login/?next=/secret-place", headers={"x-request-id": "one-line"})
    (line,) = [line for line in lines() if line["event"] == "request"]
    assert line["request_id"] == "one-line"
    assert (line["method"], line["path"], line["route"], line["status"]) == (
        "GET",
        "/accounts/login/",
        "/accounts/login/",
        200,
    )
    assert line["ms"] > 0
    assert "secret-place" not in json.dumps(line)


@pytest.mark.urls(__name__)
def test_an_error_is_logged_with_the_id_and_without_addresses_or_tokens(lines: Lines) -> None:
    client = Client(raise_request_exception=False)
    key = "cq3x2z-" + "0123456789abcdef" * 3
    answer = client.get(f"/explode/{key}?email=somebody@example.com", headers={"x-request-id": "boom"})
    assert answer.status_code == 500
    assert {line.get("request_id") for line in lines()} == {"boom"}
    text = json.dumps(lines())
    assert "RuntimeError" in text, "the traceback is there"
    assert "somebody" not in text
    assert "c2lnbmF0dXJl" not in text
    assert key not in text


@pytest.mark.django_db
def test_signing_in_leaves_no_credentials_in_the_log(client: Client, ada: User, lines: Lines) -> None:
    for password in ("not-the-right-one", PASSWORD):
        client.post("/accounts/login/?next=/admin/", {"username": ada.email, "password": password})
    text = json.dumps(lines())
    assert lines()
    assert ada.email not in text
    assert PASSWORD not in text
    assert "not-the-right-one" not in text


def test_what_libraries_log_is_masked_too(lines: Lines) -> None:
    request = RequestFactory().get("/x?email=somebody@example.com")
    logging.getLogger("uvicorn.error").warning('"WebSocket /ws?token=%s" [accepted]', TOKEN)
    logging.getLogger("some.library").warning("mail to %s", "somebody@example.com", extra={"request": request, "pk": 7})
    text = json.dumps(lines())
    assert "WebSocket /ws" in text
    assert TOKEN not in text
    assert "somebody" not in text
    assert lines()[-1]["pk"] == 7


@pytest.fixture
def worker(transactional_db: None, publishing: None) -> Iterator[None]:
    """A real worker on this process's broker. Asked for before `lines`: its start sets logging up anew."""
    with start_worker(celery_app, pool="solo", queues=list(WorkQueue), perform_ping_check=False):
        yield


def test_a_task_logs_under_the_request_that_asked_for_it(worker: None, lines: Lines, settings: Any, ada: User) -> None:
    settings.EMAIL_BACKEND = "tickets.mail.StoredMailBackend"
    settings.MAIL_TRANSPORT = "no.such.Transport"
    with structlog.contextvars.bound_contextvars(request_id="from-the-page"):
        send_mail("Hello", "Text", None, [ada.email])
    failures: list[dict[str, Any]] = []
    give_up = time.monotonic() + 10
    while not failures and time.monotonic() < give_up:
        time.sleep(0.02)
        failures = [line for line in lines() if line["event"] == "work failed"]
    assert [(line["request_id"], line["work"]) for line in failures] == [("from-the-page", "tickets.OutgoingMail")]
