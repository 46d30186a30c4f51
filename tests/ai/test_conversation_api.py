"""Conversations for programs: asked over the API, heard over the socket or read again."""

import pytest

from ai.models import Turn
from tests.ai.brains import speaks
from tests.ai.talks import write

pytestmark = pytest.mark.django_db
ALL = "/api/v1/agent/conversations"


def test_a_program_asks_reads_asks_on_and_forgets(api, tess, ticket, brains):
    brains["one"] = speaks("Pull ", "the plug.")
    asked = api(tess).post(ALL, {"question": "What now?", "ticket_id": ticket.reference})
    assert (asked.status_code, asked.json()["state"], asked.json()["answer"]) == (202, "running", "")
    held = f"{ALL}/{asked.json()['conversation_id']}"
    assert asked["Location"] == f"{held}/turns/{asked.json()['id']}"
    refused = api(tess).post(held, {"question": "And then?"})
    assert (refused.status_code, refused.json()["code"]) == (409, "still_answering")
    write(Turn.objects.get())
    read = api(tess).get(asked["Location"]).json()
    assert (read["state"], read["answer"], read["proposals"]) == ("done", "Pull the plug.", [])
    assert api(tess).post(held, {"question": "And then?"}).status_code == 202
    whole = api(tess).get(held).json()
    assert (whole["ticket_id"], [turn["question"] for turn in whole["turns"]]) == (
        ticket.pk,
        ["What now?", "And then?"],
    )
    stopped = api(tess).post(f"{held}/turns/{whole['turns'][1]['id']}/stop").json()
    assert stopped["state"] == "stopped"
    assert len(api(tess).get(ALL).json()["results"]) == 1
    assert api(tess).delete(held).status_code == 204
    assert api(tess).get(held).status_code == 404


def test_conversations_are_for_support_staff_and_each_for_its_owner(api, tess, ada, carl, milo, ticket):
    held = f"{ALL}/{api(tess).post(ALL, {'question': 'Mine'}).json()['conversation_id']}"
    for stranger in (ada, carl):
        assert api(stranger).get(held).status_code == 404
        assert api(stranger).post(held, {"question": "x"}).status_code == 404
        assert api(stranger).delete(held).status_code == 404
        assert api(stranger).get(ALL).json()["results"] == []
    assert api(carl).post(ALL, {"question": "x"}).status_code == 403
    assert api(milo).post(ALL, {"question": "x", "ticket_id": ticket.pk}).status_code == 404
    for nonsense in ({}, {"question": ""}, {"question": 7}, {"question": "x", "what": 1}):
        assert api(milo).post(ALL, nonsense).status_code == 400


def test_a_question_sent_twice_is_asked_once(api, tess):
    first, second = (api(tess).post(ALL, {"question": "Once"}, HTTP_IDEMPOTENCY_KEY="k-1") for _ in range(2))
    assert first.status_code == second.status_code == 202
    assert second["Idempotency-Replayed"] == "true"
    assert Turn.objects.count() == 1
