"""What an agent does, in words for the person it works for."""

from collections.abc import Mapping
from typing import Any

from tickets.models.ticket import REFERENCE

SAID = {
    "get_ticket": "Read {ticket}",
    "search_tickets": "Searched the tickets",
    "find_similar_tickets": "Looked for similar tickets",
    "search_knowledge_base": "Searched the knowledge base",
    "categorize_issue": "Asked triage",
    "get_sla_status": "Looked at the promises on {ticket}",
    "list_breaches": "Looked for broken promises",
    "analyze_file": "Looked at a file",
    "extract_text_from_image": "Looked for text in an image",
    "transcribe_audio": "Listened to a recording",
    "create_ticket": "Wants to create a ticket",
    "update_ticket": "Wants to change {ticket}",
    "add_comment": "Wants to write on {ticket}",
}
COUNTED = ("tickets", "articles", "breaches")


def said(tool: str, arguments: Mapping[str, Any]) -> str:
    """Return what a tool is used for."""
    return SAID.get(tool, "Wants to hand {ticket} on").format(ticket=ticket_in(arguments) or "a ticket")


def ticket_in(arguments: Mapping[str, Any]) -> str:
    """Return the ticket that is named, as T-1042; nothing where it is none."""
    match = REFERENCE.match(str(arguments.get("ticket_id", "")).strip())
    return f"T-{int(match[1])}" if match else ""


def found(result: Any) -> str:
    """Return what came of it; `result` is None where the tool refused."""
    if not isinstance(result, Mapping):
        return "not possible"
    if "proposal" in result:
        return "waits for your word"
    for name in COUNTED:
        if isinstance(rows := result.get(name), list):
            return f"{len(rows)} found" if rows else "nothing found"
    if isinstance(sorting := result.get("category"), Mapping) and "words" in result:
        return f"{sorting.get('name')}, {result.get('priority')}"
    return ""
