"""The client that talks to other systems: what it tries again, what it calls unknown, where it does not go, what it keeps to itself."""

import logging
import socket
from contextlib import closing

import pytest

from integrations import addresses
from integrations import http as client
from integrations.answers import asked_to_wait
from integrations.errors import Busy, Gone, OutcomeUnknown, Refused, SignInRefused, Unreachable
from integrations.http import Http
from integrations.limiter import Rate, wait_for
from tests.integrations.server import serving

FAST = Rate(calls=1000, seconds=60)


@pytest.fixture
def server(settings):
    settings.INTEGRATION_HOSTS = ["127.0.0.1"]
    with serving() as found:
        yield found


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch):
    monkeypatch.setattr(client.time, "sleep", lambda _: None)


def http(address, rate=FAST, **options):
    return Http(
        name="test", base_url=address, rate=rate, said=lambda answer: answer.json().get("message", ""), **options
    )


def test_reading_is_tried_again(server):
    address, script = server
    script.answers = [(500, {}, {}), "cut", (200, {}, {"well": True})]
    assert http(address).get("/x") == {"well": True}
    assert len(script.asked) == 3


@pytest.mark.parametrize("answer", ["cut", (500, {}, {}), (502, {}, {}), (200, {}, b"no json")])
def test_a_write_whose_answer_was_lost_is_unknown_and_not_sent_again(server, answer):
    address, script = server
    script.answers = [answer]
    with pytest.raises(OutcomeUnknown):
        http(address).json("POST", "/x", json={})
    assert len(script.asked) == 1


def test_a_write_that_never_left_may_be_tried_again(settings):
    settings.INTEGRATION_HOSTS = ["127.0.0.1"]
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(Unreachable):
        http(f"http://127.0.0.1:{port}").json("POST", "/x", json={})


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (400, Refused),
        (401, SignInRefused),
        (403, SignInRefused),
        (404, Gone),
        (410, Gone),
        (422, Refused),
        (302, Refused),
    ],
)
def test_refusals_are_final_and_carry_the_other_sides_words(server, status, error):
    address, script = server
    script.answers = [(status, {}, {"message": "because"})]
    with pytest.raises(error, match="because"):
        http(address).json("POST", "/x", json={})
    assert len(script.asked) == 1


def test_a_short_wait_is_waited_for_also_before_a_write(server):
    address, script = server
    script.answers = [(429, {"Retry-After": "1"}, {}), (201, {}, {"id": 1})]
    assert http(address).json("POST", "/x", json={}) == {"id": 1}


def test_a_long_wait_is_handed_back_and_kept_by_all(server):
    address, script = server
    script.answers = [(429, {"Retry-After": "120"}, {}), (200, {}, {})]
    with pytest.raises(Busy) as caught:
        http(address).get("/x")
    assert caught.value.wait == 120
    with pytest.raises(Busy):
        http(address).get("/x")
    assert len(script.asked) == 1


def test_a_system_that_keeps_failing_is_left_alone(server):
    address, script = server
    script.answers = [(500, {}, {})]
    for _ in range(3):
        with pytest.raises((Unreachable, Busy)):
            http(address).get("/x")
    assert len(script.asked) == client.FAILURES


@pytest.mark.parametrize(
    ("header", "seconds"),
    [("7", 7.0), ("Fri, 02 Jan 2026 00:00:10 GMT", 10.0), ("soon", None), ("nan", None), ("", None)],
)
def test_how_long_to_wait_may_be_a_number_or_a_date(header, seconds):
    answer = client.httpx2.Response(429, headers={"Retry-After": header})
    assert asked_to_wait(answer, now=1767312000.0) == seconds


def test_calls_are_counted_by_all_workers_together():
    rate = Rate(calls=2, seconds=10)
    assert [wait_for("one", rate, now=104.0) for _ in range(3)] == [0.0, 0.0, 6.0]
    assert wait_for("two", rate, now=104.0) == 0.0
    assert wait_for("one", rate, now=110.0) == 0.0


@pytest.mark.parametrize(
    "address",
    ["https://127.0.0.1", "https://10.0.0.8", "https://169.254.169.254", "https://[::1]", "https://[::ffff:10.0.0.1]"],
)
def test_addresses_of_our_own_network_are_refused(address):
    with pytest.raises(Refused, match="inside our own network"):
        http(address).get("/latest/meta-data")


def test_a_name_that_leads_inside_is_refused_when_it_is_connected_to(monkeypatch):
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("192.168.1.1", 443))]
    monkeypatch.setattr(addresses.socket, "getaddrinfo", lambda *_, **__: found)
    with pytest.raises(Refused, match="inside our own network"):
        http("https://jira.example.com").get("/")


def test_only_named_hosts_are_talked_to_without_tls():
    with pytest.raises(Refused, match="https"):
        http("http://jira.example.com")


def test_redirects_are_not_followed(server):
    address, script = server
    script.answers = [(307, {"Location": "http://127.0.0.1:1/"}, {"message": "elsewhere"})]
    with pytest.raises(Refused):
        http(address).get("/x")
    assert len(script.asked) == 1


def test_logs_hold_neither_secrets_nor_what_was_asked(server, caplog):
    address, _ = server
    caplog.set_level(logging.DEBUG)
    http(address, auth=("bot@acme.test", "t0ken")).json(
        "POST", "/people?who=carl@acme.test", json={"say": "secret words"}
    )
    record = next(found for found in caplog.records if found.message == "asked another system")
    assert (record.status, record.connection) == (200, "test")
    for secret in ("t0ken", "carl@acme.test", "secret words", "bot@acme.test"):
        assert secret not in caplog.text


def test_an_answer_that_never_ends_is_cut(server, monkeypatch):
    monkeypatch.setattr(client, "ANSWER_AT_MOST", 10)
    address, script = server
    script.answers = [(200, {}, b"x" * 100)]
    with pytest.raises(Unreachable):
        http(address).get("/x")
