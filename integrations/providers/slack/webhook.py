"""Calls of a Slack app: https://docs.slack.dev/authentication/verifying-requests-from-slack."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from integrations.choices import WebhookRefusal, Wish
from integrations.commands import USAGE, understood
from integrations.errors import WebhookRefused
from integrations.provider import Acknowledgement, Asked, Call, Hint, Meaning, RemoteRecord, Shown, Told
from integrations.providers.slack import mapping
from integrations.providers.slack.calls import Command, Event, EventCall, Interaction, read
from integrations.providers.slack.models import SlackSettings
from integrations.providers.slack.wording import from_slack
from integrations.signing import believe, hex_digest, need_fresh, need_secret
from integrations.ticket_pages import number_in

SHORTCUT = "open_ticket"
HELP = frozenset({"", "help", *Wish})
LINKS_AT_MOST = 20


def verify(call: Call, credentials: Mapping[str, Any]) -> None:
    """Check `v0=` and the hex HMAC of `v0:time:body`; a call from more than five minutes ago is none."""
    secret = need_secret(credentials.get("signing_secret"))
    sent_at = call.headers.get("x-slack-request-timestamp", "")
    signed = b"v0:" + sent_at.encode("utf-8", "replace") + b":" + call.body
    believe(f"v0={hex_digest(secret, signed)}", call.headers.get("x-slack-signature", ""))
    if not (sent_at.isascii() and sent_at.isdecimal() and len(sent_at) <= 11):
        raise WebhookRefused(WebhookRefusal.MALFORMED)
    need_fresh(datetime.fromtimestamp(int(sent_at), UTC), call.now)


def challenge(call: Call) -> Mapping[str, Any] | None:
    """Return what Slack wants to read back when it is given our address."""
    said = read(call.body)
    return {"challenge": said.challenge} if isinstance(said, EventCall) and said.type == "url_verification" else None


def told(call: Call, settings: SlackSettings) -> Told | None:
    said = read(call.body)
    team = said.team.id if isinstance(said, Interaction) else said.team_id
    if team != settings.team_id:
        raise WebhookRefused(WebhookRefusal.FOREIGN)
    if meaning(said) is None:
        return None
    if isinstance(said, EventCall):
        about = f"{said.event.channel}:{said.event.thread}" if said.event.type == "message" else said.event_id
        return _named(said.event_id, about, said.event.type)
    if isinstance(said, Command):
        return _named(said.trigger_id, said.trigger_id, "slash_command")
    return _named(said.trigger_id, said.trigger_id, said.type)


def _named(name: str, about: str, kind: str) -> Told:
    """Raises WebhookRefused for a call without an id, of which nobody could say whether it came before."""
    if not name:
        raise WebhookRefused(WebhookRefusal.MALFORMED)
    return Told(name, about, kind)


def parse(body: bytes, _: SlackSettings) -> Meaning | None:
    return meaning(read(body))


def meaning(said: EventCall | Command | Interaction) -> Meaning | None:
    """Return what a call wants of us; None for what programs wrote, ourselves among them, and what concerns no ticket."""
    match said:
        case EventCall():
            return _of_event(said.event)
        case Command():
            return _of_command(said)
        case Interaction():
            return _of_press(said) if said.type == "block_actions" else _of_shortcut(said)


def _of_event(event: Event) -> Meaning | None:
    if event.type == "link_shared":
        return _of_links(event)
    if event.type != "message" or not event.thread:
        return None
    match event.subtype:
        case "message_deleted":
            return _of_deletion(event)
        case "message_changed":
            return Hint(mapping.reference(event.channel, event.thread)) if _is_edited(event) else None
    if event.bot_id or event.thread_ts == event.ts or event.subtype not in mapping.SAID:
        return None
    return Hint(mapping.reference(event.channel, event.thread))


def _of_deletion(event: Event) -> RemoteRecord | None:
    before = event.previous_message
    if before is None or before.bot_id or before.ts in ("", event.thread) or before.ts != event.deleted_ts:
        return None
    return mapping.deleted(event.channel, event.thread, before.ts)


def _is_edited(event: Event) -> bool:
    """Return whether somebody changed an answer's words; Slack tells a change also where it shows what a link leads to."""
    now, before = event.message, event.previous_message
    if now is None or now.bot_id or now.ts == event.thread:
        return False
    return before is None or now.text != before.text


def _of_links(event: Event) -> Shown | None:
    numbers = {link.url: number_in(link.url) for link in event.links[:LINKS_AT_MOST]}
    tickets = {address: number for address, number in numbers.items() if number is not None}
    names = ("channel", "message_ts", "unfurl_id", "source")
    return Shown(tickets, {name: getattr(event, name) for name in names}) if tickets else None


def _of_command(said: Command) -> Asked | None:
    """`/ticket status T-1042` asks about one; whatever else is written opens one."""
    text = from_slack(said.text, lambda _: "").strip()
    if text.lower() in HELP:
        return None
    wish, ticket, rest = understood(text) or (Wish.OPEN, "", text)
    place = {"response_url": said.response_url, "channel": said.channel_id}
    return Asked(wish, said.user_id, rest, ticket, place=place)


def _of_press(said: Interaction) -> Asked | None:
    pressed = next((action for action in said.actions if action.action_id in list(Wish)), None)
    if pressed is None:
        return None
    return Asked(Wish(pressed.action_id), said.user.id, ticket=pressed.value, place=_place(said))


def _of_shortcut(said: Interaction) -> Asked | None:
    if said.type != "message_action" or said.callback_id != SHORTCUT or said.message is None:
        return None
    text = from_slack(said.message.text, lambda _: "")
    address = f"https://{said.team.domain}.slack.com/archives/{said.channel.id}/p{said.message.ts.replace('.', '')}"
    return Asked(Wish.OPEN, said.user.id, text, origin=f"From Slack: {address}", place=_place(said))


def _place(said: Interaction) -> dict[str, str]:
    return {"response_url": said.response_url, "channel": said.channel.id}


def acknowledged(call: Call) -> Acknowledgement | None:
    """Return what the person sees at once: Slack waits three seconds for it. https://docs.slack.dev/interactivity/slash-commands"""
    said = read(call.body)
    if isinstance(said, EventCall):
        return None
    if isinstance(said, Interaction):
        return Acknowledgement("text/plain", b"")
    text = "One moment…" if _of_command(said) else f"Write what is wrong, and a ticket is opened. Or: {USAGE}"
    body = json.dumps({"response_type": "ephemeral", "text": text}, ensure_ascii=False)
    return Acknowledgement("application/json", body.encode())
