"""The SLA board: open promises by how they stand, one query a section, along the index of due dates."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.http import HttpResponse, QueryDict
from django.utils import timezone
from django.views.decorators.http import require_GET

from sla.choices import ClockState
from sla.library import Library, library
from sla.models import Breach, Clock
from sla.models.clock import ClockQuerySet
from sla.pages.filters import OFFERED, chips_for, narrowed
from sla.permissions import can
from sla.standing import Standing, label_of, standing
from tickets.errors import Invalid
from tickets.finding.paging import page_of
from tickets.models.ticket import reference_of
from tickets.pages.doors import PageRequest, page, staff_only
from tickets.pages.filters import with_value, without

CAP = 10  # promises of a section, where all are shown
PAGE = 50  # where one is
ORDERINGS = {"due_at": "due_at", "id": "id", "foreseen": "foreseen"}
BY_FORECAST = "foreseen"  # the value of `sort`
OF_CLOCK = tuple(field.attname for field in Clock._meta.concrete_fields)
OF_TICKET = tuple(
    f"ticket__{name}"
    for name in (
        "title",
        "status",
        "version",
        "organization__name",
        "team__name",
        "assignee__name",
        "assignee__username",
    )
)
OF_BREACH = tuple(
    f"breach__{name}"
    for name in ("acknowledged_at", "acknowledged_by__name", "acknowledged_by__username", "waiver__reason")
)


@dataclass(frozen=True)
class Kind:
    """A section: its name in addresses and on the page, how it is sorted, and what it says when it is empty."""

    key: str
    title: str
    ordering: str
    empty: str

    @property
    def is_forecast(self) -> bool:
        """Whether its promises may still be kept."""
        return self.key != "breached"

    def sorted_by(self, sort: str) -> str:
        return "-foreseen" if sort == BY_FORECAST and self.is_forecast else self.ordering

    def clocks(self, rows: ClockQuerySet, now: datetime) -> ClockQuerySet:
        match self.key:
            case "breached":
                return rows.filter(due_at__lte=now)
            case "risk":
                return rows.filter(due_at__gt=now, announced__gt=0)
            case "next":
                return rows.filter(due_at__gt=now, announced=0)
        return rows.filter(due_at=None)


KINDS = (
    Kind("breached", "Breached", "-due_at", "No promise is broken."),
    Kind("risk", "At risk", "due_at", "Nothing is at risk: no open promise has reached its first warning."),
    Kind("next", "Due next", "due_at", "Nothing else is due."),
    Kind("paused", "Paused", "id", "No time rests."),
)


@dataclass(frozen=True)
class Row:
    """One promise as the board shows it; `share` is the part of its target that is used, in percent."""

    clock: Clock
    reference: str
    label: str
    assignee: str
    standing: Standing
    share: int
    breach: Breach | None = None


@dataclass(frozen=True)
class Section:
    kind: Kind
    rows: list[Row]
    count: str
    all_url: str = ""
    next_url: str = ""
    previous_url: str = ""


@require_GET
@staff_only
def board(request: PageRequest) -> HttpResponse:
    """Show every section with its first promises, or with `section` one of them in pages."""
    query, now = request.GET, timezone.now()
    sections: list[Section] = []
    problem, chosen = "", next((kind for kind in KINDS if kind.key == query.get("section")), None)
    try:
        rows = narrowed(Clock.objects.visible_to(request.user).open(), query, request.user)
        reader = Reader(rows, query, library(), now)
        sections = [reader.paged(chosen)] if chosen else [reader.capped(kind) for kind in KINDS]
    except Invalid as error:
        problem = error.sentence
    context = {
        "sections": sections,
        "problem": problem,
        "chips": chips_for(query),
        "question": without(query, "cursor").lstrip("?"),
        "chosen": chosen,
        "overview_url": without(query, "section"),
        "by_forecast": query.get("sort") == BY_FORECAST,
        "by_forecast_url": with_value(query, "sort", BY_FORECAST),
        "by_due_url": without(query, "sort"),
        "is_filtered": any(query.get(name) for name in OFFERED),
        "may_waive": can(request.user, "sla.waive"),
    }
    return page(request, "sla/board.html", context, fragment="board", status=400 if problem else 200)


@dataclass(frozen=True)
class Reader:
    """Reads the sections of one question."""

    rows: ClockQuerySet
    query: QueryDict
    books: Library
    now: datetime

    def capped(self, kind: Kind) -> Section:
        """Return the first promises of a section, and where all of them are."""
        ordering = kind.sorted_by(self.query.get("sort", ""))
        sign, column = ordering[: ordering.startswith("-")], ordering.removeprefix("-")
        if ordering == kind.ordering:
            found: Iterable[Clock] = self._found(kind).order_by(*dict.fromkeys((sign + column, sign + "id")))[: CAP + 1]
        else:
            found = page_of(self._found(kind), ordering, "", CAP + 1, columns=ORDERINGS).items
        rows = self._shown(found)
        more = len(rows) > CAP
        count = f"{CAP}+" if more else str(len(rows))
        return Section(kind, rows[:CAP], count, with_value(self.query, "section", kind.key) if more else "")

    def paged(self, kind: Kind) -> Section:
        """Return a page of a section. Raises Invalid for a cursor of another list."""
        found = page_of(
            self._found(kind),
            kind.sorted_by(self.query.get("sort", "")),
            self.query.get("cursor", ""),
            PAGE,
            columns=ORDERINGS,
        )
        alone = not found.next and not found.previous
        return Section(
            kind,
            self._shown(found.items),
            f"{len(found.items)}" if alone else f"{len(found.items)} on this page",
            next_url=with_value(self.query, "cursor", found.next) if found.next else "",
            previous_url=with_value(self.query, "cursor", found.previous) if found.previous else "",
        )

    def _found(self, kind: Kind) -> ClockQuerySet:
        """Return the clocks of a section with what a row shows, and nothing else of their tickets."""
        rows = kind.clocks(self.rows, self.now)
        joined = rows.select_related(
            "ticket__organization", "ticket__team", "ticket__assignee", "policy_version__policy"
        )
        shown = (*OF_CLOCK, *OF_TICKET, "policy_version__number", "policy_version__policy__name")
        if kind.key != "breached":
            return joined.only(*shown)
        return joined.select_related("breach__waiver", "breach__acknowledged_by").only(*shown, *OF_BREACH)

    def _shown(self, clocks: Iterable[Clock]) -> list[Row]:
        return [_row(clock, self.books, self.now) for clock in clocks]


def _row(clock: Clock, books: Library, now: datetime) -> Row:
    ticket, late = clock.ticket, clock.due_at is not None and clock.due_at <= now
    return Row(
        clock,
        reference_of(ticket.pk),
        label_of(clock.kind, clock.metric, ticket.team.name if ticket.team else ""),
        ticket.assignee.display_name if ticket.assignee else "",
        standing(clock, ticket.status, now),
        share_used(clock, books, now),
        getattr(clock, "breach", None) if late else None,  # the watch writes it within a second or two
    )


def share_used(clock: Clock, books: Library, now: datetime) -> int:
    """Return how much of its target an open clock has used, in percent of working time."""
    used = clock.used
    if clock.state == ClockState.RUNNING:
        terms = books.terms(clock.policy_version_id, clock.calendar_version_id)
        used += terms.working.elapsed(clock.since, max(clock.since, now))
    return int(100 * used / clock.target) if clock.target else 0
