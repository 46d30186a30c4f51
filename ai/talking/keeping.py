"""Rows of answers while they are written. Each write asks whether the answer is still being written: a person may have stopped it."""

from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from ai.choices import TurnState
from ai.models import AIRun, Conversation, Turn

SILENT_AFTER = timedelta(seconds=60)  # of an answer whose process has gone
KEPT = timedelta(days=30)  # since the last word of a conversation
GONE = "The server was restarted while it was written."


def read(pk: int) -> Turn | None:
    """Return a turn that is to be answered."""
    found = Turn.objects.select_related("conversation__ticket", "user").filter(pk=pk, state=TurnState.RUNNING)
    return found.first()


def keep(turn: Turn, text: str, steps: list[dict[str, Any]]) -> bool:
    """Keep what was said so far; False where the answer was stopped."""
    return bool(_running(turn).update(answer=text, steps=steps, heard_at=timezone.now()))


def set_run(turn: Turn, run: AIRun) -> None:
    _running(turn).update(run=run)


def end(turn: Turn, state: TurnState, text: str, steps: list[dict[str, Any]], reason: str = "") -> None:
    """Close an answer. One that was stopped stays so, with the last that was said."""
    now = timezone.now()
    said = {"answer": text, "steps": steps, "heard_at": now}
    if not _running(turn).update(**said, state=state, reason=reason, ended_at=now):
        Turn.objects.filter(pk=turn.pk, state=TurnState.STOPPED).update(**said)
    Conversation.objects.filter(pk=turn.conversation_id).update(spoke_at=now)


def close_silent_turns(now: datetime) -> int:
    """Close answers whose process has gone; what they said is kept."""
    silent = Turn.objects.filter(state=TurnState.RUNNING, heard_at__lt=now - SILENT_AFTER)
    return silent.update(state=TurnState.BROKEN, reason=GONE, ended_at=now)


def forget_old_conversations(now: datetime) -> int:
    """Delete conversations in which nobody has said anything for a month."""
    deleted, _ = Conversation.objects.filter(spoke_at__lt=now - KEPT).delete()
    return deleted


def _running(turn: Turn) -> Any:
    return Turn.objects.filter(pk=turn.pk, state=TurnState.RUNNING)
