"""The figures of one technician or team: how they moved, beside those of the team or the whole desk."""

from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_GET

from analytics.arrangement import Drawn
from analytics.metrics.analysis import Analysis, Measured
from analytics.metrics.wording import written
from analytics.models import Dashboard
from analytics.pages.asking import Asking, ask
from analytics.pages.charts import Drawing
from analytics.pages.dashboard import frame_of
from analytics.pages.tiles import Tile, tiles_of
from analytics.permissions import can, require
from tickets.models import Team, Technician, User
from tickets.pages.doors import PageRequest, page, staff_only


@dataclass(frozen=True)
class Peers:
    """Whom somebody is compared with; counts are told a head where `heads` says how many there are."""

    name: str
    filters: dict[str, str | list[str]]
    heads: int = 0

    def words(self, measured: Measured) -> str:
        told = written(measured.main, measured.metric.main, measured.metric.unit)
        if self.heads and isinstance(measured.main, int):
            return f"{told} ({measured.main / self.heads:.1f} a head)"
        return told


@dataclass(frozen=True)
class Line:
    tile: Tile
    beside: str


@require_GET
@staff_only
def technician(request: PageRequest, pk: int) -> HttpResponse:
    """Show a technician's figures to managers and to themselves, beside all tickets of their teams."""
    require(request.user, "analytics.view")
    person = get_object_or_404(User.objects.support_staff(), pk=pk)
    require(request.user, "sla.performance", person)
    asking = ask(request, request.user, {"technician": str(pk)})
    teams = list(Team.objects.filter(technicians__user=person, is_active=True))
    heads = Technician.objects.filter(teams__in=teams, user__is_active=True).distinct().count()
    peers = Peers(" and ".join(team.name for team in teams), {"team": [str(team.pk) for team in teams]}, heads)
    context: dict[str, object] = {"title": person.display_name, "up": reverse("analytics_technicians")}
    return _shown(request, asking, peers if teams else Peers("All tickets", {}), context)


@require_GET
@staff_only
def team(request: PageRequest, pk: int) -> HttpResponse:
    """Show a team's figures beside those of all tickets."""
    require(request.user, "analytics.view")
    found = get_object_or_404(Team, pk=pk)
    asking = ask(request, request.user, {"team": str(pk)})
    context: dict[str, object] = {"title": found.name, "up": reverse("analytics_teams")}
    if can(request.user, "analytics.people"):
        context["members"] = Technician.objects.filter(teams=found, user__is_active=True).select_related("user")
    return _shown(request, asking, Peers("All tickets", {}), context)


def _shown(request: PageRequest, asking: Asking, peers: Peers, context: dict[str, object]) -> HttpResponse:
    analysis = asking.answer(dimensions=())
    beside = ask(request, request.user, peers.filters).answer(dimensions=(), trends=(), compared=False)
    context = frame_of(asking) | context | {"analysis": analysis, "peers": peers.name}
    if analysis and beside:
        tiles = tiles_of(analysis, asking.query, asking.now)
        drawing = Drawing(analysis, asking.query, asking.now)
        context["lines"] = [Line(tile, peers.words(beside.measured[name])) for name, tile in tiles.items()]
        context["charts"] = charts_of(request.user, analysis, drawing)
    return page(request, "analytics/subject.html", context, fragment="whole", status=400 if asking.errors else 200)


def charts_of(reader: User, analysis: Analysis, drawing: Drawing) -> list[object]:
    """Return the lines over time of what the reader charts on the dashboard."""
    drawn = [card.metric.name for card in Dashboard.of(reader) if card.is_shown and card.drawn != Drawn.NOTHING]
    return [drawing.over_time(analysis.measured[name]) for name in drawn]
