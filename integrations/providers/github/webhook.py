"""Calls of a GitHub webhook: signed with its secret, about an issue or a comment of the repository."""

from collections.abc import Mapping
from typing import Any

from integrations.choices import WebhookRefusal
from integrations.errors import WebhookRefused
from integrations.provider import Call, RemoteRecord, Told
from integrations.providers.github import mapping
from integrations.providers.github.models import Event, GitHubSettings
from integrations.shapes import received
from integrations.signing import believe, hex_digest, need_secret

GONE = frozenset({"deleted", "transferred"})
EVENTS = frozenset({"issues", "issue_comment"})


def verify(call: Call, credentials: Mapping[str, Any]) -> None:
    """The call has no time in it: one that comes again is known by its body, and its news by their own time."""
    secret = need_secret(credentials.get("webhook_secret"))
    believe(f"sha256={hex_digest(secret, call.body)}", call.headers.get("x-hub-signature-256", ""))


def told(call: Call, settings: GitHubSettings) -> Told | None:
    kind = call.headers.get("x-github-event", "")
    if kind not in EVENTS:
        return None
    event = received(Event, call.body)
    if event.repository.full_name.lower() != settings.repository.lower():
        raise WebhookRefused(WebhookRefusal.FOREIGN)
    name = call.headers.get("x-github-delivery", "")
    if event.issue is None or not name:
        raise WebhookRefused(WebhookRefusal.MALFORMED)
    return Told(name, str(event.issue.number), f"{kind}.{event.action}")


def parse(body: bytes, _: GitHubSettings) -> RemoteRecord | None:
    """Return the issue as the call shows it, with the comment that it is about."""
    event = received(Event, body)
    if event.issue is None:
        return None
    is_about_comment = event.comment is not None
    shown = (mapping.comment(event.comment, is_gone=event.action == "deleted"),) if event.comment else ()
    return mapping.record(event.issue, shown, is_gone=event.action in GONE and not is_about_comment)
