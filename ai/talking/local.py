"""What the desk itself finds about a question, where no model answers it: similar tickets, articles, triage."""

import re
from collections.abc import Mapping
from typing import Any

from django.urls import reverse

from ai.aside import aside
from ai.talking.voice import Voice
from ai.tools.all import FUNCTIONS
from tickets.errors import DomainError
from tickets.models import Ticket, User

SHOWN = 5
EXCERPT = 300  # characters of an article
SPECIAL = re.compile(r"([\\`*_{}\[\]()#+.!|<>~-])")
NOTHING = "Nothing on the desk comes close. Ask with other words, or name the ticket."


async def answer_locally(voice: Voice, user: User, question: str, ticket: Ticket | None) -> None:
    """Say what similar tickets, articles and triage know about the question, or about the ticket it is asked on."""
    words = f"{ticket.title} {ticket.description} {question}" if ticket else question
    near = {"ticket_id": ticket.reference} if ticket else {"text": question}
    parts = [
        tickets(await _use(voice, user, "find_similar_tickets", {**near, "limit": SHOWN})),
        articles(await _use(voice, user, "search_knowledge_base", {"query": words, "limit": SHOWN})),
        sorting(await _use(voice, user, "categorize_issue", {"description": words})) if not ticket else "",
    ]
    voice.say("\n\n".join(part for part in parts if part) or NOTHING)


async def _use(voice: Voice, user: User, tool: str, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
    call = f"local-{tool}"
    voice.begin(call, tool, arguments)
    try:
        result: Mapping[str, Any] = await aside(lambda: FUNCTIONS[tool](user, **arguments))
    except DomainError:
        voice.end(call, None)
        return {}
    voice.end(call, result)
    return result


def tickets(result: Mapping[str, Any]) -> str:
    """Return similar tickets as a list in Markdown."""
    lines = [
        f"- [{one['reference']} {plain(one['title'])}]({reverse('ticket', args=[one['id']])}), "
        f"{one['status'].replace('_', ' ')}, {round(100 * one['confidence'])} % alike"
        for one in result.get("tickets", [])
    ]
    return "\n".join(["**Similar tickets**", "", *lines]) if lines else ""


def articles(result: Mapping[str, Any]) -> str:
    """Return articles with how they begin."""
    found = [
        f"[{plain(one['title'])}]({reverse('article', args=[one['slug']])})  \n{plain(beginning(one['text']))}"
        for one in result.get("articles", [])
    ]
    return "\n\n".join(["**Articles**", *found]) if found else ""


def sorting(result: Mapping[str, Any]) -> str:
    """Return how triage would sort it, where it knows the category."""
    category = result.get("category")
    if not category:
        return ""
    return f"**Triage** would call this {plain(category['name'])}, priority {result['priority']}."


def beginning(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= EXCERPT else words[:EXCERPT].rsplit(" ", 1)[0] + "…"


def plain(text: str) -> str:
    """Return a text in which nothing means anything to Markdown."""
    return SPECIAL.sub(r"\\\1", " ".join(text.split()))
