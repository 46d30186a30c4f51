"""A question of a conversation as a model gets it: with the ticket as it stands now, and what was said before."""

from dataclasses import dataclass

from ai.agents.sorting import names_of
from ai.agents.writing import conversation, people_in, transcript
from ai.choices import AgentType, TurnState
from ai.llm.question import Question
from ai.llm.untrusted import marked
from ai.models import Turn
from tickets.choices import Channel
from tickets.models import Ticket

COMMENTS_AT_MOST = 30  # the latest, of the ticket that is talked about
TICKET_LENGTH = 24_000
PAST_TURNS = 10
PAST_LENGTH = 4_000  # characters of an earlier question or answer
MANNER = """\
This is a conversation on a page of the helpdesk with a member of its support staff, so instead of drafting a ticket answer what
they ask: short, plain, in Markdown, in their language. Use your tools to look things up before you say what is so, and name
tickets by their reference, such as T-1042. Where they ask you to change or write something, call the tool that does it: it asks
them for approval and writes nothing by itself, so never say that it is done. Where you do not know, say so."""


@dataclass(frozen=True)
class Asked:
    question: Question[str]
    past: list[tuple[str, str]]
    ticket: Ticket | None


def asked(turn: Turn) -> Asked:
    """Return what a turn asks, on behalf of its user as they are now; a ticket they may not see any more is left out."""
    ticket = ticket_of(turn)
    comments = conversation(ticket, with_internal=True)[-COMMENTS_AT_MOST:] if ticket else []
    shown = transcript(ticket, comments)[:TICKET_LENGTH] if ticket else ""
    about = f"We talk about ticket {ticket.reference}:\n{marked(shown)}\n\n" if ticket else ""
    question: Question[str] = Question(
        agent=AgentType(turn.conversation.agent),
        text=about + turn.question,
        output=str,
        by=turn.user,
        via=Channel.WEB,
        ticket=ticket,
        names=people_in(ticket, comments, turn.user) if ticket else names_of(turn.user, None),
        remember=False,
        manner=MANNER,
    )
    return Asked(question, past_of(turn), ticket)


def ticket_of(turn: Turn) -> Ticket | None:
    number = turn.conversation.ticket_id
    seen = Ticket.objects.visible_to(turn.user).select_related("requester", "assignee")
    return seen.filter(pk=number).first() if number else None


def past_of(turn: Turn) -> list[tuple[str, str]]:
    """Return the latest questions and answers before this one, oldest first."""
    rows = Turn.objects.filter(conversation=turn.conversation_id, pk__lt=turn.pk).exclude(answer="")
    latest = rows.exclude(state=TurnState.RUNNING).order_by("-pk")[:PAST_TURNS]
    return [(row.question[:PAST_LENGTH], row.answer[:PAST_LENGTH]) for row in reversed(latest)]
