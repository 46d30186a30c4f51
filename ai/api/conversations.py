"""Conversations with an agent. A question is taken at once; its answer follows over the socket, or is read from the turn."""

from typing import Any

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from ai.actions.conversations import ask_agent, forget_conversation, stop_answer
from ai.api.agents import TAG
from ai.choices import AgentType, TurnState
from ai.models import Conversation, Turn
from tickets.api import pages
from tickets.api.schema import describe, page_of, paged
from tickets.api.serializers.common import Shape
from tickets.api.views import ApiView, find, only

BY_ID = {"id": "id"}
NOUN = "conversation"


class QuestionSerializer(serializers.Serializer[Any]):
    question = serializers.CharField(max_length=8_000)


class FirstQuestionSerializer(QuestionSerializer):
    ticket_id = serializers.CharField(required=False, help_text="The ticket it is about, as 1042 or T-1042.")


class StepSerializer(serializers.Serializer[Any]):
    tool = serializers.CharField()
    said = serializers.CharField(help_text="What it is used for, in words.")
    found = serializers.CharField(help_text="What came of it, in words.")
    state = serializers.ChoiceField([("running", "Running"), ("done", "Done"), ("refused", "Refused")])


class TurnSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    conversation_id = serializers.IntegerField()
    question = serializers.CharField()
    answer = serializers.CharField(help_text="Markdown, as far as it is.")
    steps = StepSerializer(many=True)
    state = serializers.ChoiceField(TurnState.choices)
    detail = serializers.CharField(help_text="Why no model answered, or not to the end.")
    proposals = serializers.ListField(child=serializers.IntegerField(), help_text="Writes it asked for.")
    asked_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(allow_null=True)


class ConversationSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    title = serializers.CharField()
    agent = serializers.ChoiceField(AgentType.choices)
    ticket_id = serializers.IntegerField(allow_null=True)
    began_at = serializers.DateTimeField()
    spoke_at = serializers.DateTimeField()


class WholeConversationSerializer(ConversationSerializer):
    turns = TurnSerializer(many=True)


def conversation_shape(held: Conversation) -> Shape:
    names = ("title", "agent", "ticket_id", "began_at", "spoke_at")
    return {"id": held.pk} | {name: getattr(held, name) for name in names}


def turn_shape(turn: Turn) -> Shape:
    steps = [{name: step[name] for name in ("tool", "said", "found", "state")} for step in turn.steps]
    wanted = turn.run.proposals.values_list("pk", flat=True) if turn.run else []
    names = ("conversation_id", "question", "answer", "state", "asked_at", "ended_at")
    about = {"id": turn.pk} | {name: getattr(turn, name) for name in names}
    return about | {"steps": steps, "detail": turn.reason, "proposals": list(wanted)}


class ConversationsView(ApiView):
    @describe("List your conversations", tag=TAG, gives=page_of(ConversationSerializer), parameters=paged(BY_ID))
    def get(self, request: Request) -> Response:
        """Yours alone, newest first."""
        rows = Conversation.objects.visible_to(self.user)
        return pages.page(request, rows, conversation_shape, orderings=BY_ID, default="-id")

    @describe("Ask an agent", tag=TAG, takes=FirstQuestionSerializer, gives=TurnSerializer, status=202)
    def post(self, request: Request) -> Response:
        """Begins a conversation. The answer follows over `/ws`, protocol `agent`, or is read from the turn. For support staff."""
        body = only(self.body, "question", "ticket_id")
        ticket = self.ticket(str(body["ticket_id"])) if body.get("ticket_id") else None
        return taken(ask_agent(by=self.user, question=body.get("question"), ticket=ticket))


class ConversationDoor(ApiView):
    def held(self, pk: int) -> Conversation:
        found: Conversation = find(Conversation.objects.visible_to(self.user), NOUN, pk=pk)
        return found

    def turn(self, pk: int, turn_pk: int) -> Turn:
        found: Turn = find(self.held(pk).turns.all(), "question", pk=turn_pk)
        return found


class ConversationView(ConversationDoor):
    @describe("Read a conversation", tag=TAG, gives=WholeConversationSerializer)
    def get(self, request: Request, pk: int) -> Response:
        held = self.held(pk)
        return Response(conversation_shape(held) | {"turns": [turn_shape(turn) for turn in held.turns.all()]})

    @describe("Ask the next question", tag=TAG, takes=QuestionSerializer, gives=TurnSerializer, status=202)
    def post(self, request: Request, pk: int) -> Response:
        """409 `still_answering` while another answer to you is being written."""
        body = only(self.body, "question")
        return taken(ask_agent(by=self.user, question=body.get("question"), conversation=self.held(pk)))

    @describe("Forget a conversation", tag=TAG, status=204)
    def delete(self, request: Request, pk: int) -> Response:
        forget_conversation(conversation=self.held(pk), by=self.user)
        return Response(status=204)


class TurnView(ConversationDoor):
    @describe("Read an answer", tag=TAG, gives=TurnSerializer)
    def get(self, request: Request, pk: int, turn_pk: int) -> Response:
        """As far as it is."""
        return Response(turn_shape(self.turn(pk, turn_pk)))


class StopView(ConversationDoor):
    @describe("Stop an answer", tag=TAG, gives=TurnSerializer)
    def post(self, request: Request, pk: int, turn_pk: int) -> Response:
        """What it said so far is kept."""
        stop_answer(turn=self.turn(pk, turn_pk), by=self.user)
        return Response(turn_shape(self.turn(pk, turn_pk)))


def taken(turn: Turn) -> Response:
    address = f"/api/v1/agent/conversations/{turn.conversation_id}/turns/{turn.pk}"
    return Response(turn_shape(turn), status=202, headers={"Location": address})
