"""An answer on its way to the page: its owner hears it piece by piece, nobody else does."""

import asyncio

import pytest
from channels.db import database_sync_to_async as sync_to_async

from ai import lazy
from ai.actions.conversations import ask_agent
from ai.llm import built
from ai.llm.providers import Provider
from ai.models import Turn
from ai.talking import answering
from ai.talking.loop import conversations
from tests.ai.brains import speaks
from tests.sockets import connected

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("publishing")]


@pytest.fixture(autouse=True)
def libraries():
    """What loads with the first conversation of a process, which takes seconds."""
    built.load([Provider("one", "openai", "gpt-4o-mini")])
    lazy.module(lazy.STREAMED)
    lazy.module(lazy.SERVER).own_server()


async def asked(user, monkeypatch):
    """Ask, as a page does; returns what writes the answer."""
    begun = []
    monkeypatch.setattr(conversations, "begin", begun.append)
    await sync_to_async(ask_agent)(by=user, question="What burns?")
    return begun[0]


async def test_the_owner_hears_pieces_that_follow_each_other_and_nobody_else_anything(brains, tess, mona, monkeypatch):
    monkeypatch.setattr(answering, "TELL_EVERY", 0.01)
    heard_first = asyncio.Event()

    async def waits(messages, info):
        yield "The printer 🔥 "
        await asyncio.wait_for(heard_first.wait(), 5)
        yield "is on fire."

    await sync_to_async(brains.__setitem__)("one", waits)
    async with connected(tess) as client, connected(mona) as stranger:
        writing = asyncio.ensure_future(await asked(tess, monkeypatch))
        first = await client.hear()
        assert (first["type"], first["protocol"]) == ("agent_answer_piece", "agent")
        assert (first["data"]["start"], first["data"]["text"]) == (0, "The printer 🔥 ")
        heard_first.set()  # the rest is only said once the first piece has arrived
        second, ended = (await client.hear_until("agent_answer_ended"))[-2:]
        assert second["data"]["start"] == first["data"]["end"] == len("The printer 🔥 ")
        assert ended["data"]["state"] == "done"
        await writing
        turn = await sync_to_async(Turn.objects.get)()
        assert ended["data"]["turn_id"] == turn.pk
        assert turn.answer == "The printer 🔥 is on fire."
        await stranger.silence()


async def test_without_a_model_what_is_looked_up_is_heard_step_by_step(tess, monkeypatch):
    async with connected(tess) as client:
        await asyncio.ensure_future(await asked(tess, monkeypatch))
        heard = await client.hear_until("agent_answer_ended")
        steps = [one["data"] for one in heard if one["type"] == "agent_step"]
        assert {step["said"] for step in steps} >= {"Looked for similar tickets", "Searched the knowledge base"}
        assert heard[-1]["data"]["state"] == "local"


async def test_a_question_begins_its_answer_beside_the_request(brains, tess):
    """The real thread: nothing here waits but this test."""
    await sync_to_async(brains.__setitem__)("one", speaks("Here."))
    async with connected(tess) as client:
        await sync_to_async(ask_agent)(by=tess, question="Where?")
        heard = await client.hear_until("agent_answer_ended")
        assert heard[-1]["data"]["state"] == "done"
