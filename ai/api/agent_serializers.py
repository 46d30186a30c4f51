"""Shapes of what agents take and give."""

from typing import Any

from rest_framework import serializers

from ai.agents.sorting import Sorted, outcome_shape
from ai.agents.tickets import MadeTicket
from ai.agents.writing import Written
from ai.choices import ProposalState, RunOutcome
from ai.models import Proposal
from tickets.api.serializers.common import ReferenceSerializer, Shape
from tickets.api.views import reference
from tickets.choices import Level


class RequestSerializer(serializers.Serializer[Any]):
    user_input = serializers.CharField(help_text="What somebody says, in their own words.")
    files = serializers.ListField(child=serializers.IntegerField(), required=False, help_text="Ids of uploaded files.")


class FilesRequestSerializer(serializers.Serializer[Any]):
    user_input = serializers.CharField(required=False, help_text="What is to be found out.")
    files = serializers.ListField(child=serializers.IntegerField(), help_text="Ids of uploaded files, at most 10.")


class OutcomeSerializer(serializers.Serializer[Any]):
    means = serializers.ChoiceField(["model", "rules"], help_text="What the answer rests on.")
    outcome = serializers.ChoiceField(RunOutcome.choices, help_text="How asking the language model ended.")
    detail = serializers.CharField(help_text="Why no language model answered; empty where one did.")
    run_id = serializers.IntegerField(allow_null=True)


class FoundFileSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    filename = serializers.CharField()
    file_type = serializers.CharField()
    file_size = serializers.IntegerField()
    ticket_id = serializers.IntegerField()
    analysis_type = serializers.CharField()
    extracted_text = serializers.CharField()
    detail = serializers.CharField()


class MadeTicketSerializer(OutcomeSerializer):
    ticket_id = serializers.IntegerField()
    reference = serializers.CharField()
    title = serializers.CharField()
    description = serializers.CharField()
    category = ReferenceSerializer(allow_null=True)
    priority = serializers.ChoiceField(Level.choices)
    urgency = serializers.ChoiceField(Level.choices)
    impact = serializers.ChoiceField(Level.choices)
    confidence = serializers.FloatField()
    next_actions = serializers.ListField(child=serializers.CharField())
    files = FoundFileSerializer(many=True)
    proposals = serializers.ListField(child=serializers.IntegerField(), help_text="Writes that wait for your word.")


class AgentSortingSerializer(OutcomeSerializer):
    category = ReferenceSerializer(allow_null=True)
    priority = serializers.ChoiceField(Level.choices)
    urgency = serializers.ChoiceField(Level.choices)
    impact = serializers.ChoiceField(Level.choices)
    tags = serializers.ListField(child=serializers.CharField())
    confidence = serializers.FloatField()
    reason = serializers.CharField()
    local = serializers.DictField(help_text="What triage says, whatever the model says.")


class FilesAnswerSerializer(OutcomeSerializer):
    summary = serializers.CharField()
    files = FoundFileSerializer(many=True)


class SourceSerializer(serializers.Serializer[Any]):
    number = serializers.IntegerField()
    title = serializers.CharField()
    address = serializers.URLField()


class WrittenSerializer(OutcomeSerializer):
    text = serializers.CharField(help_text="Empty where there is nothing to offer. Nothing was sent.")
    sources = SourceSerializer(many=True)


class ProposalSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    tool = serializers.CharField()
    arguments = serializers.DictField(help_text="Empty once it is decided.")
    state = serializers.ChoiceField(ProposalState.choices)
    run_id = serializers.IntegerField(allow_null=True)
    ticket_id = serializers.IntegerField(allow_null=True)
    made_at = serializers.DateTimeField()
    settled_at = serializers.DateTimeField(allow_null=True)


class ProposalDoneSerializer(ProposalSerializer):
    result = serializers.DictField(help_text="What the tool answered.")


def made_shape(made: MadeTicket) -> Shape:
    ticket, run = made.ticket, made.answer.run
    return {
        "ticket_id": ticket.pk,
        "reference": ticket.reference,
        "title": ticket.title,
        "description": ticket.description,
        "category": reference(ticket.category),
        "priority": ticket.priority,
        "urgency": ticket.urgency,
        "impact": ticket.impact,
        "confidence": made.confidence,
        "next_actions": made.next_actions,
        "files": made.files,
        "proposals": list(run.proposals.values_list("pk", flat=True)) if run else [],
        **outcome_shape(made.answer),
    }


def sorting_shape(found: Sorted, categories: dict[str, int]) -> Shape:
    value = found.answer.value
    if value is None:
        said = {**found.local, "tags": [], "reason": ", ".join(found.local["words"])}
        said.pop("words")
    else:
        name = value.category
        said = value.model_dump() | {"category": {"id": categories[name], "name": name} if name in categories else None}
    return {**said, "local": found.local, **outcome_shape(found.answer)}


def written_shape(written: Written) -> Shape:
    sources = [{"number": one.number, "title": one.title, "address": one.address} for one in written.sources]
    return {"text": written.text, "sources": sources, **outcome_shape(written.answer)}


def proposal_shape(proposal: Proposal) -> Shape:
    return {
        "id": proposal.pk,
        "tool": proposal.tool,
        "arguments": proposal.arguments,
        "state": proposal.state,
        "run_id": proposal.run_id,
        "ticket_id": proposal.ticket_id,
        "made_at": proposal.made_at,
        "settled_at": proposal.settled_at,
    }
