"""Asking an agent, stopping its answer, and forgetting what was said. Everybody does so in their own conversations only."""

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from ai.choices import AgentType, TurnState
from ai.models import Conversation, Turn
from ai.permissions import require
from ai.talking import keeping
from ai.talking.answering import answer
from ai.talking.loop import conversations
from ai.talking.voice import hush
from tickets.errors import Conflict, Invalid, NotFound
from tickets.fields import text
from tickets.models import Ticket, User

QUESTION_LENGTH = 8_000
TITLE_LENGTH = 80
TURNS_AT_MOST = 40  # of a conversation
CONVERSATIONS_AT_MOST = 50  # of a person; the one that was silent for longest makes room


def ask_agent(
    *,
    by: User,
    question: Any,
    conversation: Conversation | None = None,
    ticket: Ticket | None = None,
    agent: AgentType = AgentType.CUSTOMER_SUPPORT,
) -> Turn:
    """Put a question, in a new conversation unless one is given; the answer is written after the commit, beside the requests.

    Raises NotAllowed, NotFound, Invalid, and Conflict while another answer to the same person is being written.
    """
    require(by, "ai.advise")
    if ticket is not None:
        require(by, "ticket.view", ticket)
    said = _question(question)
    now = timezone.now()
    keeping.close_silent_turns(now)
    try:
        with transaction.atomic():
            held = _with_room(conversation, by) if conversation else _begin(by, agent, ticket, said, now)
            turn = Turn.objects.create(conversation=held, user=by, question=said, asked_at=now, heard_at=now)
            Conversation.objects.filter(pk=held.pk).update(spoke_at=now)
    except IntegrityError:
        raise Conflict(
            "An answer to you is still being written. Wait for it, or stop it.", code="still_answering"
        ) from None
    transaction.on_commit(lambda: conversations.begin(answer(turn.pk)))
    return turn


def stop_answer(*, turn: Turn, by: User) -> None:
    """Stop an answer; what it said so far is kept. One that has ended stays as it is. Raises NotFound."""
    _own(turn.conversation, by)
    running = Turn.objects.filter(pk=turn.pk, state=TurnState.RUNNING)
    if running.update(state=TurnState.STOPPED, ended_at=timezone.now()):
        transaction.on_commit(lambda: hush(turn.pk))


def forget_conversation(*, conversation: Conversation, by: User) -> None:
    """Delete a conversation with everything in it; what an agent proposed stays to be decided. Raises NotFound."""
    _own(conversation, by).delete()


def _question(raw: Any) -> str:
    try:
        return text(raw, QUESTION_LENGTH, required=True).strip()
    except ValueError as error:
        raise Invalid({"question": [str(error)]}) from None


def _own(conversation: Conversation, by: User) -> Conversation:
    found = Conversation.objects.visible_to(by).filter(pk=conversation.pk).first()
    if found is None:
        raise NotFound("There is no such conversation, or it is not yours.")
    return found


def _with_room(conversation: Conversation, by: User) -> Conversation:
    found = _own(conversation, by)
    if found.turns.count() >= TURNS_AT_MOST:
        raise Conflict(f"A conversation has {TURNS_AT_MOST} questions at most. Begin a new one.", code="too_long")
    return found


def _begin(by: User, agent: AgentType, ticket: Ticket | None, said: str, now: datetime) -> Conversation:
    mine = Conversation.objects.visible_to(by)
    old = list(mine.values_list("pk", flat=True)[CONVERSATIONS_AT_MOST - 1 :])
    if old:
        mine.filter(pk__in=old).delete()
    line = " ".join(said.split())
    title = line if len(line) <= TITLE_LENGTH else line[:TITLE_LENGTH].rsplit(" ", 1)[0] + "…"
    return Conversation.objects.create(user=by, agent=agent, ticket=ticket, title=title, began_at=now, spoke_at=now)
