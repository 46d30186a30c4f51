"""Figures over the API: the dashboard's, lines over time, and people side by side."""

from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any

from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from analytics.answers import analysis_for, outlook_for, read_question
from analytics.api import serializers as shapes
from analytics.facts.asked import FIELDS
from analytics.metrics.analysis import Analysis, Question, shape
from analytics.metrics.columns import DIMENSIONS
from analytics.metrics.insights import summary
from analytics.metrics.periods import Step
from analytics.metrics.registry import METRICS
from analytics.presets import DEFAULT, PRESETS
from tickets.api.schema import IF_NONE_MATCH, describe, parameter
from tickets.api.views import ApiView

TAG = "Analytics"
PARAMETERS = [
    parameter("period", f"A period by name, {DEFAULT} unless told.", enum=list(PRESETS)),
    parameter("from", "Its first day instead, in your time zone."),
    parameter("to", "Its last day; today unless told."),
    parameter("metric", "Only these; repeat it.", enum=list(METRICS), many=True),
    parameter("group_by", "Up to 3; repeat it.", enum=DIMENSIONS, many=True),
    parameter("step", "Of the lines; what fits unless told.", enum=[step.value for step in Step]),
    parameter("compare", "`false` leaves the period before out.", bool),
    *(
        parameter(name, "Only these: an id or a word, `none` for tickets without; repeat it.", many=True)
        for name in FIELDS
    ),
    IF_NONE_MATCH,
]


class AnswerView(ApiView):
    """Answers the question of a query, in the shape that a subclass gives it."""

    http_method_names = ["get", "head", "options"]

    def narrowed(self, question: Question) -> Question:
        return question

    def shape(self, analysis: Analysis) -> Mapping[str, Any]:
        raise NotImplementedError

    def answer(self, request: Request) -> Response:
        now = timezone.now()
        asked = read_question(request.query_params, self.user, now)
        asked = replace(asked, question=self.narrowed(asked.question))
        analysis, tag = analysis_for(self.user, asked, now)
        if request.headers.get("If-None-Match") == tag:
            return Response(status=304, headers={"ETag": tag})
        return Response(self.shape(analysis), headers={"ETag": tag})


class DashboardView(AnswerView):
    @describe("Read the dashboard's figures", tag=TAG, gives=shapes.DashboardSerializer, parameters=PARAMETERS)
    def get(self, request: Request) -> Response:
        """Every metric of a period, compared with the one before, with its line and what the figures say in words.

        Of the tickets you see. By technician, yours alone unless you manage.
        """
        return self.answer(request)

    def shape(self, analysis: Analysis) -> Mapping[str, Any]:
        return shape(analysis) | {"summary": summary(analysis)}


class TrendsView(AnswerView):
    @describe("Read figures over time", tag=TAG, gives=shapes.TrendsAnswerSerializer, parameters=PARAMETERS)
    def get(self, request: Request) -> Response:
        """The figures of each day, week or month of a period."""
        return self.answer(request)

    def narrowed(self, question: Question) -> Question:
        return replace(question, dimensions=(), compared=False)

    def shape(self, analysis: Analysis) -> Mapping[str, Any]:
        return _parts(analysis, "generated_at", "date_range", "ticket_count", "trends")


class PerformanceView(AnswerView):
    @describe("Compare technicians", tag=TAG, gives=shapes.PeopleSerializer, parameters=PARAMETERS)
    def get(self, request: Request) -> Response:
        """Every metric by technician, who has most tickets first; yours alone unless you manage."""
        return self.answer(request)

    def narrowed(self, question: Question) -> Question:
        return replace(question, dimensions=("technician",), compared=False, trends=())

    def shape(self, analysis: Analysis) -> Mapping[str, Any]:
        people: dict[int, dict[str, Any]] = {}
        for name, measured in analysis.measured.items():
            for group in measured.groups["technician"]:
                person: dict[str, Any] = {
                    "id": group.code if group.code >= 0 else None,
                    "name": group.name,
                    "metrics": {},
                }
                people.setdefault(group.code, person)["metrics"][name] = group.figures
        return _parts(analysis, "generated_at", "date_range") | {"technicians": list(people.values())}


class ForecastView(ApiView):
    http_method_names = ["get", "head", "options"]

    @describe("Read the forecast", tag=TAG, gives=shapes.OutlookSerializer, parameters=PARAMETERS)
    def get(self, request: Request) -> Response:
        """How many tickets to expect a day and a week, where that beats repeating the last, and days that were unusual."""
        now = timezone.now()
        found, tag = outlook_for(self.user, read_question(request.query_params, self.user, now), now)
        if request.headers.get("If-None-Match") == tag:
            return Response(status=304, headers={"ETag": tag})
        return Response(asdict(found), headers={"ETag": tag})


def _parts(analysis: Analysis, *names: str) -> dict[str, Any]:
    whole = shape(analysis)
    return {name: whole[name] for name in names}
