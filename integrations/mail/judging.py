"""Whether a person wrote a letter, and whether it comes from where it says."""

import re
from collections.abc import Collection

from integrations.choices import HeldBecause
from integrations.mail import tokens
from integrations.mail.letter import Letter

OWN_MARK = "x-ticketsite"
ANSWERING = re.compile(
    r"(auto(matic)?[ -]?(reply|response|antwort)|automatische antwort|abwesenheit|out of (the )?office|"
    r"réponse automatique|respuesta automática|risposta automatica)",
    re.IGNORECASE,
)
ANSWERED_BY = ("x-autoreply", "x-autorespond", "x-autoresponder", "x-mail-autoreply")
BULK = ("bulk", "junk", "list")
RESULT = re.compile(r"\b(dmarc|dkim|spf)\s*=\s*(\w+)([^;]*)", re.IGNORECASE)
DOMAIN = re.compile(r"(?:header\.(?:d|from|i)|smtp\.mailfrom)\s*=\s*\"?(?:[^\s;\"@]*@)?([\w.-]+)", re.IGNORECASE)


def why_held(letter: Letter, ours: Collection[str], *, programs_may: bool) -> tuple[HeldBecause, str] | None:
    """Return why a letter is not taken as somebody's words, and what showed it; None for a person's.

    `ours` are the addresses of all mailboxes, in lower case. `programs_may`: what programs send by themselves is taken, such as alerts;
    never their answers.
    """
    if any(tokens.is_ours(mark) for mark in letter.headers.get(OWN_MARK, ())):
        return HeldBecause.OURS, "It bears our mark."
    if tokens.without_tag(letter.sender.address) in ours:
        return HeldBecause.OURS, "It comes from an address of ours."
    if letter.bounce is not None:
        told = letter.bounce
        return HeldBecause.BOUNCE, " ".join(filter(None, [told.address or "Nobody named", told.status]))
    automatic = _automatic(letter, programs_may=programs_may)
    if automatic:
        return HeldBecause.AUTOMATIC, automatic
    bulk = "" if programs_may else _bulk(letter)
    return (HeldBecause.BULK, bulk) if bulk else None


def _automatic(letter: Letter, *, programs_may: bool) -> str:
    """Return what says that a program wrote it: RFC 3834, what Exchange adds, and what older programs do."""
    submitted = letter.header("auto-submitted").lower()
    if submitted.startswith("auto-replied") or (submitted not in ("", "no") and not programs_may):
        return f"Auto-Submitted: {submitted}"
    if letter.header("precedence").lower() == "auto_reply":
        return "Precedence: auto_reply"
    by = next((name for name in ANSWERED_BY if letter.header(name)), "")
    if by:
        return f"It has the header {by}."
    if ANSWERING.match(letter.subject):
        return "Its subject is that of an automatic answer."
    if letter.header("return-path").replace(" ", "") == "<>":
        return "It has no return path."
    if letter.header("x-auto-response-suppress") and not programs_may:
        return "X-Auto-Response-Suppress: " + letter.header("x-auto-response-suppress")
    return "" if letter.sender.address else "It names no sender."


def _bulk(letter: Letter) -> str:
    if letter.header("precedence").lower() in BULK:
        return f"Precedence: {letter.header('precedence').lower()}"
    return next((f"It has the header {name}." for name in ("list-id", "list-unsubscribe") if letter.header(name)), "")


def is_authentic(letter: Letter, server: str) -> bool | None:
    """Return what our own mail server found out about the sender's domain: it is the sender's, it is not, or nothing.

    `server` is the name that it puts first into `Authentication-Results` (RFC 8601); headers under other names anybody may have
    written. DMARC decides; without it, DKIM or SPF for the domain of From.
    """
    if not server:
        return None
    said = [line.partition(";") for line in letter.headers.get("authentication-results", ())]
    results = next((rest for name, _, rest in said if name.split()[:1] == [server.strip()]), None)
    if results is None:
        return None
    found = [(kind.lower(), word.lower(), rest) for kind, word, rest in RESULT.findall(results)]
    dmarc = next((word for kind, word, _ in found if kind == "dmarc"), "none")
    if dmarc not in ("none", "temperror"):
        return dmarc in ("pass", "bestguesspass")
    return any(word == "pass" and _same_domain(rest, letter.sender.domain) for _, word, rest in found)


def _same_domain(properties: str, domain: str) -> bool:
    named = DOMAIN.search(properties)
    if named is None:
        return False
    signed = named[1].lower()
    return domain == signed or domain.endswith(f".{signed}")
