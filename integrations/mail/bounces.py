"""Mail servers telling that a mail was not delivered: in the form of RFC 3464, or in their own words."""

import re
from email.message import Message
from email.utils import parseaddr

from integrations.mail.letter import Bounce

DAEMONS = ("mailer-daemon@", "postmaster@", "mail-daemon@")
SUBJECTS = re.compile(
    r"undeliver|delivery (status|fail|has failed)|mail delivery|returned mail|failure notice|unzustellbar|could not be delivered",
    re.I,
)
ADDRESS = re.compile(r"[\w.+='!#$%&*/?^`{|}~-]{1,64}@[\w.-]{0,190}\w", re.I)
MESSAGE_ID = re.compile(r"^message-id:\s*(<[^<>\s]{3,240}>)", re.I | re.M)
STATUS = re.compile(r"\b([45]\.\d{1,3}\.\d{1,3})\b")
CODE = re.compile(r"\b(55[0134])\b")
PASSING = ("5.2.2", "5.3.4")  # the mailbox is full, the mail too large
SEARCHED = 50_000  # characters of a report in nobody's form


def bounce_of(parts: list[Message], sender: str, subject: str, text: str, failed: str) -> Bounce | None:
    """Return what a mail says about one that was not delivered; None where it is no such report.

    `failed` is the header X-Failed-Recipients.
    """
    report = next((part for part in parts if part.get_content_type() == "message/delivery-status"), None)
    if report is not None:
        return _standard(report, _original_id(parts, text))
    if not (failed or (sender.startswith(DAEMONS) and SUBJECTS.search(subject))):
        return None
    found = STATUS.search(text[:SEARCHED]) or CODE.search(text[:SEARCHED])
    status = found[1] if found else ""
    addresses = [address.lower() for address in ADDRESS.findall(f"{failed} {text[:SEARCHED]}")]
    named = next((address for address in addresses if not address.startswith(DAEMONS)), "")
    return Bounce(named, _original_id(parts, text), status, is_hard=_is_hard(status) or status.startswith("55"))


def is_lasting(text: str) -> bool | None:
    """Return whether a server's answer blames the address itself; None where it names no status."""
    found = STATUS.search(text[:SEARCHED])
    return _is_hard(found[1]) if found else None


def _standard(report: Message, message_id: str) -> Bounce:
    """Read the fields of the first recipient that failed. RFC 3464, section 2.3."""
    inner = report.get_payload()
    groups: list[Message] = [part for part in inner if isinstance(part, Message)] if isinstance(inner, list) else []
    failed = [group for group in groups if str(group.get("action", "")).strip().lower() == "failed"]
    told = next(iter(failed), None) or next((group for group in groups if group.get("final-recipient")), None)
    if told is None:
        return Bounce("", message_id, "", is_hard=False, is_final=False)
    named = str(told.get("original-recipient") or told.get("final-recipient") or "").rpartition(";")[2]
    found = STATUS.search(str(told.get("status", "")))
    status = found[1] if found else ""
    return Bounce(
        parseaddr(named.strip())[1].lower(),
        message_id,
        status,
        is_hard=bool(failed) and _is_hard(status),
        is_final=bool(failed),
    )


def _is_hard(status: str) -> bool:
    """Whether the address itself is at fault, and not its present state, the mail, or its reputation (5.7)."""
    return status.startswith("5.") and status not in PASSING and not status.startswith("5.7.")


def _original_id(parts: list[Message], text: str) -> str:
    """Return the Message-ID of the mail that came back."""
    for part in parts:
        if part.get_content_type() == "message/rfc822":
            inner = part.get_payload()
            if isinstance(inner, list) and inner and isinstance(inner[0], Message):
                return str(inner[0].get("message-id", "")).strip()
        if part.get_content_type() == "text/rfc822-headers":
            head = part.get_payload(decode=True)
            found = MESSAGE_ID.search(head.decode("latin-1")) if isinstance(head, bytes) else None
            if found:
                return found[1]
    found = MESSAGE_ID.search(text[:SEARCHED])
    return found[1] if found else ""
