"""Messages as Adaptive Cards 1.5, made of runs of plain text: nothing that people write is read as Markdown or as a mention.

https://learn.microsoft.com/microsoftteams/platform/webhooks-and-connectors/how-to/add-incoming-webhook: a message has 28 KB.
The limits here keep below that whatever the script, at four bytes a character.
"""

from typing import Any

from integrations.provider import Notice

Card = dict[str, Any]
SCHEMA = "http://adaptivecards.io/schemas/adaptive-card.json"
CONTENT_TYPE = "application/vnd.microsoft.card.adaptive"
LONGEST_TITLE = 300
LONGEST_TEXT = 3_000
FACTS_AT_MOST = 10
LONGEST_NAME = 50
LONGEST_VALUE = 150


def message(notice: Notice) -> dict[str, Any]:
    """Return the message that a workflow posts: what happened, and a button that opens the page."""
    text = [_runs(_run(_shown(notice.text, LONGEST_TEXT)))] if notice.text.strip() else []
    facts = [
        _runs(_run(f"{_shown(name, LONGEST_NAME)}: ", weight="Bolder"), _run(_shown(value, LONGEST_VALUE)))
        for name, value in notice.facts[:FACTS_AT_MOST]
        if value
    ]
    title = _runs(_run(_shown(" ".join(notice.title.split()), LONGEST_TITLE), weight="Bolder", size="Medium"))
    card: Card = {"type": "AdaptiveCard", "$schema": SCHEMA, "version": "1.5", "body": [title, *text, *facts]}
    if notice.url:
        card["actions"] = [{"type": "Action.OpenUrl", "title": "Open", "url": notice.url}]
    return {"type": "message", "attachments": [{"contentType": CONTENT_TYPE, "contentUrl": None, "content": card}]}


def _runs(*runs: Card) -> Card:
    return {"type": "RichTextBlock", "inlines": list(runs), "spacing": "Small"}


def _run(text: str, **style: str) -> Card:
    return {"type": "TextRun", "text": text, **style}


def _shown(text: str, longest: int) -> str:
    """Return text without control characters, cut."""
    plain = "".join(char for char in text if char == "\n" or char.isprintable())
    return plain if len(plain) <= longest else f"{plain[: longest - 1]}…"
