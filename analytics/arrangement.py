"""How somebody arranged their dashboard: which metrics in which order, and what is drawn of each. Plain Python."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from analytics.metrics.registry import METRICS, Metric


class Drawn(StrEnum):
    """What a chart of a metric shows."""

    NOTHING = "nothing"
    LINE = "line"  # over time
    BARS = "bars"  # over time, as bars
    GROUPS = "groups"  # by team, category or whatever the page groups by

    @property
    def label(self) -> str:
        return {"nothing": "No chart", "line": "Line over time", "bars": "Bars over time", "groups": "Bars by group"}[
            self
        ]


class Move(StrEnum):
    UP = "up"
    DOWN = "down"
    SHOW = "show"
    HIDE = "hide"


DRAWN_AT_FIRST = {
    "volume": Drawn.BARS,
    "backlog": Drawn.LINE,
    "first_response_time": Drawn.LINE,
    "resolution_time": Drawn.GROUPS,
}


@dataclass(frozen=True)
class Card:
    """A metric's place on the dashboard."""

    metric: Metric
    is_shown: bool = True
    drawn: Drawn = Drawn.NOTHING


def cards_of(saved: Iterable[Mapping[str, Any]]) -> list[Card]:
    """Return every metric as it was arranged; those that came since stand at the end, as on a new dashboard."""
    known = {row["metric"]: row for row in saved if row["metric"] in METRICS}
    arranged = [Card(METRICS[name], row["shown"], Drawn(row["drawn"])) for name, row in known.items()]
    others = [metric for name, metric in METRICS.items() if name not in known]
    return arranged + [Card(metric, True, DRAWN_AT_FIRST.get(metric.name, Drawn.NOTHING)) for metric in others]


def saved_form(cards: Iterable[Card]) -> list[dict[str, Any]]:
    """Return what `cards_of` reads."""
    return [{"metric": card.metric.name, "shown": card.is_shown, "drawn": card.drawn.value} for card in cards]


def moved(cards: list[Card], name: str, move: Move) -> list[Card]:
    """Return the cards after one was moved by a place, shown or hidden; at the end of the list nothing moves."""
    at = _place(cards, name)
    found = list(cards)
    if move in (Move.SHOW, Move.HIDE):
        found[at] = replace(found[at], is_shown=move == Move.SHOW)
    else:
        to = min(max(at + (1 if move == Move.DOWN else -1), 0), len(found) - 1)
        found.insert(to, found.pop(at))
    return found


def drawn_as(cards: list[Card], name: str, drawn: Drawn) -> list[Card]:
    """Return the cards after another chart was chosen for one."""
    at = _place(cards, name)
    return [*cards[:at], replace(cards[at], drawn=drawn), *cards[at + 1 :]]


def _place(cards: list[Card], name: str) -> int:
    return next(at for at, card in enumerate(cards) if card.metric.name == name)
