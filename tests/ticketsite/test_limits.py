"""A body that is too large is refused while it arrives."""

import json

import pytest

from ticketsite.limits import OVERHEAD, limited


async def call(chunks, headers=(), path="/portal/new"):
    """Send the chunks to an application that reads everything; return the status and what it had read."""
    read, sent, waiting = [], [], list(chunks)

    async def app(scope, receive, send):
        more = True
        while more:
            message = await receive()
            read.append(message["body"])
            more = message["more_body"]
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    async def receive():
        body = waiting.pop(0)
        return {"type": "http.request", "body": body, "more_body": bool(waiting)}

    async def send(message):
        sent.append(message)

    await limited(app)({"type": "http", "path": path, "headers": list(headers)}, receive, send)
    return sent[0]["status"], sum(map(len, read)), sent[1]["body"]


@pytest.fixture(autouse=True)
def small(settings):
    settings.MAX_UPLOAD_BYTES = 10


async def test_a_body_within_the_limit_passes():
    assert await call([b"x" * OVERHEAD, b"y" * 10]) == (200, OVERHEAD + 10, b"")


async def test_an_announced_giant_is_not_read():
    status, read, body = await call([b"x"], [(b"content-length", b"99999999999")])
    assert (status, read, json.loads(body)["code"]) == (413, 0, "too_large")


async def test_an_unannounced_giant_is_cut_off():
    status, read, body = await call([b"x" * OVERHEAD] * 5)
    assert (status, read, json.loads(body)["code"]) == (413, OVERHEAD, "too_large")


async def test_a_refusal_names_the_request():
    _, _, body = await call([b"x"], [(b"content-length", b"99999999999"), (b"x-request-id", b"mine-7")])
    assert json.loads(body)["request_id"] == "mine-7"


async def test_people_get_a_page_and_programs_a_problem():
    giant = [(b"content-length", b"99999999999"), (b"accept", b"text/html,*/*;q=0.8")]
    assert b"choose smaller ones" in (await call([b"x"], giant))[2]
    assert json.loads((await call([b"x"], giant, "/api/v1/files/upload"))[2])["status"] == 413
