"""What happened in one run: requests, tokens, money. Plain numbers; the database is asked before and after, never in between."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from ai.choices import RunOutcome
from ai.llm.prices import price_of
from ai.llm.providers import Provider


@dataclass
class Ledger:
    """`allowance` is what the run may cost in USD."""

    allowance: Decimal
    cost: Decimal = Decimal(0)
    input_tokens: int = 0
    output_tokens: int = 0
    provider: str = ""
    model: str = ""
    attempts: list[dict[str, Any]] = field(default_factory=list)

    def can_afford(self, provider: Provider, input_tokens: int, output_tokens: int) -> bool:
        return provider.is_free or self.cost + price_of(provider, input_tokens, output_tokens) <= self.allowance

    def spend(self, provider: Provider, input_tokens: int, output_tokens: int) -> None:
        self.cost += price_of(provider, input_tokens, output_tokens)
        self.input_tokens += input_tokens
        self.output_tokens += output_tokens
        self.provider, self.model = provider.name, provider.model

    @contextmanager
    def attempt(self, provider: Provider) -> Iterator[dict[str, Any]]:
        """Note one request; whoever makes it sets the outcome."""
        entry: dict[str, Any] = {"provider": provider.name, "model": provider.model, "outcome": RunOutcome.LOST.value}
        self.attempts.append(entry)
        began = time.monotonic()
        try:
            yield entry
        finally:
            entry["milliseconds"] = round((time.monotonic() - began) * 1000)
