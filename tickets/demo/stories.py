"""The life of one demo ticket: from the first words over triage and conversation to its resolution, as far as time has come."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any

from tickets.actions.history import Life
from tickets.choices import Channel, EventKind, Level, Status
from tickets.demo import pace
from tickets.demo.people import Cast, Customer
from tickets.demo.scenarios import Conversation, Scenario
from tickets.models import Category, User
from tickets.permissions import Actor, System

DESK = System("Ticketsite")
GREETINGS = ["", "Hi,\n\n", "Hello,\n\n", "Good morning,\n\n", "Hi team,\n\n", "", "Dear support,\n\n"]
FAREWELLS = [
    "",
    "\n\n{first}",
    "\n\nThanks, {first}",
    "",
    "\n\nBest regards\n{name}",
    "\n\nMany thanks!",
    "\n\nCheers\n{first}",
]
BACK_AGAIN = [
    "I am afraid it is back since this morning, exactly as before.",
    "Sorry to open this again: it happened once more just now.",
    "It worked for two days and today the same again.",
]
ON_IT_AGAIN = [
    "Sorry about that. I looked deeper this time and corrected it at the root. Please tell me if anything is still odd.",
    "Thank you for telling us. The change had been rolled back by the nightly run; it is permanent now.",
]
STILL_FINE = ["Good now, I have watched it for a while.", "Fine again. Let us hope that it stays."]
PRAISE = [
    "Quick and friendly.",
    "Very clear explanation, thank you.",
    "Solved within the hour!",
    "Always a pleasure.",
    "",
    "",
    "",
    "",
    "",
]
BLAME = ["It took too long.", "I had to ask twice.", "Solved, but I would have liked to know what was going on.", ""]


class EndOfTime(Exception):
    """The next step lies in the future."""


@dataclass
class Story:
    """Writes one life. `clock` is the time of the last step; a step after `now` ends the story where it stands."""

    scenario: Scenario
    talk: Conversation
    customer: Customer
    requester: User
    technician: User
    cast: Cast
    category: Category
    now: datetime
    random: Random
    clock: datetime
    stops_after: int | None
    life: Life = field(init=False)

    def tell(self) -> Life:
        self._begin()
        try:
            self._triage()
            for place, line in enumerate(self.talk.lines):
                if place == self.stops_after:
                    self._promise()
                    return self.life
                self._say(line.kind, line.text)
            self._resolve()
            self._afterwards()
        except EndOfTime:
            pass
        return self.life

    def _promise(self) -> None:
        """Give most of what came to rest a new date that still lies ahead."""
        if self.random.random() < 0.65 and self.life.ticket.due_at:
            due = self.now + timedelta(days=self.random.randrange(6), hours=self.random.randrange(1, 9))
            self._change(self.technician, {"due_at": pace.at_work(due, self._zone, self.random).replace(microsecond=0)})

    @property
    def _zone(self) -> str:
        return self.customer.organization.time_zone

    def _then(self, moment: datetime) -> None:
        if moment > self.now:
            raise EndOfTime
        self.clock = moment.replace(microsecond=0)

    def _change(
        self, by: Actor, values: Mapping[str, Any], *, at: datetime | None = None, via: Channel = Channel.WEB
    ) -> None:
        self.life.change(by=by, via=via, at=at or self.clock, values=values)

    def _begin(self) -> None:
        via = Channel(self.scenario.channel)
        values: dict[str, Any] = {
            "title": self.talk.title,
            "description": self.talk.text if via != Channel.PORTAL else self._in_own_words(self.talk.text),
            "status": Status.OPEN,
            "priority": Level.MEDIUM,
            "requester": self.requester,
            "organization": self.customer.organization,
            "custom_fields": self._custom_fields(),
        }
        if self.random.random() < 0.4:
            values["category"] = self.category
        self.life = Life.begin(by=self.requester, via=via, at=self.clock, values=values)

    def _in_own_words(self, text: str) -> str:
        name = self.requester.display_name
        habit = sum(name.encode())
        farewell = FAREWELLS[habit * 5 % len(FAREWELLS)].format(name=name, first=name.split()[0])
        return GREETINGS[habit * 3 % len(GREETINGS)] + text + farewell

    def _custom_fields(self) -> dict[str, Any]:
        name = self.scenario.category
        if name in ("Hardware / Laptops", "Security / Malware", "Software / Office apps"):
            return {
                "asset_tag": f"NB-{self.random.randrange(1000, 1999)}",
                "operating_system": self.random.choice(["Windows 11", "Windows 11", "macOS"]),
            }
        if name == "Hardware / Printers":
            return {"asset_tag": f"PR-{self.random.randrange(100, 199)}"}
        if self.scenario.priority == "critical" and name != "Security / Lost devices":
            return {"affected_people": self.random.choice([8, 12, 20, 35])}
        if name.startswith("Accounts / O"):
            return {"needed_by": (self.clock + timedelta(days=self.random.randrange(4, 21))).date().isoformat()}
        return {}

    def _triage(self) -> None:
        """Somebody of the first line sorts the ticket; a few go to the wrong team first."""
        self._then(pace.answer_after(self.clock, self.scenario.priority, self._zone, self.random))
        sorter = self.random.choice(self.cast.technicians["Service Desk"])
        level = Level(self.scenario.priority)
        values: dict[str, Any] = {
            "priority": level,
            "urgency": level,
            "impact": Level.HIGH if "affected_people" in self.life.ticket.custom_fields else Level.MEDIUM,
            "category": self.category,
            "team": self.cast.teams[self.scenario.team],
            "assignee": self.technician,
            "tags": self.scenario.tags,
        }
        if self.random.random() < 0.8:
            values["due_at"] = pace.at_work(
                self.clock + timedelta(hours=pace.DUE[level]), self._zone, self.random
            ).replace(microsecond=0)
        if self.scenario.team != "Service Desk" and self.random.random() < 0.15:
            self._change(sorter, values | {"team": self.cast.teams["Service Desk"], "assignee": sorter})
            self._then(pace.answer_after(self.clock, self.scenario.priority, self._zone, self.random))
            self._change(sorter, {"team": values["team"], "assignee": self.technician})
        else:
            self._change(sorter, values)
        if self.random.random() < 0.12:
            self._watch(self.random.choice(self.customer.people))

    def _watch(self, watcher: User) -> None:
        if watcher != self.requester:
            self.life.watchers.append(watcher)
            data = {"added": [{"id": watcher.pk, "name": watcher.display_name}]}
            self.life.happen(
                EventKind.WATCHERS_CHANGED, by=self.technician, via=Channel.WEB, at=self.clock, data=data, public=False
            )

    def _say(self, kind: str, text: str) -> None:
        if kind == "<":
            self._then(pace.reply_after(self.clock, self._zone, self.random))
            via = Channel.EMAIL if self.random.random() < 0.35 else Channel.PORTAL
            self.life.comment(by=self.requester, via=via, at=self.clock, body=text)
            return
        ticket = self.life.ticket
        self._then(pace.answer_after(self.clock, ticket.priority, self._zone, self.random))
        if ticket.status in (Status.OPEN, Status.ON_HOLD):
            self._change(self.technician, {"status": Status.IN_PROGRESS}, at=self.clock - timedelta(seconds=1))
        if kind.startswith(">"):
            self.life.comment(by=self.technician, via=Channel.WEB, at=self.clock, body=self._signed(text))
        else:
            self._note(text)
        if kind == ">?":
            self._change(self.technician, {"status": Status.PENDING, "due_at": self.clock + timedelta(days=4)})
        if kind == "!hold":
            self._change(self.technician, {"status": Status.ON_HOLD, "due_at": self.clock + timedelta(days=7)})

    def _signed(self, text: str) -> str:
        name = self.requester.display_name.split()[0]
        greeting = (
            ["", f"Hello {name},\n\n", f"Hi {name},\n\n"][len(self.technician.name) % 3]
            if self.life.ticket.first_responded_at is None
            else ""
        )
        return greeting + text

    def _note(self, text: str) -> None:
        mentions: list[User] = []
        if self.random.random() < 0.08:
            other = self.random.choice(self.cast.technicians[self.scenario.team])
            if other != self.technician:
                text += f"\n\n@{other.username} have you seen this elsewhere?"
                mentions = [other]
        self.life.comment(
            by=self.technician, via=Channel.WEB, at=self.clock, body=text, internal=True, mentions=mentions
        )

    def _resolve(self) -> None:
        self._then(pace.answer_after(self.clock, "high", self._zone, self.random))
        self._change(self.technician, {"status": Status.RESOLVED, "resolution": self.talk.resolution})
        minutes = max(5, round(self.scenario.minutes * self.random.uniform(0.5, 1.5) / 5) * 5)
        self.life.log_time(by=self.technician, via=Channel.WEB, at=self.clock, minutes=minutes)

    def _afterwards(self) -> None:
        if self.random.random() < 0.06:
            self._come_back()
        resolved = self.clock
        if self.random.random() < 0.5:
            self._rate()
        if self.random.random() < 0.2:
            self._then(pace.reply_after(self.clock, self._zone, self.random))
            self._change(self.requester, {"status": Status.CLOSED}, via=Channel.PORTAL)
        else:
            self._then(max(resolved + timedelta(days=5), self.clock))
            self._change(DESK, {"status": Status.CLOSED}, via=Channel.SYSTEM)

    def _come_back(self) -> None:
        self._then(pace.reply_after(self.clock + timedelta(days=1), self._zone, self.random))
        self.life.comment(by=self.requester, via=Channel.PORTAL, at=self.clock, body=self.random.choice(BACK_AGAIN))
        self._say(">", self.random.choice(ON_IT_AGAIN))
        self._say("<", self.random.choice(STILL_FINE))
        self._resolve()

    def _rate(self) -> None:
        self._then(pace.reply_after(self.clock, self._zone, self.random))
        rating = self.random.choices([5, 4, 3, 2, 1], [52, 28, 10, 6, 4])[0]
        comment = self.random.choice(PRAISE if rating > 3 else BLAME)
        self.life.rate(by=self.requester, via=Channel.PORTAL, at=self.clock, rating=rating, comment=comment)
