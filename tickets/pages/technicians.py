"""Who can take the next ticket: load, skills and working times of everybody, and the teams they are in."""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.db.models import Count, Prefetch, Q, QuerySet
from django.http import HttpResponse
from django.utils import timezone

from tickets.models import Skill, Team, Technician, Ticket, TimeOff, User
from tickets.models.technician import Weekday
from tickets.pages.availability import Stretch, monday_of, week
from tickets.pages.doors import PageRequest, page, staff_only
from tickets.pages.forms import whole_number
from tickets.permissions import require
from tickets.shifts import works_at

NEARLY_FULL = 0.85
ORDERS = ("name", "free")


class Day(NamedTuple):
    name: str
    stretches: list[Stretch]
    is_today: bool

    @property
    def words(self) -> str:
        return ", ".join(stretch.words for stretch in self.stretches) or "off"


@dataclass
class Row:
    """A technician as the list shows one."""

    technician: Technician
    load: int
    days: list[Day]
    working_now: bool
    away: TimeOff | None
    next_away: TimeOff | None

    @property
    def free(self) -> int:
        return self.technician.max_load - self.load

    @property
    def too_many(self) -> int:
        return max(-self.free, 0)

    @property
    def pressure(self) -> str:
        share = self.load / max(self.technician.max_load, 1)
        return "over" if share > 1 else "full" if share >= NEARLY_FULL else "fine"


@staff_only
def technicians(request: PageRequest) -> HttpResponse:
    """`team` and `skill` (ids) and `q` narrow; `order` is name or free."""
    require(request.user, "people.view")
    given = {name: request.GET.get(name, "").strip() for name in ("q", "team", "skill", "order")}
    now = timezone.now()
    rows = [row_of(technician, request.user, now) for technician in narrowed(given)]
    if given["order"] == "free":
        rows.sort(key=lambda row: -row.free)
    context = {
        "rows": rows,
        "given": given,
        "is_filtered": bool(given["q"] or given["team"] or given["skill"]),
        "teams": Team.objects.filter(is_active=True),
        "skills": Skill.objects.filter(technicians__isnull=False).distinct(),
        "zone": request.user.time_zone,
        "working_now": sum(row.working_now for row in rows),
    }
    return page(request, "tickets/technicians.html", context, fragment="results")


def narrowed(given: dict[str, str]) -> QuerySet[Technician]:
    """Return the active technicians with all that a row shows, in a constant number of queries."""
    today = timezone.localdate()
    coming = Prefetch("time_off", TimeOff.objects.filter(last_day__gte=today).order_by("first_day"))
    rows = Technician.objects.filter(user__is_active=True).with_load().select_related("user")
    rows = rows.prefetch_related("teams", "skills__skill", "availability", coming)
    if given["q"]:
        words = given["q"].replace("\x00", " ")
        rows = rows.filter(Q(user__name__icontains=words) | Q(user__username__icontains=words))
    for name, lookup in (("team", "teams"), ("skill", "skills__skill")):
        if (pk := whole_number(given[name])) is not None:
            rows = rows.filter(pk__in=Technician.objects.filter(**{f"{lookup}__in": [pk]}).values("pk"))
    found: QuerySet[Technician] = rows.order_by("user__name", "user__username")
    return found


def row_of(technician: Technician, reader: User, now: datetime) -> Row:
    zone, here = ZoneInfo(technician.user.time_zone), ZoneInfo(reader.time_zone)
    windows = [(w.weekday, w.starts, w.ends) for w in technician.availability.all()]
    absences = list(technician.time_off.all())
    off = [(a.first_day, a.last_day) for a in absences]
    today, there = now.astimezone(here).date(), now.astimezone(zone).date()
    stretches = week(windows, off, zone, here, monday_of(today))
    away = next((a for a in absences if a.first_day <= there <= a.last_day), None)
    return Row(
        technician=technician,
        load=getattr(technician, "load", 0),
        days=[Day(str(Weekday(n).label), found, n == today.weekday()) for n, found in enumerate(stretches)],
        working_now=works_at(windows, off, zone, now),
        away=away,
        next_away=next((a for a in absences if a.first_day > there), None),
    )


@dataclass
class TeamRow:
    team: Team
    open: int
    unassigned: int
    members: list[Technician]

    @property
    def lead_outside(self) -> bool:
        """True where somebody leads the team without being one of its technicians."""
        return self.team.lead_id is not None and self.team.lead_id not in {m.user_id for m in self.members}


@staff_only
def teams(request: PageRequest) -> HttpResponse:
    """Every team with its members and how much lies before it."""
    require(request.user, "people.view")
    tickets = Ticket.objects.visible_to(request.user).unresolved()
    counted = tickets.order_by().values("team").annotate(open=Count("pk"), unassigned=Count("pk", Q(assignee=None)))
    figures = {row["team"]: (row["open"], row["unassigned"]) for row in counted}
    members = Prefetch("technicians", technicians_with_load())
    rows = [
        TeamRow(team, *figures.get(team.pk, (0, 0)), members=list(team.technicians.all()))
        for team in Team.objects.filter(is_active=True).select_related("lead").prefetch_related(members)
    ]
    context = {"rows": rows, "without_team": tickets.filter(team=None).count()}
    return page(request, "tickets/teams.html", context)


def technicians_with_load() -> QuerySet[Technician]:
    rows = Technician.objects.filter(user__is_active=True)
    found: QuerySet[Technician] = rows.with_load().select_related("user")
    return found
