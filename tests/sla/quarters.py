"""The slow oracle of clocks: it walks through time in quarters of an hour and ticks. It shares no code with sla/clocks.py."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sla.facts import Fact, Start, Terms

QUARTER = timedelta(minutes=15)
CLOSED = ("resolved", "closed")


def is_open_at(calendar: int, moment: datetime) -> bool:
    """Calendar 1 is the office, Monday to Friday 9 to 17 in UTC; calendar 2 never closes."""
    return calendar == 2 or (moment.weekday() < 5 and 9 <= moment.hour < 17)


@dataclass
class Ticking:
    name: str
    began: datetime
    ticks: list[datetime] = field(default_factory=list)  # quarters that counted
    mode: str = "off"  # run, rest, done, cancelled
    ended: datetime | None = None
    target: int | None = None  # quarters
    terms: Terms | None = None
    was_promised: bool = False
    changed: datetime | None = None  # when it was last told how to go on,
    before: tuple[Terms | None, int | None] = (None, None)  # and what held until then

    def finish(self, mode: str, now: datetime) -> None:
        """End; what held for no time at all is forgotten."""
        if self.changed == now and self.began < now:
            self.terms, self.target = self.before
        self.was_promised |= self.target is not None and mode == "done"
        self.mode, self.ended = mode, now

    def line(self) -> str:
        return f"{self.name}: {self.state()}, due {self.due()}, used {len(self.ticks) * QUARTER}"

    def due(self) -> datetime | None:
        if self.target is None or self.mode == "cancelled":
            return None
        if len(self.ticks) >= self.target:
            return self.ticks[self.target - 1] + QUARTER
        return None if self.mode == "rest" else self.later(self.target - len(self.ticks))

    def later(self, quarters: int) -> datetime:
        moment = self.ended if self.mode == "done" else self.now
        assert moment is not None
        assert self.terms is not None
        while quarters:
            quarters -= is_open_at(self.terms.calendar, moment)
            moment += QUARTER
        return moment

    now: datetime = field(default=datetime.min)

    def state(self) -> str:
        if self.mode == "cancelled" or self.target is None:
            return "cancelled"
        if self.mode != "done":
            return "running" if self.mode == "run" else "paused"
        assert self.ended is not None
        is_late = len(self.ticks) >= self.target and self.ticks[self.target - 1] + QUARTER < self.ended
        return "missed" if is_late else "met"


class Oracle:
    def __init__(self, start: Start, facts: list[Fact]) -> None:
        self.now = start.at
        self.status, self.priority, self.team = start.status, start.priority, start.team
        self.archived = self.merged = self.waiting = False
        self.answered = start.status in CLOSED
        self.taken_up = start.status == "in_progress"
        self.terms: dict[str, Terms | None] = {"customer": None, "internal": None}
        self.clocks: list[Ticking] = []
        self.current: dict[str, Ticking] = {}
        self.counts: dict[str, int] = {}
        self.new("first_response")
        self.new("resolution")
        if self.team:
            self.new("internal first_response")
            self.new("internal resolution")
        told = self.with_first_terms(start, facts)
        for fact in told:
            self.walk(max(self.now, fact.at))
            self.hear(fact)

    def with_first_terms(self, start: Start, facts: list[Fact]) -> list[Fact]:
        """The first terms of a kind hold from where its clocks began."""
        told: list[Fact] = []
        seen, places = set[str](), {"customer": (0, start.at), "internal": (0, start.at)}
        for fact in facts:
            if fact.cause == "team":
                seen.discard("internal")
                told.append(fact)
                places["internal"] = (len(told), fact.at)
            elif fact.cause in ("terms", "applied", "lapsed") and fact.kind not in seen:
                if fact.terms is not None:  # the first in its stretch; those before it were about nothing
                    seen.add(fact.kind)
                    place, moment = places[fact.kind]
                    told.insert(place, Fact(moment, fact.cause, "", None, fact.terms, fact.kind))
                    if place <= places["internal"][0] and fact.kind == "customer":
                        places["internal"] = (places["internal"][0] + 1, places["internal"][1])
            else:
                told.append(fact)
        return told

    def new(self, name: str) -> None:
        self.counts[name] = self.counts.get(name, 0) + 1
        number = self.counts[name]
        clock = Ticking(f"{name} {number}" if number > 1 else name, self.now)
        self.current[name] = clock
        self.clocks.append(clock)

    def walk(self, until: datetime) -> None:
        while self.now < until:
            for clock in self.clocks:
                clock.was_promised |= clock.mode in ("run", "rest") and clock.target is not None
                if clock.mode == "run" and clock.terms and is_open_at(clock.terms.calendar, self.now):
                    clock.ticks.append(self.now)
            self.now += QUARTER

    def hear(self, fact: Fact) -> None:
        if fact.cause in ("terms", "applied", "lapsed"):
            self.terms[fact.kind.value] = fact.terms
        elif fact.cause == "team":
            for name in ("internal first_response", "internal resolution"):
                clock = self.current.get(name)
                if clock and clock.mode in ("run", "rest"):
                    clock.finish("done", self.now)
            self.team, self.taken_up = fact.value, False
            self.terms["internal"] = None
            if self.team:
                self.new("internal first_response")
                self.new("internal resolution")
            else:
                self.current = {n: c for n, c in self.current.items() if not n.startswith("internal")}
        elif fact.cause == "priority":
            self.priority = fact.value
        elif fact.cause == "reply":
            self.answered, self.waiting, self.taken_up = True, False, True
        elif fact.cause == "message":
            if self.answered and self.status not in CLOSED and not self.waiting:
                self.waiting = True
                self.new("next_response")
        elif fact.cause == "merged":
            self.merged = True
        elif fact.cause == "unmerged":
            self.merged = False
        elif fact.cause == "archived":
            self.archived = True
        elif fact.cause == "restored":
            self.archived = False
        elif fact.cause == "status":
            self.status = fact.value
            self.taken_up |= fact.value == "in_progress"
            if fact.value in CLOSED and not self.merged:
                self.answered, self.waiting = True, False
            if fact.value not in CLOSED:
                self.merged = False
        for name, clock in self.current.items():
            self.settle(name, clock)

    def settle(self, name: str, clock: Ticking) -> None:
        """Decide what a clock does from now on."""
        terms = self.terms["internal" if name.startswith("internal") else "customer"]
        metric = name.removeprefix("internal ")
        over = {
            "first_response": self.answered,
            "next_response": not self.waiting,
            "resolution": False,
            "internal first_response": self.taken_up,
            "internal resolution": False,
        }[name]
        is_on = clock.mode in ("run", "rest")
        if terms is None or self.archived or self.merged:
            if is_on:
                if clock.began == self.now:
                    clock.mode = "off"
                else:
                    clock.finish("cancelled", self.now)
        elif over or self.status in CLOSED:
            if is_on:
                clock.finish("done", self.now)
        elif clock.mode != "done" or metric == "resolution":
            rests = self.status in terms.pauses.get(metric, ())
            if clock.began == self.now:  # what lasted no time was nothing
                clock.was_promised = False
            if clock.mode == "off":
                clock.began = self.now
            promised = terms.targets.get((metric, self.priority))
            target = None if promised is None else promised // QUARTER
            if clock.changed != self.now:
                clock.before = (clock.terms, clock.target)
                clock.changed = self.now
            clock.mode, clock.ended, clock.terms, clock.target = "rest" if rests else "run", None, terms, target

    def lines(self) -> list[str]:
        for clock in self.clocks:
            clock.now = self.now
            clock.was_promised |= clock.mode in ("run", "rest") and clock.target is not None
        return sorted(clock.line() for clock in self.clocks if clock.was_promised and clock.mode != "off")
