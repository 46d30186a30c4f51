"""Clocks, their ledgers and explanations as JSON."""

from typing import Any

from rest_framework import serializers

from sla.choices import Cause, ClockState, Metric, PolicyKind
from sla.explain import Explanation, Line
from sla.models import Clock
from tickets.api.serializers.common import Shape
from tickets.choices import Level
from tickets.models import Ticket


class LineSerializer(serializers.Serializer[Any]):
    start = serializers.DateTimeField()
    end = serializers.DateTimeField(allow_null=True)
    running = serializers.BooleanField()
    worked_seconds = serializers.IntegerField(help_text="Working time used by this stretch, until now if it is open.")
    policy = serializers.CharField()
    calendar = serializers.CharField()
    reason = serializers.CharField()
    customer_replied_at = serializers.DateTimeField(
        allow_null=True, help_text="In a pause: when the customer had already replied."
    )


class ClockSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    kind = serializers.ChoiceField(PolicyKind.choices)
    metric = serializers.ChoiceField(Metric.choices)
    serial = serializers.IntegerField()
    state = serializers.ChoiceField(ClockState.choices)
    overdue = serializers.BooleanField()
    started_at = serializers.DateTimeField()
    stopped_at = serializers.DateTimeField(allow_null=True)
    due_at = serializers.DateTimeField(allow_null=True)
    target_seconds = serializers.IntegerField(allow_null=True)
    used_seconds = serializers.IntegerField(help_text="Working time used until now.")
    policy = serializers.CharField()
    calendar = serializers.CharField()
    cause = serializers.ChoiceField(Cause.choices, help_text="What began its present stretch, or ended it.")
    ledger = LineSerializer(many=True)
    explanation = serializers.ListField(child=serializers.CharField(), help_text="The same in words and arithmetic.")


class TicketSlaSerializer(serializers.Serializer[Any]):
    ticket_id = serializers.IntegerField()
    due_at = serializers.DateTimeField(allow_null=True)
    risk = serializers.ChoiceField(Level.choices)
    clocks = ClockSerializer(many=True)


def ticket_sla_shape(ticket: Ticket, explained: list[Explanation]) -> Shape:
    return {
        "ticket_id": ticket.pk,
        "due_at": ticket.due_at,
        "risk": ticket.risk,
        "clocks": [clock_shape(one) for one in explained],
    }


def clock_shape(explained: Explanation) -> Shape:
    clock: Clock = explained.clock
    return {
        "id": clock.pk,
        "kind": clock.kind,
        "metric": clock.metric,
        "serial": clock.serial,
        "state": clock.state,
        "overdue": explained.is_overdue,
        "started_at": clock.started_at,
        "stopped_at": clock.stopped_at,
        "due_at": clock.due_at,
        "target_seconds": None if clock.target is None else int(clock.target.total_seconds()),
        "used_seconds": int(explained.used.total_seconds()),
        "policy": str(clock.policy_version),
        "calendar": str(clock.calendar_version),
        "cause": clock.cause,
        "ledger": [line_shape(line) for line in explained.ledger],
        "explanation": explained.lines,
    }


def line_shape(line: Line) -> Shape:
    return {
        "start": line.start,
        "end": line.end,
        "running": line.is_running,
        "worked_seconds": int(line.worked.total_seconds()),
        "policy": line.policy,
        "calendar": line.calendar,
        "reason": line.because,
        "customer_replied_at": line.replied_at,
    }
