"""An answer while it is written: what was said so far, what of it the page has heard, and what of it is kept."""

import asyncio
from collections.abc import Mapping
from typing import Any

from ai.aside import aside
from ai.models import Turn
from ai.talking import keeping, steps
from ai.talking.telling import tell

ANSWER_LENGTH = 40_000
STEPS_AT_MOST = 40


speaking: dict[int, "Voice"] = {}  # turn → who answers it in this process


def hush(pk: int) -> None:
    """Let an answer that is being written in this process hear at once that it was stopped; others notice when they keep it."""
    if voice := speaking.get(pk):
        voice.loop.call_soon_threadsafe(voice.stopped.set)


class Voice:
    """Hears an answer piece by piece (`ai.llm.question.Listener`) and passes it on. Belongs to the running event loop."""

    def __init__(self, turn: Turn) -> None:
        self.turn = turn
        self.loop = asyncio.get_running_loop()
        self.stopped = asyncio.Event()
        self.text = ""
        self.steps: list[dict[str, Any]] = []
        self._told = 0
        self._news: list[int] = []  # places of steps that changed

    def say(self, piece: str) -> None:
        self.text += piece.replace("\x00", "")[: ANSWER_LENGTH - len(self.text)]

    def begin(self, call: str, tool: str, arguments: Mapping[str, Any]) -> None:
        if len(self.steps) < STEPS_AT_MOST:
            said = steps.said(tool, arguments)
            self.steps.append({"call": call, "tool": tool, "said": said, "found": "", "state": "running"})
            self._news.append(len(self.steps) - 1)

    def end(self, call: str, result: Any) -> None:
        for place, step in enumerate(self.steps):
            if step["call"] == call:
                step |= {"found": steps.found(result), "state": "refused" if result is None else "done"}
                self._news.append(place)

    async def tell(self) -> None:
        """Let the page hear what is new."""
        news, self._news = self._news, []
        for place in dict.fromkeys(news):
            step = {name: self.steps[place][name] for name in ("said", "found", "state")}
            await tell(self.turn, "agent_step", place=place, **step)
        piece, start = self.text[self._told :], self._told
        if piece:
            self._told += len(piece)
            await tell(self.turn, "agent_answer_piece", start=start, end=self._told, text=piece)

    async def keep(self) -> bool:
        """Keep what was said so far; False where the answer was stopped meanwhile."""
        going: bool = await aside(keeping.keep, self.turn, self.text, self.steps)
        return going
