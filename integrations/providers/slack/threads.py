"""Reading a channel and its threads, page by page."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.core.cache import cache

from integrations.errors import Gone, RemoteError
from integrations.providers.slack.api import SlackApi
from integrations.providers.slack.models import Further, Member, Message
from integrations.shapes import readable

PAGE_SIZE = 200
PAGES_AT_MOST = 10
NAMES_KEPT = 3600  # seconds


def thread(api: SlackApi, channel: str, ts: str) -> list[Message]:
    """Return a message and what was answered to it. Raises RemoteError; Gone where the message is not there any more."""
    found = [message for page in _pages(api, "conversations.replies", channel=channel, ts=ts) for message in page]
    if not found or found[0].ts != ts or found[0].subtype == "tombstone":
        raise Gone("The message is not there any more.")
    return found


def first(api: SlackApi, channel: str, ts: str) -> Message:
    """Return a message by itself. Raises RemoteError."""
    answer = api.get("conversations.replies", channel=channel, ts=ts, limit=1, include_all_metadata="true")
    found = readable(Message, answer.get("messages") or [])
    if not found or found[0].ts != ts:
        raise Gone("The message is not there any more.")
    return found[0]


def has(api: SlackApi, channel: str, ts: str, answer: str) -> bool:
    """Return whether an answer is still in its thread. Raises RemoteError."""
    asked = {"channel": channel, "ts": ts, "oldest": answer, "latest": answer, "inclusive": "true"}
    found = api.get("conversations.replies", limit=2, **asked).get("messages") or []
    return any(isinstance(message, dict) and message.get("ts") == answer for message in found)


def since(api: SlackApi, channel: str, oldest: datetime) -> Iterator[Message]:
    """Yield the messages of a channel since then, answers in threads not among them. Raises RemoteError."""
    for page in _pages(api, "conversations.history", channel=channel, oldest=f"{oldest.timestamp():.6f}"):
        yield from page


def _pages(api: SlackApi, method: str, **given: Any) -> Iterator[list[Message]]:
    cursor = ""
    for _ in range(PAGES_AT_MOST):
        further = {"cursor": cursor} if cursor else {}
        answer = api.get(method, limit=PAGE_SIZE, include_all_metadata="true", **given, **further)
        yield readable(Message, answer.get("messages") or [])
        following = Further.model_validate(answer.get("response_metadata") or {}).next_cursor
        if following in ("", cursor):
            return
        cursor = following


def member(api: SlackApi, person: str) -> Member:
    """Return who somebody is there. Raises RemoteError."""
    return Member.model_validate(api.get("users.info", user=person)["user"])


def name_of(api: SlackApi, team: str, person: str) -> str:
    """Return somebody's name, remembered for an hour; empty where Slack does not tell."""
    key = f"slack:{team}:{person}"
    known: str | None = cache.get(key)
    if known is None:
        try:
            known = member(api, person).shown_name
        except RemoteError:
            return ""
        cache.set(key, known, NAMES_KEPT)
    return known
