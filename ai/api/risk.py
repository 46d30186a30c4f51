"""Asking how likely a promise is broken. Nothing is written."""

from typing import Any

from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from ai.actions.risk import completion_of
from ai.permissions import require
from ai.risk.outlook import Outlook, outlooks
from sla.risks import risk_foreseen, worst
from tickets.api.schema import describe
from tickets.api.serializers.common import Shape
from tickets.api.views import ApiView, find, only
from tickets.choices import Level
from tickets.errors import Invalid
from tickets.models import Ticket

TAG = "Advice"
AT_MOST = 200


class RiskReasonSerializer(serializers.Serializer[Any]):
    reason = serializers.CharField()
    raises_risk = serializers.BooleanField()


class RiskSerializer(serializers.Serializer[Any]):
    ticket_id = serializers.IntegerField()
    basis = serializers.ChoiceField(
        ["model", "clock"], help_text="`clock` where nothing can be foretold: see `detail`."
    )
    breach_probability = serializers.FloatField(
        allow_null=True, help_text="0 to 1, calibrated; 1 once the promise is broken; null where the clock alone tells."
    )
    risk = serializers.ChoiceField(Level.choices)
    due_at = serializers.DateTimeField(
        allow_null=True, help_text="Of the promised solution; null while its time rests."
    )
    estimated_completion = serializers.DateTimeField(
        allow_null=True, help_text="About half of such tickets are done by then."
    )
    reasons = RiskReasonSerializer(many=True, help_text="At most three, the strongest first.")
    model_version = serializers.IntegerField(allow_null=True)
    detail = serializers.CharField(help_text="Why nothing is foretold; empty where something is.")


class RiskRequestSerializer(serializers.Serializer[Any]):
    ticket_id = serializers.IntegerField(required=False, help_text="Or `T-1001`.")
    ticket_ids = serializers.ListField(
        child=serializers.IntegerField(), required=False, help_text=f"At most {AT_MOST}."
    )


class PredictSlaView(ApiView):
    @describe("Foretell whether promises are kept", tag=TAG, takes=RiskRequestSerializer, gives=RiskSerializer)
    def post(self, request: Request) -> Response:
        """How likely the solution promised on a ticket comes too late, when it may come, and why; with `ticket_ids` as `results`.

        It looks at the ticket as it is now and writes nothing. With too little history it says so, and the clock tells the risk.
        """
        require(self.user, "ai.advise")
        body = only(self.body, "ticket_id", "ticket_ids")
        if ("ticket_id" in body) == ("ticket_ids" in body):
            raise Invalid({"ticket_id": ["Give ticket_id, or ticket_ids for several."]})
        now = timezone.now()
        if "ticket_id" in body:
            ticket = self._one(body["ticket_id"], "ticket_id")
            return Response(_shape(outlooks([ticket], now)[0], now))
        asked = body["ticket_ids"]
        if not isinstance(asked, list) or not 0 < len(asked) <= AT_MOST:
            raise Invalid({"ticket_ids": [f"Give a list of 1 to {AT_MOST} tickets."]})
        tickets = self._several(asked)
        return Response({"results": [_shape(one, now) for one in outlooks(tickets, now)]})

    def _one(self, value: Any, field: str) -> Ticket:
        return self.ticket(_reference(value, field))

    def _several(self, values: list[Any]) -> list[Ticket]:
        references = [_reference(value, "ticket_ids") for value in values]
        numbers = list(dict.fromkeys(int(text.removeprefix("T-")) for text in references))
        found = Ticket.objects.visible_to(self.user).in_bulk(numbers)
        for number in numbers:
            if number not in found:
                find(Ticket.objects.none(), "ticket")
        return [found[number] for number in numbers]


def _reference(value: Any, field: str) -> str:
    """Return `T-1001` or `1001` as it was meant. Raises Invalid."""
    text = str(value).strip().upper() if isinstance(value, int | str) and not isinstance(value, bool) else ""
    digits = text.removeprefix("T-")
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 18):
        raise Invalid({field: ["Give the number of a ticket, as 1001 or T-1001."]})
    return text


def _shape(one: Outlook, now: Any) -> Shape:
    forecast = one.forecast
    chance = 1.0 if one.is_overdue else round(forecast.chance, 4) if forecast else None
    foreseen = risk_foreseen(round(100 * forecast.chance)) if forecast else Level.LOW
    clock = Level.CRITICAL if one.is_overdue else Level(one.ticket.risk)
    return {
        "ticket_id": one.ticket.pk,
        "basis": "model" if forecast else "clock",
        "breach_probability": chance,
        "risk": worst((clock, foreseen)),
        "due_at": one.clock.due_at if one.clock else None,
        "estimated_completion": completion_of(one, now),
        "reasons": [{"reason": r.words, "raises_risk": r.raises} for r in forecast.reasons] if forecast else [],
        "model_version": one.version.number if one.version else None,
        "detail": one.said,
    }
