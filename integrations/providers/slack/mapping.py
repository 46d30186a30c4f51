"""Slack's messages as records, and tickets as messages. What a message of ours stands for is kept with it, as its metadata."""

from collections.abc import Callable, Mapping
from typing import Any

from integrations.provider import (
    Draft,
    OutgoingComment,
    RemoteComment,
    RemoteFile,
    RemoteRecord,
    RemoteRef,
    Values,
)
from integrations.providers.messages import SHOWN
from integrations.providers.slack import blocks
from integrations.providers.slack.models import Message, moment
from integrations.providers.slack.wording import escaped, from_slack

TICKET = "ticketsite_ticket"
COMMENT = "ticketsite_comment"
SAID = frozenset({"", "file_share", "thread_broadcast", "me_message"})  # subtypes of what people say
OVER = frozenset({"Resolved", "Closed"})


def reference(channel: str, ts: str, url: str = "") -> RemoteRef:
    return RemoteRef(f"{channel}:{ts}", f"message {ts}", url)


def place(ref: RemoteRef) -> tuple[str, str]:
    """Return channel and time of a message."""
    channel, _, ts = ref.id.partition(":")
    return channel, ts


def drafted(draft: Draft, *, has_buttons: bool) -> dict[str, Any]:
    """Return the message of a ticket."""
    kept = {"marker": draft.marker, "url": draft.url, "reference": draft.title.partition(" ")[0]}
    return message(kept, draft.fields, blocks.texts(str(draft.fields.get("text") or ""), "text"), has_buttons)


def redrafted(before: Message, fields: Values, *, has_buttons: bool) -> dict[str, Any]:
    """Return the message of a ticket as it is after a change of some fields."""
    known = before.payload(TICKET)
    kept = {name: known.get(name, "") for name in ("marker", "url", "reference")}
    if "text" in fields:
        text = blocks.texts(str(fields["text"] or ""), "text")
    else:
        text = [block for block in before.blocks if str(block.get("block_id", "")).startswith("text")]
    return message(kept, {**known, **fields}, text, has_buttons)


def message(kept: Mapping[str, str], fields: Values, text: list[blocks.Block], has_buttons: bool) -> dict[str, Any]:
    values = {name: str(fields.get(name) or "") for name in ("title", *SHOWN)}
    title = f"{kept['reference']} {values['title']}".strip()
    pairs = tuple((name.capitalize(), values[name]) for name in SHOWN)
    pressed = kept["reference"] if has_buttons and values["status"] not in OVER else ""
    return {
        "text": escaped(title),
        "blocks": blocks.ticket(title, kept["url"], pressed, pairs, text),
        "metadata": {"event_type": TICKET, "event_payload": {**kept, **values}},
    }


def said(comment: OutgoingComment) -> dict[str, Any]:
    """Return the message of a comment."""
    return {
        "text": escaped(f"{comment.author}: {comment.body[:200]}"),
        "blocks": blocks.comment(comment),
        "metadata": {"event_type": COMMENT, "event_payload": {"marker": comment.marker}},
    }


def record(ref: RemoteRef, thread: list[Message], name_of: Callable[[str], str]) -> RemoteRecord:
    """Return a message with what people answered in its thread, which begins with the message itself."""
    first, answers = thread[0], thread[1:]
    known = first.payload(TICKET)
    return RemoteRecord(
        ref=ref,
        fields={name: known[name] for name in ("title", *SHOWN) if name in known},
        updated_at=max(moment(message.changed_ts) for message in thread),
        created_at=moment(first.ts),
        comments=tuple(comment(answer, name_of) for answer in answers if counts(answer)),
        marker=known.get("marker", ""),
        in_scope=False,
    )


def counts(answer: Message) -> bool:
    """Return whether a message of a thread is ours or a person's; other programs' are left aside."""
    return bool(answer.payload(COMMENT)) or (not answer.bot_id and bool(answer.user) and answer.subtype in SAID)


def comment(answer: Message, name_of: Callable[[str], str]) -> RemoteComment:
    """Return a message with its files; those that lie elsewhere are links."""
    links = [
        f"[{file.name or 'file'}]({file.permalink})" for file in answer.files if file.permalink and not file.is_there
    ]
    marker = answer.payload(COMMENT).get("marker", "")
    author = "" if marker else name_of(answer.user)
    body = "\n\n".join(filter(None, [from_slack(answer.text, name_of), *links]))
    return RemoteComment(
        answer.ts,
        body,
        author or "Somebody",
        moment(answer.ts),
        marker=marker,
        files=tuple(
            RemoteFile(file.id, file.name or "file", file.url_private) for file in answer.files if file.is_there
        ),
        edition=answer.changed_ts,
    )


def deleted(channel: str, thread_ts: str, ts: str) -> RemoteRecord:
    """Return a thread of which no more is known than that an answer was deleted."""
    answer = RemoteComment(ts, "", "", moment(ts), is_gone=True)
    return RemoteRecord(reference(channel, thread_ts), {}, moment(ts), comments=(answer,), in_scope=False)
