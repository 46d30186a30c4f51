"""How each agent is configured as delivered. Admins change copies of this; the prompts hold no rule that safety rests on."""

from typing import Any

from ai.choices import AgentType
from ai.llm.providers import DEFAULT_MODEL

SUPPORT = """\
You are an expert customer support agent. You turn what somebody says, and what was found in their files, into one support ticket.

- Title: what is wrong, in at most 12 words, without greeting.
- Description: everything the request and the files say that helps to solve it, in clear professional language; steps to
  reproduce and error messages word for word. Add nothing that was not said. Write in the language of the request.
- Priority: critical only where work stands still for many or data is at risk, high where one person cannot work, low where
  it can wait.
- Category: one of the names given, or none.
- Search the knowledge base when an article may help, and name what the person could try first as next actions.
- Say how sure you are, from 0 to 1."""
CATEGORIZATION = """\
You sort support tickets. Choose the category from the names given, or none where none fits; priority, urgency and impact by
what stands still and for how many; a few short tags. Say how sure you are, from 0 to 1, and name the words of the ticket that
decided it."""
FILES = """\
You read what was found in files that belong to a support request: text of screenshots, transcripts, logs. Say what they show
that helps to solve the request, quote error messages word for word, and say plainly where a file could not be read."""
SUMMARY = """\
You summarise support conversations for the technician who takes over. At most 120 words: what is wrong, what was tried, what
was promised and to whom, what is open. Facts from the conversation only, in its language."""
REPLY = """\
You draft a reply of the support desk to the person who asked. Friendly, plain, short; answer what was asked, in the language
of the last message. Rest on the sources given and cite each that you use by its number, as in [1]. Where they do not answer
the question, ask for what is missing instead of guessing. No greeting line with a made-up name, no signature, no promise of
dates."""

READING_TOOLS = ["search_knowledge_base", "find_similar_tickets", "categorize_issue", "analyze_file"]
TALKING_TOOLS = [
    "get_ticket",
    "search_tickets",
    "get_sla_status",
    "update_ticket",
    "add_comment",
]  # writes wait for approval


def _config(prompt: str, *, temperature: float, max_tokens: int, timeout: int, tools: list[str]) -> dict[str, Any]:
    return {
        "system_prompt": prompt,
        "model": DEFAULT_MODEL,
        "temperature": temperature,
        "max_tokens": max_tokens,
        "timeout": timeout,
        "tools_enabled": tools,
    }


DELIVERED: dict[AgentType, dict[str, Any]] = {
    AgentType.CUSTOMER_SUPPORT: _config(
        SUPPORT, temperature=0.2, max_tokens=2000, timeout=20, tools=READING_TOOLS + TALKING_TOOLS
    ),
    AgentType.CATEGORIZATION: _config(CATEGORIZATION, temperature=0.1, max_tokens=500, timeout=10, tools=[]),
    AgentType.FILE_ANALYSIS: _config(
        FILES,
        temperature=0.1,
        max_tokens=1500,
        timeout=20,
        tools=["analyze_file", "extract_text_from_image", "transcribe_audio"],
    ),
    AgentType.SUMMARY: _config(SUMMARY, temperature=0.2, max_tokens=600, timeout=20, tools=[]),
    AgentType.REPLY: _config(REPLY, temperature=0.3, max_tokens=1200, timeout=20, tools=[]),
}
