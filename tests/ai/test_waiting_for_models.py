"""A slow model must not hold up the pages: a few threads wait for one, the others go on without."""

from contextlib import ExitStack

import pytest

from ai.llm import asking
from tests.ai.brains import says

pytestmark = pytest.mark.django_db


def test_where_enough_wait_already_local_means_answer_at_once(api, tess, brains, ticket):
    brains["slow"] = says(title="Better", description="Better", text="Short.", body="Reply.")
    with ExitStack() as others:
        for _ in range(asking.WAITING_AT_MOST):
            assert others.enter_context(asking.waiting.one())
        made = api(tess).post("/api/v1/agent/create-ticket", {"user_input": "The VPN drops"})
        assert made.status_code == 201
        assert (made.json()["means"], made.json()["outcome"]) == ("rules", "busy")
        assert "no place free" in made.json()["detail"]
        for act in ("summary", "draft"):
            answer = api(tess).post(f"/api/v1/tickets/{ticket.pk}/{act}").json()
            assert (answer["means"], answer["outcome"]) == ("rules", "busy")
    assert not brains.calls
    assert api(tess).post(f"/api/v1/tickets/{ticket.pk}/summary").json()["means"] == "model"


def test_a_seat_is_given_back_whatever_happens(tess, brains, api, ticket, monkeypatch):
    def dies(*_):
        raise SystemExit

    brains["one"] = says(text="x")
    monkeypatch.setattr("ai.llm.conversation.converse", dies)
    for _ in range(asking.WAITING_AT_MOST + 1):
        with pytest.raises(SystemExit):
            asking.ask(asking.Question(agent="summary_agent", text="x", output="Summary", by=tess, via="web"))
