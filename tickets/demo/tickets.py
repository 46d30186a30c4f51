"""About 400 tickets over 60 days, some of them tied together."""

from collections import defaultdict
from datetime import datetime, timedelta
from random import Random

from tickets.actions.changing import apply, name_of
from tickets.actions.history import Life, write_lives
from tickets.choices import CLOSED_STATUSES, Channel, EventKind, LinkKind, Status
from tickets.demo import pace
from tickets.demo.people import Cast, Customer
from tickets.demo.scenarios import Conversation, Scenario, all_scenarios, converse
from tickets.demo.stories import Story
from tickets.models import Category, TicketLink, User

COUNT = 400
JUST_NOW = (2, 4, 9, 15, 23, 31, 44, 58)  # minutes ago
WEIGHTS = (34, 27, 17, 22)  # how much each customer asks
TRADES = {  # what only some customers have
    "Practice software: {module} does not open": "Meridian Dental",
    "Drawings open very slowly from the server": "Harbor & Pine Architects",
    "Web shop: {problem}": "Wattle Creek Foods",
}
LINKS_OF_EACH_KIND = 6


class Teller:
    """Makes up tickets one after the other; everything follows from the seed and `now`."""

    def __init__(self, cast: Cast, categories: dict[str, Category], now: datetime, random: Random) -> None:
        self.cast, self.categories, self.now, self.random = cast, categories, now, random
        self.turns: dict[int, int] = defaultdict(int)
        self.asked: dict[int, int] = defaultdict(int)

    def tell(self, created: datetime | None = None) -> tuple[Scenario, Life]:
        customer = self.random.choices(self.cast.customers, WEIGHTS)[0]
        scenario = self._scenario(customer)
        zone = customer.organization.time_zone
        if created is None:
            created = pace.some_moment(self.now, zone, self.random, any_hour=scenario.channel != "portal")
        requester = self._requester(customer)
        technician = self.random.choice(self.cast.technicians[scenario.team])
        names = self._names(customer, requester, technician, created)
        talk = converse(scenario, self._turn(scenario), names)
        story = Story(
            scenario=scenario,
            talk=talk,
            customer=customer,
            requester=requester,
            technician=technician,
            cast=self.cast,
            category=self.categories[scenario.category],
            now=self.now,
            random=self.random,
            clock=created.replace(microsecond=0),
            stops_after=self._stops_after(scenario, talk, self.now - created),
        )
        return scenario, story.tell()

    def _stops_after(self, scenario: Scenario, talk: Conversation, age: timedelta) -> int | None:
        """Return how many lines were said when it came to rest, mostly waiting for somebody; None for most tickets."""
        if scenario.priority == "critical" and age > timedelta(days=1):
            return None  # nobody lets an outage rest
        held = [place + 1 for place, line in enumerate(talk.lines) if line.kind == "!hold"]
        if held and age < timedelta(days=25) and self.random.random() < 0.5:
            return held[0]  # parts and partners take their time
        if self.random.random() > (0.55 if age < timedelta(days=6) else 0.3 if age < timedelta(days=14) else 0.05):
            return None
        waits = [place + 1 for place, line in enumerate(talk.lines) if line.kind == ">?"]
        anywhere = self.random.randrange(len(talk.lines))
        return self.random.choice([*waits, *waits, anywhere]) if waits else anywhere

    def _scenario(self, customer: Customer) -> Scenario:
        """Return one of the scenarios used least so far, among those that fit the customer's trade."""
        fitting = [
            (place, scenario)
            for place, scenario in enumerate(all_scenarios())
            if TRADES.get(scenario.title[0], customer.organization.name) == customer.organization.name
        ]
        least = min(self.turns[place] for place, _ in fitting)
        return self.random.choice([scenario for place, scenario in fitting if self.turns[place] <= least + 1])

    def _turn(self, scenario: Scenario) -> int:
        place = all_scenarios().index(scenario)
        self.turns[place] += 1
        return self.turns[place] - 1

    def _requester(self, customer: Customer) -> User:
        weights = [3 if person.email == "customer@example.com" else 2 for person in customer.people]
        return self.random.choices(customer.people, weights)[0]

    def _names(self, customer: Customer, requester: User, technician: User, created: datetime) -> dict[str, str]:
        colleague = self.random.choice([person for person in customer.people if person != requester]).display_name
        day = created - timedelta(days=self.random.randrange(1, 4))
        return {
            "site": self.random.choice(customer.sites),
            "org": customer.organization.name,
            "first": requester.display_name.split()[0],
            "tech": technician.display_name.split()[0],
            "colleague": colleague,
            "colleague_first": colleague.split()[0],
            "day": f"{day:%A}",
        }


def make_tickets(cast: Cast, categories: dict[str, Category], now: datetime, random: Random) -> None:
    """Store the tickets in the order of their creation, then links and merges between them."""
    teller = Teller(cast, categories, now, random)
    told = [teller.tell() for _ in range(COUNT - len(JUST_NOW))]
    told += [teller.tell(now - timedelta(minutes=minutes, seconds=random.randrange(60))) for minutes in JUST_NOW]
    duplicates = _report_again(told, cast, now, random)
    told.sort(key=lambda pair: pair[1].ticket.created_at)
    lives = sorted(
        [life for _, life in told] + [twin for twin, _ in duplicates], key=lambda life: life.ticket.created_at
    )
    write_lives(lives)
    touched = [*_merge(duplicates), *_link(told, now, random)]
    write_lives(list({id(life): life for life in touched}.values()))


def _report_again(
    told: list[tuple[Scenario, Life]], cast: Cast, now: datetime, random: Random
) -> list[tuple[Life, Life]]:
    """Let colleagues report the latest outages a second time; returns (second, first) pairs to be merged."""
    running = [
        (scenario.priority == "critical", life)
        for scenario, life in told
        if scenario.priority in ("critical", "high")
        and life.ticket.assignee
        and life.ticket.status not in CLOSED_STATUSES
        and life.ticket.updated_at < now - timedelta(minutes=40)
    ]
    pairs = []
    for _, first in sorted(running, key=lambda pair: (pair[0], pair[1].ticket.updated_at))[-2:]:
        customer = next(c for c in cast.customers if c.organization == first.ticket.organization)
        colleague = random.choice([person for person in customer.people if person != first.ticket.requester])
        second = Life.begin(
            by=colleague,
            via=Channel.PORTAL,
            at=first.ticket.updated_at + timedelta(minutes=3),
            values={
                "title": f"Same here: {first.ticket.title[:1].lower()}{first.ticket.title[1:]}",
                "description": "I have the problem as well. Is somebody already looking at it?",
                "status": Status.OPEN,
                "priority": "medium",
                "requester": colleague,
                "organization": first.ticket.organization,
            },
        )
        pairs.append((second, first))
    return pairs


def _merge(pairs: list[tuple[Life, Life]]) -> list[Life]:
    """Merge each second report into the first one, as the action does."""
    for second, first in pairs:
        at, by = second.ticket.created_at + timedelta(minutes=6), first.ticket.assignee or first.ticket.requester
        old_status, joining = second.ticket.status, second.ticket.requester
        second.ticket.merged_into = first.ticket
        _, changes = apply(second.ticket, {"status": Status.CLOSED}, at=at)
        data = {"into": name_of(first.ticket), "joined": [joining.pk], "old_status": old_status}
        second.happen(EventKind.TICKET_MERGED, by=by, via=Channel.WEB, at=at, changes=changes, data=data)
        first.happen(EventKind.TICKET_MERGED, by=by, via=Channel.WEB, at=at, data={"from": name_of(second.ticket)})
        first.watchers.append(joining)
    return [life for pair in pairs for life in pair]


def _link(told: list[tuple[Scenario, Life]], now: datetime, random: Random) -> list[Life]:
    """Link tickets that tell of the same thing at the same customer."""
    alike: dict[tuple[str, int | None], list[Life]] = defaultdict(list)
    for scenario, life in told:
        if life.ticket.merged_into is None and life.ticket.assignee:
            alike[scenario.category, life.ticket.organization_id].append(life)
    groups = [group for group in alike.values() if len(group) >= 3]
    random.shuffle(groups)
    touched: list[Life] = []
    kinds = [kind for kind in LinkKind for _ in range(LINKS_OF_EACH_KIND)]
    for kind, (first, second, *_) in zip(kinds, groups, strict=False):
        if kind == LinkKind.DUPLICATE:
            first, second = second, first  # the later one is the duplicate
        at = max(first.ticket.updated_at, second.ticket.updated_at) + timedelta(minutes=random.randrange(2, 9))
        by = second.ticket.assignee
        if at > now or by is None:
            continue
        link = TicketLink.objects.create(source=first.ticket, target=second.ticket, kind=kind, created_by=by)
        TicketLink.objects.filter(pk=link.pk).update(created_at=at)
        data = {"source": name_of(first.ticket), "target": name_of(second.ticket), "kind": kind}
        for life in (first, second):
            life.happen(EventKind.TICKETS_LINKED, by=by, via=Channel.WEB, at=at, data=data, public=False)
        touched += [first, second]
    return touched
