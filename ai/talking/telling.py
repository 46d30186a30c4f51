"""What the sockets of its owner hear of an answer: protocol `agent`."""

from typing import Any

from ai.models import Turn
from tickets.live import messages
from tickets.live.items import Item, person_group
from tickets.live.pushing import relay

AGENT = "agent"


async def tell(turn: Turn, kind: str, **data: Any) -> None:
    """Send to the owner's sockets in every process. May be lost: the page reads again what it misses."""
    about = {"conversation_id": turn.conversation_id, "turn_id": turn.pk, **data, "timestamp": messages.now_text()}
    text = messages.push(AGENT, kind, about)
    await relay(Item(groups=[person_group(turn.user_id)], texts=[text], staff_only=True))
