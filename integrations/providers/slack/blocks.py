"""Messages as Block Kit shows them: https://docs.slack.dev/reference/block-kit. A block has 3,000 characters, a button 75."""

from typing import Any

from integrations.choices import Wish
from integrations.provider import Notice, OutgoingComment, Preview
from integrations.providers.slack.wording import escaped, link, to_slack

Block = dict[str, Any]
FACTS_AT_MOST = 10
LONGEST_FACT = 500
LONGEST_TITLE = 500
SECTIONS_AT_MOST = 12
A_SECTION = 2_000  # characters, before those that Slack wants written longer
BUTTONS = ((Wish.ASSIGN, "Assign to me"), (Wish.ACKNOWLEDGE, "Acknowledge"), (Wish.RESOLVE, "Resolve"))


def section(text: str, block_id: str) -> Block:
    """`verbatim` keeps Slack from making links and mentions out of plain words."""
    return {"type": "section", "block_id": block_id, "text": {"type": "mrkdwn", "text": text, "verbatim": True}}


def heading(title: str, address: str) -> Block:
    shown = title[:LONGEST_TITLE]
    return section(f"*{link(address, shown)}*" if address else f"*{escaped(' '.join(shown.split()))}*", "title")


def facts(pairs: tuple[tuple[str, str], ...]) -> list[Block]:
    shown = [f"*{escaped(name)}:* {escaped(value[:LONGEST_FACT])}" for name, value in pairs[:FACTS_AT_MOST] if value]
    elements = [{"type": "mrkdwn", "text": text, "verbatim": True} for text in shown]
    return [{"type": "context", "block_id": "facts", "elements": elements}] if elements else []


def buttons(reference: str) -> list[Block]:
    """Return what people can do about a ticket at a press; who may is looked at then."""
    elements = [
        {"type": "button", "action_id": wish, "value": reference, "text": {"type": "plain_text", "text": label}}
        for wish, label in BUTTONS
    ]
    return [{"type": "actions", "block_id": "buttons", "elements": elements}]


def notice(shown: Notice, reference: str) -> list[Block]:
    """Return the blocks of a message to people; without buttons where no reference is given."""
    text = [section(to_slack(shown.text), "text")] if shown.text.strip() else []
    return [
        heading(shown.title, shown.url),
        *text,
        *facts(shown.facts),
        *(buttons(reference) if reference else []),
    ]


def texts(markdown: str, block_id: str) -> list[Block]:
    """Return a long text as sections, cut after twelve of them."""
    parts = [markdown[at : at + A_SECTION] for at in range(0, len(markdown), A_SECTION)]
    shown = [section(to_slack(part), f"{block_id}{at}") for at, part in enumerate(parts) if part.strip()]
    return shown[:SECTIONS_AT_MOST]


def comment(said: OutgoingComment) -> list[Block]:
    note = "" if said.is_public else " (internal note)"
    return [section(f"*{escaped(said.author)}*{note}", "author"), *texts(said.body, "text")]


def ticket(
    title: str, address: str, reference: str, pairs: tuple[tuple[str, str], ...], text: list[Block]
) -> list[Block]:
    """Return the blocks of a ticket; without buttons where no reference is given."""
    return [heading(title, address), *facts(pairs), *text, *(buttons(reference) if reference else [])]


def unfurled(address: str, shown: Preview, how: str) -> dict[str, Any]:
    """Return what stands below an address of a ticket: its reference, or its title and status, too."""
    if how == "reference":
        return {"blocks": [heading(shown.reference, address)]}
    return {"blocks": [heading(f"{shown.reference} {shown.title}", address), *facts((("Status", shown.status),))]}
