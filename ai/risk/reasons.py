"""Why a promise is thought to be broken or kept: what moved the forecast most, in words. Plain Python."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from ai.risk.features import WHEN, Schema

SHOWN = 3
LEAST = 0.03  # log odds: less than this is no reason
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
KEYS = {
    "category": "in this category",
    "organization": "of this organization",
    "requester": "of this requester",
    "team": "of this team",
    "assignee": "of this assignee",
    "level": "of this priority",
    "channel": "that come this way",
}
Seen = Mapping[str, float]


@dataclass(frozen=True)
class Reason:
    """One thing that speaks for (`weight` above 0, in log odds) or against a breach."""

    words: str
    weight: float

    @property
    def raises(self) -> bool:
        return self.weight > 0


def reasons(schema: Schema, row: Sequence[float], added: Sequence[float]) -> list[Reason]:
    """Return the strongest reasons of one forecast; `added` is what each feature of `row` added to its log odds."""
    seen = dict(zip(schema.names, row, strict=True))
    weights: dict[str, float] = {}
    for name, amount in zip(schema.names, added, strict=True):
        theme = theme_of(name)
        weights[theme] = weights.get(theme, 0.0) + float(amount)
    strongest = sorted(weights.items(), key=lambda item: -abs(item[1]))
    found = []
    for theme, weight in strongest:
        words = words_of(theme, seen)
        if words and abs(weight) >= LEAST:
            found.append(Reason(words, weight))
    return found[:SHOWN]


def theme_of(name: str) -> str:
    """Return what a feature is about; features of one theme make one reason."""
    measure, _, key = name.partition(" ")
    if measure in ("late", "lasted", "over_day", "slow", "seen"):
        return f"history {key}".rstrip()
    if measure in ("open", "came", "went"):
        return f"load {key}".rstrip()
    return THEMES.get(name, name)


THEMES = {
    **dict.fromkeys(("age", "used", "left", "target"), "promise"),
    **dict.fromkeys(WHEN, "when"),
    **dict.fromkeys(("touches", "people"), "touches"),
    **dict.fromkeys(("rests", "rested", "resting"), "rest"),
    **dict.fromkeys(("quiet", "in_state"), "quiet"),
    **dict.fromkeys(("replies", "messages", "unanswered"), "talk"),
    **dict.fromkeys(("priority", "urgency", "impact"), "levels"),
}


def words_of(theme: str, seen: Seen) -> str:
    """Return a theme in words, with what was seen; empty where there is nothing to say."""
    about, _, key = theme.partition(" ")
    if about == "history":
        return _history(key, seen)
    if about == "load":
        return _load(key, seen)
    say = SAYINGS.get(theme)
    return say(seen) if say else ""


def _history(key: str, seen: Seen) -> str:
    whole = round(100 * seen["late"])
    if not key:
        return f"{whole} % of all recent promises were broken"
    if key not in KEYS or seen[f"seen {key}"] < 1:
        return ""
    return (
        f"{round(100 * seen[f'late {key}'])} % of recent promises on tickets {KEYS[key]} were broken, {whole} % of all"
    )


def _load(key: str, seen: Seen) -> str:
    count = seen.get(f"open {key}".rstrip(), math.nan)
    if math.isnan(count):
        return ""
    who = {"": "The desk has", "team": "The team has", "assignee": "The assignee has"}.get(key)
    tickets = f"{count:,.0f} open ticket{'' if count == 1 else 's'}"
    return f"{who} {tickets}" if who else f"{tickets} {KEYS.get(key, '')}".rstrip()


def span(hours: float) -> str:
    """Return hours in words: 40 min, 5 h, 3 d 4 h."""
    minutes = max(0, round(hours * 60))
    if minutes < 60:
        return f"{minutes} min"
    days, rest = divmod(round(hours), 24)
    return f"{rest} h" if not days else f"{days} d {rest} h" if rest else f"{days} d"


def _times(count: float) -> str:
    return {1: "once", 2: "twice"}.get(int(count), f"{count:.0f} times")


def _promise(seen: Seen) -> str:
    if math.isnan(seen["used"]):
        return f"Open for {span(seen['age'])}"
    return f"{round(100 * seen['used'])} % of {span(seen['target'])} used, {span(seen['left'])} left"


def _rest(seen: Seen) -> str:
    if not seen["rests"]:
        return "Has never waited for anybody"
    return f"Waited for others {_times(seen['rests'])}, {span(seen['rested'])} in all"


def _talk(seen: Seen) -> str:
    if seen["unanswered"] and not seen["replies"]:
        return "Nobody has replied yet"
    replies = f"{seen['replies']:.0f} repl{'y' if seen['replies'] == 1 else 'ies'} so far"
    return f"{replies}; the customer wrote last" if seen["unanswered"] else replies


def _levels(seen: Seen) -> str:
    words = ("low", "medium", "high", "critical")
    level = seen["priority"]
    return "" if math.isnan(level) else f"Priority is {words[int(level) - 1]}"


SAYINGS: dict[str, Callable[[Seen], str]] = {
    "promise": _promise,
    "when": lambda seen: f"Came on a {DAYS[int(seen['opened_day'])]} at {int(seen['opened_hour'])}:00",
    "touches": lambda seen: f"Touched {_times(seen['touches'])} by {seen['people']:.0f} people",
    "rest": _rest,
    "quiet": lambda seen: f"Nothing has happened for {span(seen['quiet'])}",
    "talk": _talk,
    "levels": _levels,
    "handed_on": lambda seen: f"Passed to another assignee {_times(seen['handed_on'])}" if seen["handed_on"] else "",
    "team_changes": lambda seen: (
        f"Passed to another team {_times(seen['team_changes'])}" if seen["team_changes"] else ""
    ),
    "reopened": lambda seen: f"Opened again {_times(seen['reopened'])}" if seen["reopened"] else "",
    "has_assignee": lambda seen: "Somebody has it" if seen["has_assignee"] else "Nobody has it yet",
    "has_team": lambda seen: "" if seen["has_team"] else "No team has it yet",
}
