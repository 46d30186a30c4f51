"""The page of conversations with an agent. Answers come over the socket; without JavaScript the page is read again meanwhile."""

from typing import Any

from django.db.models import Prefetch
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ai.actions.conversations import ask_agent, forget_conversation, stop_answer
from ai.llm.providers import chain
from ai.models import Conversation, Turn
from ai.proposed import waiting_for
from ai.talking import keeping
from tickets.errors import Conflict, Invalid, NotFound
from tickets.models import Ticket
from tickets.pages.doors import PageRequest, back, done, page, staff_only, wants_fragment
from tickets.pages.ticket import ticket_for

LISTED = 20
TEMPLATE = "ai/assistant.html"


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def assistant(request: PageRequest) -> HttpResponse:
    """Show the page for a new conversation, about a ticket where one is named; begin it."""
    named = (request.POST or request.GET).get("ticket", "")
    ticket = ticket_for(request.user, int(named)) if named.isdecimal() and len(named) < 19 else None
    problem, typed = "", request.POST.get("question", "")
    if request.method == "POST":
        try:
            turn = ask_agent(by=request.user, question=typed, ticket=ticket)
            return redirect("conversation", turn.conversation_id)
        except (Conflict, Invalid) as error:
            problem = error.sentence
    context = about(request, None) | {"ticket": ticket, "problem": problem, "typed": typed}
    return page(request, TEMPLATE, context, status=400 if problem else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def conversation(request: PageRequest, pk: int) -> HttpResponse:
    """Show a conversation; ask the next question in it."""
    found = own(request, pk)
    problem, typed = "", request.POST.get("question", "")
    if request.method == "POST":
        try:
            turn = ask_agent(by=request.user, question=typed, conversation=found)
            if wants_fragment(request):
                return page(request, TEMPLATE, {"turn": turn, "conversation": found}, fragment="turn")
            return redirect(f"{reverse('conversation', args=[pk])}#turn-{turn.pk}")
        except (Conflict, Invalid) as error:
            problem = error.sentence
    context = about(request, found) | {"ticket": seen_ticket(request, found), "problem": problem, "typed": typed}
    if problem and wants_fragment(request):
        response = page(request, TEMPLATE, context, fragment="problem", status=422)
        response.headers["HX-Retarget"] = "#assistant-problem"
        response.headers["HX-Reswap"] = "outerHTML"
        return response
    return page(request, TEMPLATE, context, status=400 if problem else 200)


@require_safe
@staff_only
def turn(request: PageRequest, pk: int, turn_pk: int) -> HttpResponse:
    """Show one question and its answer as far as it is: what the page reads again when it missed something."""
    found = own(request, pk)
    keeping.close_silent_turns(timezone.now())
    return page(request, TEMPLATE, {"turn": own_turn(found, turn_pk), "conversation": found}, fragment="turn")


@require_POST
@staff_only
def stop(request: PageRequest, pk: int, turn_pk: int) -> HttpResponse:
    found = own(request, pk)
    stop_answer(turn=own_turn(found, turn_pk), by=request.user)
    if wants_fragment(request):
        return page(request, TEMPLATE, {"turn": own_turn(found, turn_pk), "conversation": found}, fragment="turn")
    return redirect("conversation", pk)


@require_POST
@staff_only
def forget(request: PageRequest, pk: int) -> HttpResponse:
    forget_conversation(conversation=own(request, pk), by=request.user)
    if request.htmx:
        return back(request, reverse("assistant"))
    return done(request, reverse("assistant"), "The conversation is deleted.")


def own(request: PageRequest, pk: int) -> Conversation:
    found = Conversation.objects.visible_to(request.user).select_related("ticket").filter(pk=pk).first()
    if found is None:
        raise NotFound("There is no such conversation, or it is not yours.")
    return found


def own_turn(found: Conversation, pk: int) -> Turn:
    turn = found.turns.filter(pk=pk).first()
    if turn is None:
        raise NotFound("There is no such question in this conversation.")
    return turn


def seen_ticket(request: PageRequest, found: Conversation) -> Ticket | None:
    """Return the ticket it is about, if the reader may still see it."""
    return Ticket.objects.visible_to(request.user).filter(pk=found.ticket_id).first() if found.ticket_id else None


def about(request: PageRequest, found: Conversation | None) -> dict[str, Any]:
    """Return what the page shows besides the form."""
    keeping.close_silent_turns(timezone.now())
    turns = list(found.turns.all()) if found else []
    mine = Conversation.objects.visible_to(request.user)
    running = Turn.objects.filter(user=request.user, ended_at=None)
    return {
        "conversation": found,
        "turns": turns,
        "running": any(one.is_running for one in turns),
        "others": mine.prefetch_related(Prefetch("turns", running, to_attr="open_turns"))[:LISTED],
        "waiting": waiting_for(request.user).count(),
        "has_model": bool(chain()),
    }
