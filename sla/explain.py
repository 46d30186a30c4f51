"""Why is this due then? The ledger of each clock in words and arithmetic, in the reader's zone."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sla import log
from sla.choices import OPEN_STATES, Cause, ClockState, Metric, PolicyKind
from sla.clocks import Fold
from sla.facts import Correction, Start
from sla.ledger import counts_on
from sla.library import library
from sla.models import Clock, PolicyVersion, Segment
from sla.promises import in_words
from tickets.choices import CLOSED_STATUSES, EventKind, Level, Side, Status
from tickets.models import Ticket, TicketEvent, User

NOTHING = timedelta(0)
BECAUSE = {
    Cause.CREATED: "the ticket was created",
    Cause.REPLY: "staff replied",
    Cause.MESSAGE: "the customer wrote",
    Cause.UNMERGED: "the merge was undone",
    Cause.ARCHIVED: "the ticket was archived",
    Cause.RESTORED: "the ticket was restored",
    Cause.TERMS: "this policy and calendar began to hold",
    Cause.APPLIED: "the edited policy or calendar was applied to open tickets",
    Cause.LAPSED: "no policy held any more",
}


@dataclass(frozen=True)
class Line:
    """A stretch of a ledger and the working time that it used; `replied_at` marks a pause in which the customer had replied."""

    start: datetime
    end: datetime | None
    is_running: bool
    worked: timedelta
    policy: str
    calendar: str
    because: str
    replied_at: datetime | None
    text: str


@dataclass(frozen=True)
class Explanation:
    """One clock with its ledger, and the sum below it."""

    clock: Clock
    title: str
    ledger: list[Line]
    sums: list[str]
    used: timedelta  # until now
    is_overdue: bool

    @property
    def lines(self) -> list[str]:
        """The whole explanation as plain sentences."""
        return [self.title, *(line.text for line in self.ledger), *self.sums]


def explain(ticket: Ticket, reader: User, now: datetime) -> list[Explanation]:
    """Return the clocks of a visible ticket that the reader may see, explained; those still open first."""
    clocks = Clock.objects.visible_to(reader).filter(ticket=ticket)
    rows = list(clocks.select_related("policy_version__policy", "calendar_version__calendar"))
    if not rows:
        return []
    segments: dict[int, list[Segment]] = {row.pk: [] for row in rows}
    closed = Segment.objects.filter(clock__in=segments).order_by("clock", "number")
    for segment in closed.select_related("policy_version__policy", "calendar_version__calendar"):
        segments[segment.clock_id].append(segment)
    teller = _Teller(ticket, ZoneInfo(reader.time_zone), now)
    return [teller.explain(row, segments[row.pk]) for row in sorted(rows, key=lambda row: row.stopped_at is not None)]


def _corrections(ticket: Ticket, events: Sequence[TicketEvent]) -> list[Correction]:
    """Return which events came with a time before the one they follow."""
    later = (event for event in events if event.kind != EventKind.TICKET_CREATED)
    facts = (fact for event in later for fact in log.facts_of(event))
    return Fold(Start(ticket.created_at, Status.OPEN, ticket.priority), facts).corrections


class _Teller:
    def __init__(self, ticket: Ticket, zone: ZoneInfo, now: datetime) -> None:
        self.ticket, self.zone, self.now = ticket, zone, now
        self.books = library()
        events = log.events_of([ticket.pk])[ticket.pk]
        self.words = [(event.occurred_at, event.data["side"]) for event in events if event.data.get("side")]
        self.corrections = _corrections(ticket, events)

    def explain(self, clock: Clock, segments: Sequence[Segment]) -> Explanation:
        ledger = [self._line(segment, segment.start, segment.end, is_running=segment.running) for segment in segments]
        if clock.stopped_at is None:
            terms = self.books.terms(clock.policy_version_id, clock.calendar_version_id)
            runs = counts_on(clock, terms, self.ticket.status)
            ledger.append(self._line(clock, clock.since, None, is_running=runs))
        used = sum((line.worked for line in ledger), NOTHING)
        is_overdue = clock.state in OPEN_STATES and clock.due_at is not None and clock.due_at <= self.now
        return Explanation(clock, self._title(clock), ledger, list(self._sums(clock, ledger)), used, is_overdue)

    def _line(self, row: Clock | Segment, start: datetime, end: datetime | None, *, is_running: bool) -> Line:
        terms = self.books.terms(row.policy_version_id, row.calendar_version_id)
        worked = terms.working.elapsed(start, max(start, end or self.now)) if is_running else NOTHING
        because = self._because(Cause(row.cause), row.detail)
        replied = None if is_running else self._replied(start, end)
        span = f"{self._at(start)} to {self._at(end)}" if end else f"Since {self._at(start)}"
        calendar = str(row.calendar_version)
        did = f"ran {in_words(worked)} by {calendar}" if is_running else _stood(Cause(row.cause), row.detail)
        text = f"{span}: {did}{'' if row.target else ', with nothing promised'}, because {because}."
        if replied:
            text += f" The customer had already replied, at {self._at(replied)}."
        return Line(start, end, is_running, worked, str(row.policy_version), calendar, because, replied, text)

    def _replied(self, start: datetime, end: datetime | None) -> datetime | None:
        """Return when the customer had the last word before or during a pause."""
        last: tuple[datetime, str] | None = None
        for at, side in self.words:
            if at <= start:
                last = (at, side)
            elif side == Side.CUSTOMER and (end is None or at < end):
                return at
        return last[0] if last and last[1] == Side.CUSTOMER else None

    def _because(self, cause: Cause, detail: str) -> str:
        match cause:
            case Cause.STATUS:
                return f"the status became {Status(detail).label.lower()}"
            case Cause.PRIORITY:
                return f"the priority became {Level(detail).label.lower()}"
            case Cause.TEAM:
                return f"the ticket was given to {detail}" if detail else "it was taken off its team"
            case Cause.MERGED:
                return f"the ticket was merged into {detail}"
        return BECAUSE[cause]

    def _title(self, clock: Clock) -> str:
        metric = Metric(clock.metric).label
        number = f" {clock.serial}" if clock.serial > 1 else ""
        whose = "promised by the team" if clock.kind == PolicyKind.INTERNAL else "promised to the customer"
        if clock.target is None:
            return f"{metric}{number}: nothing is promised for this priority any more."
        version: PolicyVersion = clock.policy_version
        return f"{metric}{number}: {in_words(clock.target)} of working time, {whose} by {version}."

    def _sums(self, clock: Clock, ledger: Sequence[Line]) -> Iterator[str]:
        ran = [line.worked for line in ledger if line.is_running]
        used = sum(ran, NOTHING)
        if len(ran) > 1:
            yield f"Used: {' + '.join(map(in_words, ran))} = {in_words(used)}."
        elif ran:
            yield f"Used: {in_words(used)}."
        if clock.target is not None and clock.state != ClockState.CANCELLED:
            yield f"Left: {in_words(clock.target)} − {in_words(used)} = {in_words(clock.target - used)}."
        yield self._verdict(clock, ledger)
        if self.ticket.created_at > self.now:
            yield f"The ticket says that it was created in the future, at {self._at(self.ticket.created_at)}."
        for wrong in self.corrections:
            yield (
                f"Event {wrong.event} says {self._at(wrong.said)}, before the one it follows; "
                f"it was taken as of {self._at(wrong.taken)}."
            )

    def _verdict(self, clock: Clock, ledger: Sequence[Line]) -> str:
        ended = f"{self._at(clock.stopped_at)}, because {self._because(Cause(clock.cause), clock.detail)}"
        due = self._at(clock.due_at)
        match ClockState(clock.state):
            case ClockState.MET:
                return f"Met: it ended at {ended}; it would have been due at {due}."
            case ClockState.MISSED:
                return f"Missed: it was due at {due} and ended at {ended}."
            case ClockState.CANCELLED:
                if clock.stopped_at:
                    return f"Cancelled at {ended}."
                return "Nothing is due. What is used counts once something is promised again."
            case ClockState.PAUSED if clock.due_at is None:
                return "Due: not while it rests."
        if clock.due_at is not None and clock.due_at <= self.now:
            return f"Overdue since {due}: by then the promised time was used up."
        open_line = ledger[-1]
        left = (clock.target or NOTHING) - clock.used
        return f"Due at {due}: {in_words(left)} of working time from {self._at(open_line.start)} on, by {open_line.calendar}."

    def _at(self, moment: datetime | None) -> str:
        return f"{moment.astimezone(self.zone):%a %d %b %Y %H:%M:%S}".removesuffix(":00") if moment else ""


def _stood(cause: Cause, detail: str) -> str:
    """Say what a stretch was in which no time ran: more than a pause where the promise had ended, or was set aside."""
    if cause in (Cause.LAPSED, Cause.MERGED, Cause.ARCHIVED):
        return "was cancelled"
    return "had ended" if cause == Cause.STATUS and detail in CLOSED_STATUSES else "rested"


def clocks_to_show(ticket: Ticket, reader: User) -> list[Clock]:
    """Return what a page shows of a ticket's promises: open clocks, the next due first, then the last ended one of each metric."""
    rows = list(Clock.objects.visible_to(reader).filter(ticket=ticket).order_by("-serial"))
    running = [row for row in rows if row.state in OPEN_STATES]
    newest: dict[tuple[str, str], Clock] = {}
    for row in rows:
        newest.setdefault((row.kind, row.metric), row)
    ended = [row for row in newest.values() if row.state in (ClockState.MET, ClockState.MISSED)]
    return [
        *sorted(running, key=lambda row: (row.due_at is None, row.due_at or row.since)),
        *sorted(ended, key=lambda row: row.started_at),
    ]
