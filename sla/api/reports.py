"""Reports on kept promises."""

import csv
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from io import StringIO
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from sla.api import report_serializers as shapes
from sla.api.fresh import kept
from sla.api.periods import PERIOD, Period
from sla.choices import PolicyKind
from sla.models import Policy
from sla.permissions import can, require
from sla.report_rows import COLUMNS, DIMENSIONS, PERIODS, VALUES, Question, counts
from sla.reports import Figures, figures_of, grouped
from tickets.api.schema import IF_NONE_MATCH, describe, parameter
from tickets.api.views import ApiView
from tickets.errors import Invalid
from tickets.fields import choice, whole_number
from tickets.models import Organization, Team, User
from tickets.pseudonyms import pseudonym
from tickets.spreadsheets import inert

TAG = "Service levels"
GROUPS_AT_MOST = 3
MODELS: dict[str, Any] = {"policy": Policy, "organization": Organization, "team": Team, "technician": User}
NARROWING = [parameter(name, "Only this one.", str if name in VALUES else int) for name in COLUMNS]
PARAMETERS = [
    *PERIOD,
    parameter("group_by", f"Up to {GROUPS_AT_MOST}; repeat it.", enum=DIMENSIONS, many=True),
    parameter("kind", "Promised to customers, unless told.", enum=PolicyKind.values),
    *NARROWING,
    parameter("anonymous", "`true` puts stable pseudonyms in the place of customers.", bool),
    IF_NONE_MATCH,
]
KNOWN = {"from", "to", "group_by", "kind", "anonymous", *COLUMNS}


@dataclass(frozen=True)
class Asked:
    """A report as the request asks for it."""

    question: Question
    anonymous: bool

    @classmethod
    def read(cls, request: Request, reader: User, now: datetime) -> "Asked":
        """Raises Invalid with every parameter that needs attention, and NotAllowed."""
        query = request.query_params
        if unknown := [name for name in query if name not in KNOWN]:
            raise Invalid({name: ["There is no such parameter."] for name in unknown})
        groups = tuple(name for given in query.getlist("group_by") for name in given.split(",") if name)
        if len(groups) > GROUPS_AT_MOST or len(set(groups)) < len(groups) or not set(groups) <= set(DIMENSIONS):
            raise Invalid({"group_by": [f"Choose up to {GROUPS_AT_MOST} of {', '.join(DIMENSIONS)}."]})
        anonymous = query.get("anonymous", "false") == "true"
        if anonymous and "organization" in query:
            raise Invalid({"organization": ["Naming a customer would undo its pseudonym. Leave one of the two out."]})
        only = {name: _value(name, query[name]) for name in COLUMNS if name in query}
        if "technician" in groups and not can(reader, "sla.manage"):
            only["technician"] = only.get("technician", reader.pk)
        if "technician" in only:
            require(reader, "sla.performance", User(pk=only["technician"]))
        period = Period.read(request, reader, now)
        kind = PolicyKind(_choice("kind", query.get("kind", PolicyKind.CUSTOMER), PolicyKind))
        return cls(Question(period.start, period.end, groups, kind, tuple(only.items())), anonymous)


def _value(name: str, given: str) -> Any:
    return _choice(name, given, VALUES[name]) if name in VALUES else whole_number(given, name)


def _choice(name: str, given: str, choices: Any) -> str:
    try:
        return choice(given, choices)
    except ValueError as error:
        raise Invalid({name: [str(error)]}) from None


class ReportDoor(ApiView):
    def report(self, request: Request, now: datetime) -> tuple[dict[str, Any], str]:
        """Return the report and the tag under which it is known. Raises NotAllowed, Invalid."""
        require(self.user, "sla.view")
        asked = Asked.read(request, self.user, now)
        return kept(self.user, repr(asked), now, lambda: _report(asked, self.user, now))


class ReportsView(ReportDoor):
    @describe("Report on kept promises", tag=TAG, gives=shapes.ReportSerializer, parameters=PARAMETERS)
    def get(self, request: Request) -> Response:
        """Promises on the tickets created in a period, as far as you see these; by technician, yours alone unless you manage."""
        body, tag = self.report(request, timezone.now())
        if request.headers.get("If-None-Match") == tag:
            return Response(status=304, headers={"ETag": tag})
        return Response(body, headers={"ETag": tag})


class ReportExportView(ReportDoor):
    @describe("Export a report", tag=TAG, gives=bytes, media="text/csv", parameters=PARAMETERS[:-1])
    def get(self, request: Request) -> HttpResponse:
        """The same as CSV, with nothing in it that a spreadsheet would run."""
        body, tag = self.report(request, timezone.now())
        headers = {"Content-Disposition": 'attachment; filename="sla-report.csv"', "ETag": tag}
        return HttpResponse(_csv(body), content_type="text/csv; charset=utf-8", headers=headers)


def _report(asked: Asked, reader: User, now: datetime) -> dict[str, Any]:
    question = asked.question
    rows = list(counts(question, reader, now))
    groups = grouped(rows)
    names = [
        _names(name, {group[at] for group in groups}, asked.anonymous) for at, name in enumerate(question.group_by)
    ]
    lines = [
        {"group": {n: names[at][group[at]] for at, n in enumerate(question.group_by)}, **_shape(figures)}
        for group, figures in groups.items()
    ]
    return {
        "period_start": question.start,
        "period_end": question.end,
        "group_by": list(question.group_by),
        "anonymous": asked.anonymous,
        "total": _shape(figures_of(rows)),
        "rows": sorted(lines, key=lambda line: [_sortable(value) for value in line["group"].values()]),
    }


def _names(dimension: str, values: set[Any], anonymous: bool) -> Mapping[Any, Any]:
    """Return how each value of a dimension is written."""
    if dimension in PERIODS:
        return {value: value.date().isoformat() for value in values}
    if dimension not in MODELS:
        return {value: value for value in values}
    if anonymous and dimension == "organization":
        known = {pk: {"id": None, "name": pseudonym(settings.SECRET_KEY, pk)} for pk in values if pk}
    else:
        found = MODELS[dimension].objects.in_bulk([pk for pk in values if pk])
        known = {pk: {"id": pk, "name": getattr(row, "display_name", str(row))} for pk, row in found.items()}
    return {None: None} | known


def _shape(figures: Figures) -> dict[str, Any]:
    return {**asdict(figures), "compliance": figures.compliance}


def _sortable(value: Any) -> str:
    return "" if value is None else value["name"] if isinstance(value, dict) else value


def _csv(body: Mapping[str, Any]) -> str:
    out = StringIO()
    figures = list(body["total"])
    table = csv.writer(out)
    table.writerow([*body["group_by"], *figures])
    for row in body["rows"]:
        table.writerow([inert(value) for value in (*map(_sortable, row["group"].values()), *(row[f] for f in figures))])
    return out.getvalue()
