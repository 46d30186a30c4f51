"""The composer at the foot of a ticket: what stands in it."""

from dataclasses import dataclass, field

from django.http import QueryDict

from tickets import placeholders
from tickets.choices import Status
from tickets.lifecycle import NEXT
from tickets.models import Macro, Ticket, User

REPLY, NOTE = "reply", "note"


@dataclass
class Composer:
    """Words, kind and wished status as they stand in the form; `problem` says why the last try was not sent."""

    base_version: int
    statuses: list[tuple[str, str]]
    body: str = ""
    kind: str = REPLY
    status: str = ""
    macro: Macro | None = None
    source: str = ""  # where a drafted text comes from, which its reader should know
    problem: str = ""
    errors: dict[str, list[str]] = field(default_factory=dict)
    preview: str | None = None

    @classmethod
    def fresh(cls, ticket: Ticket, user: User, *, macro: str = "") -> "Composer":
        """Return an empty composer, or one filled from a macro the user may use."""
        composer = cls(ticket.version, [(s.value, s.label) for s in NEXT[ticket.status] if s != Status.OPEN])
        chosen = usable_macro(user, macro)
        if chosen is not None:
            composer.body = placeholders.fill(chosen.text, ticket=ticket, me=user)
            composer.kind = NOTE if chosen.is_internal else REPLY
            composer.macro = chosen
        return composer

    @classmethod
    def typed(cls, ticket: Ticket, user: User, sent: QueryDict) -> "Composer":
        """Return the composer as it was sent."""
        composer = cls.fresh(ticket, user)
        composer.body, composer.kind = sent.get("body", ""), sent.get("kind", "")
        composer.macro, composer.status = usable_macro(user, sent.get("macro", "")), sent.get("status", "")
        return composer


def usable_macro(user: User, pk: str) -> Macro | None:
    if not pk.isdecimal() or len(pk) > 18:
        return None
    found: Macro | None = Macro.objects.visible_to(user).filter(is_active=True, pk=int(pk)).first()
    return found
