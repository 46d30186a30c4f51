"""Agents: a ticket from free text, sorting, files, summaries, drafts, and what a model wants to write."""

from rest_framework.request import Request
from rest_framework.response import Response

from ai.actions.proposals import approve_proposal, decline_proposal
from ai.agents.reading import analyze_files, read_files
from ai.agents.sorting import categories, sort_request
from ai.agents.tickets import MadeTicket, improve_ticket, make_ticket
from ai.agents.trying import try_on_tickets
from ai.agents.writing import draft_reply, summarise
from ai.api import agent_serializers as shapes
from ai.api.config import TAG as CONFIG_TAG
from ai.api.config import AgentDoor
from ai.api.config_serializers import ConfigTestResultSerializer, ConfigTestSerializer
from ai.models import Proposal
from tickets.api import pages
from tickets.api.idempotency import HEADER, answer_anew, once
from tickets.api.schema import describe, page_of, paged
from tickets.api.views import ApiView, find, only
from tickets.fields import TEXT_LENGTH

TAG = "Agents"
BY_ID = {"id": "id"}


class AgentView(ApiView):
    """Waits for a language model, so never inside a transaction."""

    in_one_go = False


class CreateTicketView(AgentView):
    @describe(
        "Create a ticket from free text",
        tag=TAG,
        takes=shapes.RequestSerializer,
        gives=shapes.MadeTicketSerializer,
        status=201,
    )
    def post(self, request: Request) -> Response:
        """The ticket is there before a language model is asked, and stays if that one fails; `means` says what it rests on."""
        made: list[MadeTicket] = []

        def make(_: Request) -> Response:
            body = only(self.body, "user_input", "files")
            told = {"user_input": body.get("user_input"), "files": body.get("files")}
            made.append(make_ticket(by=self.user, via=self.via, **told))
            return self.answer(made[0])

        first = once(request, make) if HEADER in request.headers else make(request)
        if not made:  # the same request came before
            return first
        answer = self.answer(improve_ticket(made[0], by=self.user, via=self.via))
        answer_anew(request, answer)
        return answer

    def answer(self, made: MadeTicket) -> Response:
        headers = {"Location": f"/api/v1/tickets/{made.ticket.pk}"}
        return Response(shapes.made_shape(made), status=201, headers=headers)


class CategorizeView(AgentView):
    @describe("Sort a request", tag=TAG, takes=shapes.RequestSerializer, gives=shapes.AgentSortingSerializer)
    def post(self, request: Request) -> Response:
        """Category, priority, urgency and impact. Writes nothing."""
        body = only(self.body, "user_input", "files")
        said = body.get("user_input")
        found = read_files(self.user, body.get("files", []))
        read = "\n".join(file["extracted_text"] for file in found if file["extracted_text"])
        whole = f"{said}\n{read}"[:TEXT_LENGTH] if read and isinstance(said, str) else said
        sorting = sort_request(by=self.user, via=self.via, user_input=whole)
        return Response(shapes.sorting_shape(sorting, categories()))


class AnalyzeFilesView(AgentView):
    @describe("Analyse files", tag=TAG, takes=shapes.FilesRequestSerializer, gives=shapes.FilesAnswerSerializer)
    def post(self, request: Request) -> Response:
        """What each file is, what was read in it, and what that says about the request. Writes nothing."""
        body = only(self.body, "user_input", "files")
        found = analyze_files(
            by=self.user, via=self.via, user_input=body.get("user_input"), files=body.get("files", [])
        )
        return Response(found)


class SummaryView(AgentView):
    @describe("Summarise a ticket's conversation", tag=TAG, gives=shapes.WrittenSerializer)
    def post(self, request: Request, reference: str) -> Response:
        """Internal notes included. For support staff."""
        return Response(shapes.written_shape(summarise(ticket=self.ticket(reference), by=self.user, via=self.via)))


class DraftView(AgentView):
    @describe("Draft a reply", tag=TAG, gives=shapes.WrittenSerializer)
    def post(self, request: Request, reference: str) -> Response:
        """From what the requester may read: the public conversation and articles. Nothing is sent. For support staff."""
        return Response(shapes.written_shape(draft_reply(ticket=self.ticket(reference), by=self.user, via=self.via)))


class ProposalsView(ApiView):
    @describe("List proposals", tag=TAG, gives=page_of(shapes.ProposalSerializer), parameters=paged(BY_ID))
    def get(self, request: Request) -> Response:
        """What language models wanted to write for you, newest first."""
        rows = Proposal.objects.filter(user=self.user)
        return pages.page(request, rows, shapes.proposal_shape, orderings=BY_ID, default="-id")


class ProposalDoor(ApiView):
    def proposal(self, pk: int) -> Proposal:
        found: Proposal = find(Proposal.objects.filter(user=self.user), "proposal", pk=pk)
        return found


class ApproveView(ProposalDoor):
    in_one_go = False  # it happens once by itself, and a refusal stays in the audit

    @describe("Approve a proposal", tag=TAG, gives=shapes.ProposalDoneSerializer)
    def post(self, request: Request, pk: int) -> Response:
        """Carries it out as you, under your permissions, once."""
        proposal = self.proposal(pk)
        result = approve_proposal(proposal=proposal, by=self.user, via=self.via)
        return Response({**shapes.proposal_shape(proposal), "result": result})


class DeclineView(ProposalDoor):
    @describe("Decline a proposal", tag=TAG, gives=shapes.ProposalSerializer)
    def post(self, request: Request, pk: int) -> Response:
        return Response(shapes.proposal_shape(decline_proposal(proposal=self.proposal(pk), by=self.user)))


class ConfigTestView(AgentDoor):
    in_one_go = False

    @describe(
        "Try a configuration on past tickets",
        tag=CONFIG_TAG,
        takes=ConfigTestSerializer,
        gives=ConfigTestResultSerializer,
    )
    def post(self, request: Request, agent_type: str) -> Response:
        """What the changed configuration says of tickets that people have dealt with. Nothing is saved but the runs. Admins."""
        agent = self.agent(agent_type)
        changes = dict(self.body)
        tickets = changes.pop("tickets", None)
        return Response(try_on_tickets(by=self.user, via=self.via, agent=agent, changes=changes, tickets=tickets))
