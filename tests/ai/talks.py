"""Conversations in tests: asked as a person, answered on the thread of the test."""

from contextvars import copy_context

from asgiref.sync import AsyncToSync

from ai.actions.conversations import ask_agent
from ai.models import Turn
from ai.talking.answering import answer


def write(turn):
    """Have an answer written now; returns the turn as it ended."""
    copy_context().run(AsyncToSync(answer, force_new_loop=True), turn.pk)
    return Turn.objects.get(pk=turn.pk)


def put(user, question="What is wrong?", **more):
    """Ask, and have it answered."""
    return write(ask_agent(by=user, question=question, **more))
