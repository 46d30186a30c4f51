"""Raw mails as letters. Nothing here raises or loses a body, however broken the mail is; nothing packed is opened."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from email.message import Message
from email.parser import BytesHeaderParser, BytesParser
from email.utils import getaddresses, parsedate_to_datetime
from typing import TypeVar

from integrations.hypertext import LONGEST, markdown
from integrations.mail.bounces import ADDRESS, bounce_of
from integrations.mail.decoding import fit, header_text, text_of
from integrations.mail.folding import fold
from integrations.mail.letter import Enclosure, Letter, Person

T = TypeVar("T")
PARTS_AT_MOST = 300
NESTED_AT_MOST = 30
REFERENCES_AT_MOST = 50
PEOPLE_AT_MOST = 100
TEXT_AT_MOST = 500_000  # characters that are looked at; what is longer becomes a file
MESSAGE_ID = re.compile(r"<[^<>\s]{1,900}>")
STRUCTURED = re.compile(rb"boundary\s*=|message/rfc822|message/delivery-status", re.IGNORECASE)
HUGE = re.compile(rb"^content-(?:type|disposition):(?:[^\n]|\n[ \t]){4000}", re.IGNORECASE | re.MULTILINE)
BROKEN = (
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    AssertionError,
)  # what the library raises for broken mails
TO_US = ("to", "cc", "delivered-to", "x-original-to", "envelope-to", "x-envelope-to", "resent-to", "apparently-to")


def read_letter(raw: bytes) -> Letter:
    """Return a letter from the bytes of a mail."""
    message, parts = _parsed(raw)
    headers = _headers(message)
    texts, files = _contents(parts)
    text = "\n\n".join(texts)
    if len(text) > TEXT_AT_MOST:
        files.append(Enclosure("letter.txt", text.encode()))
    said, folded = fold(text[:TEXT_AT_MOST])
    sender = _sender(headers)
    subject = _first(headers, "subject")
    return Letter(
        message_id=next(iter(_ids(headers, "message-id")), ""),
        sender=sender,
        subject=subject,
        text=said,
        folded=folded,
        references=_references(headers),
        to=_people(headers, "to"),
        cc=_people(headers, "cc"),
        recipients=tuple(dict.fromkeys(one.address for name in TO_US for one in _people(headers, name))),
        sent_at=_moment(_first(headers, "date")),
        files=tuple(files),
        headers={name: tuple(header_text(value) for value in values) for name, values in headers.items()},
        bounce=bounce_of(parts, sender.address, subject, text, _first(headers, "x-failed-recipients")),
    )


def read_envelope(raw: bytes) -> tuple[str, str]:
    """Return a mail's Message-ID and that of the mail its thread began with, without looking at the body; both may be empty."""
    headers = _headers(BytesHeaderParser().parsebytes(raw))
    message_id = next(iter(_ids(headers, "message-id")), "")
    return message_id, next(iter(_references(headers)), message_id)


def _parsed(raw: bytes) -> tuple[Message, list[Message]]:
    """Return the message and its parts; of one that no person's program makes, the body as it is."""
    if len(STRUCTURED.findall(raw)) <= PARTS_AT_MOST and not HUGE.search(raw):
        try:
            message = BytesParser().parsebytes(raw)
            return message, list(_leaves(message, 0))[:PARTS_AT_MOST]
        except (*BROKEN, RecursionError):
            pass
    _, _, body = raw.replace(b"\r\n", b"\n").partition(b"\n\n")
    return BytesHeaderParser().parsebytes(raw), [BytesParser().parsebytes(b"\n" + body)]


def _leaves(part: Message, depth: int) -> Iterator[Message]:
    """Yield what a message is made of, in order; of alternatives the plain one, else the one that says something."""
    children = part.get_payload() if part.is_multipart() else None
    whole = part.get_content_maintype() == "message" or depth >= NESTED_AT_MOST
    if whole or not isinstance(children, list):
        yield part
        return
    inner = [child for child in children if isinstance(child, Message)]
    if part.get_content_subtype() == "alternative":
        yield from _best(inner, depth)
    else:
        for child in inner:
            yield from _leaves(child, depth + 1)


def _best(children: list[Message], depth: int) -> Iterator[Message]:
    groups = [list(_leaves(child, depth + 1)) for child in children]
    kinds = ("text/plain", "text/html")
    told = {
        kind: next(
            (group for group in groups if any(_kind(leaf) == kind and _text(leaf).strip() for leaf in group)), None
        )
        for kind in kinds
    }
    chosen = told["text/plain"] or told["text/html"]
    for group in groups:
        yield from (leaf for leaf in group if group is chosen or _kind(leaf) not in kinds)


def _contents(parts: list[Message]) -> tuple[list[str], list[Enclosure]]:
    texts, files = [], []
    for number, part in enumerate(parts, 1):
        if _kind(part) in ("text/plain", "text/html") and not _is_file(part):
            text = _text(part)
            if text.strip():
                texts.append(text.strip("\n"))
            if _kind(part) == "text/html" and len(_payload(part)) > LONGEST:
                files.append(Enclosure("letter.html.txt", _payload(part)))
        elif _kind(part) not in ("message/delivery-status", "text/rfc822-headers"):
            files.append(_file(part, number))
    return texts, [file for file in files if file.content]


def _is_file(part: Message) -> bool:
    disposition = _safely(part.get_content_disposition, None)
    return disposition == "attachment" or bool(_safely(part.get_filename, None))


def _kind(part: Message) -> str:
    kind = _safely(part.get_content_type, "application/octet-stream")
    return "text/plain" if kind.startswith("multipart/") and not part.is_multipart() else kind


def _text(part: Message) -> str:
    raw = _payload(part)
    text = text_of(raw, _safely(lambda: str(part.get_param("charset") or ""), ""))
    if _kind(part) == "text/html":
        return markdown(text)
    return _unwrapped(text) if _safely(lambda: part.get_param("format") == "flowed", False) else text


def _unwrapped(text: str) -> str:
    """Join lines that a program broke. RFC 3676: those that end with a space, except before a signature."""
    joined: list[str] = []
    flows = False
    for line in text.split("\n"):
        if flows and not line.startswith(">"):
            joined[-1] += line
        else:
            joined.append(line)
        flows = line.endswith(" ") and line != "-- " and not line.startswith(">")
    return "\n".join(joined)


def _payload(part: Message) -> bytes:
    raw = _safely(lambda: part.get_payload(decode=True), None)
    if isinstance(raw, bytes):
        return raw
    if part.is_multipart():
        return _safely(
            lambda: b"\n".join(bytes(child) for child in part.get_payload() if isinstance(child, Message)), b""
        )
    return str(part.get_payload() or "").encode("utf-8", "surrogateescape")


def _file(part: Message, number: int) -> Enclosure:
    name = header_text(_safely(lambda: str(part.get_filename() or ""), ""))
    kind = _kind(part)
    if not name:
        ending = {"message/rfc822": "eml", "text/calendar": "ics", "application/ms-tnef": "dat"}.get(kind)
        name = f"part-{number}.{ending or re.sub('[^a-z0-9]', '', kind.partition('/')[2])[:10] or 'bin'}"
    return Enclosure(name, _payload(part), header_text(str(part.get("content-id", ""))).strip("<> "))


def _safely(read: Callable[[], T], otherwise: T) -> T:
    try:
        return read()
    except (*BROKEN, RecursionError):
        return otherwise


def _headers(message: Message) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in message.raw_items():
        found.setdefault(fit(str(name)).lower(), []).append(str(value)[:20_000])
    return found


def _first(headers: dict[str, list[str]], name: str) -> str:
    return header_text(headers[name][0]) if name in headers else ""


def _ids(headers: dict[str, list[str]], name: str) -> list[str]:
    return [fit(found) for value in headers.get(name, []) for found in MESSAGE_ID.findall(header_text(value))]


def _references(headers: dict[str, list[str]]) -> tuple[str, ...]:
    ids = dict.fromkeys([*_ids(headers, "references"), *_ids(headers, "in-reply-to")])
    return tuple(ids)[:1] + tuple(ids)[1:][-REFERENCES_AT_MOST:]


def _people(headers: dict[str, list[str]], name: str) -> tuple[Person, ...]:
    found = [pair for value in headers.get(name, []) for pair in _pairs(value)]
    people = (Person(header_text(label)[:150], header_text(address).lower()) for label, address in found)
    return tuple(one for one in people if ADDRESS.fullmatch(one.address) and len(one.address) <= 254)[:PEOPLE_AT_MOST]


def _pairs(value: str) -> list[tuple[str, str]]:
    """Return names and addresses; of a line that no rule allows, whatever looks like an address."""
    nothing: list[tuple[str, str]] = []
    found = [pair for pair in _safely(lambda: getaddresses([value]), nothing) if "@" in pair[1]]
    return found or [("", address) for address in ADDRESS.findall(value)]


def _sender(headers: dict[str, list[str]]) -> Person:
    found = (one for name in ("from", "sender", "return-path") for one in _people(headers, name))
    return next(found, Person("", ""))


def _moment(value: str) -> datetime | None:
    found = _safely(lambda: parsedate_to_datetime(value), None) if value else None
    try:
        return found and (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
