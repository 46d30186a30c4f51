"""Desks for the tests of forecasts: pasts drawn at random, in which who has a ticket and how it is treated decides how it ends."""

import random
from typing import Any

from ai.risk.course import Step
from ai.risk.features import Schema
from ai.risk.replay import Past

SCHEMA = Schema(keys=("category", "team"), loads=("team",), zone="Europe/Berlin")
START = 490_000.0  # hours since 1970: late in 2025


def drawn(count: int, seed: int = 1) -> list[Past]:
    """Return tickets of 100 days. Those about printers, and those nobody touches, take longer than the 48 hours promised."""
    chance = random.Random(seed)
    found = []
    for _ in range(count):
        opened = START + chance.uniform(0, 100 * 24)
        category = chance.choice(("printer", "mail", "network"))
        lasted = chance.expovariate(1 / {"printer": 90.0, "mail": 12.0, "network": 30.0}[category])
        found.append(past(opened, lasted, category=category, team=chance.choice("ab")))
    return found


def past(opened: float, lasted: float, **values: Any) -> Past:
    """Return a ticket that is taken up after a tenth of its life, rests for another and is done after `lasted` hours."""
    first = {"priority": 2, "done": False, "resting": False, "assignee": "", **values}
    steps = (
        Step(opened, first, by="1"),
        Step(opened + lasted * 0.1, {"assignee": "7"}, by="7"),
        Step(opened + lasted * 0.4, {"resting": True}, by="7"),
        Step(opened + lasted * 0.5, {"resting": False}, by="1"),
        Step(opened + lasted, {"done": True}, by="7"),
    )
    return Past(opened, steps, lasted > 48.0, opened + max(lasted, 48.0) + 24.0)
