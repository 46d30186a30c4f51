"""Letters out of mailboxes: judged, held back or taken over, and released where somebody says so."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from integrations.actions.bounces import note_bounce
from integrations.actions.correspondence import Correspondence, our_addresses
from integrations.choices import HeldBecause, MailDirection
from integrations.mail.judging import why_held
from integrations.mail.letter import Letter
from integrations.mail.reading import read_letter
from integrations.models import HeldLetter, InboundEvent, MailMessage
from integrations.permissions import Actor, require
from tickets.errors import Conflict
from tickets.models import User

AN_HOUR = timedelta(hours=1)
LETTERS_AN_HOUR = 50
ID_LENGTH = 250


def take_letter(event: InboundEvent, letter: Letter) -> None:
    """Take a stored letter over, or hold it back; saying it twice changes nothing more. Raises DomainError."""
    if HeldLetter.objects.filter(event=event).exists():
        return
    message_id, ours = _remembered_as(event, letter)
    if not message_id:
        return
    if letter.bounce is not None:
        note_bounce(letter.bounce)
    held = (HeldBecause.OURS, "It is a mail of ours.") if ours else _why_held(event, letter)
    held = held or Correspondence(event, letter, message_id).take()
    if held is not None:
        _hold(event, letter, *held)


def release_letter(*, held: HeldLetter, by: Actor) -> None:
    """Take over a letter that was held back, whoever sent it. Raises Conflict where that was done, NotAllowed, Invalid."""
    require(by, "integration.manage")
    with transaction.atomic():
        row = HeldLetter.objects.select_for_update(of=("self",)).select_related("event__connection").get(pk=held.pk)
        if row.released_at is not None:
            raise Conflict("It was released already.", code="already_released")
        letter = read_letter(bytes(row.event.body))
        message_id, _ = _remembered_as(row.event, letter)
        if message_id:
            Correspondence(row.event, letter, message_id).take(released=True)
        row.released_at, row.released_by = timezone.now(), by if isinstance(by, User) else None
        row.save(update_fields=["released_at", "released_by"])


def _remembered_as(event: InboundEvent, letter: Letter) -> tuple[str, bool]:
    """Return the id to remember a letter under, and whether it is our own mail; no id for a letter that was taken already.

    Anybody can write any Message-ID: one that is known from somebody else gives the letter an id of ours.
    """
    digest = f"digest:{event.digest}"
    known = MailMessage.objects.filter(message_id__in=[letter.message_id, digest]).order_by("-pk")
    rows = {row.message_id: row for row in known}
    if digest in rows:
        return "", False
    row = rows.get(letter.message_id)
    if row is None:
        return (letter.message_id if 0 < len(letter.message_id) <= ID_LENGTH else digest), False
    if row.direction == MailDirection.OUT:
        return digest, True
    return (digest if row.address != letter.sender.address else ""), False


def _why_held(event: InboundEvent, letter: Letter) -> tuple[HeldBecause, str] | None:
    settings = event.connection.settings
    found = why_held(letter, our_addresses(), programs_may=bool(settings.get("programs_may", False)))
    if found is not None:
        return found
    limit = int(settings.get("letters_an_hour", LETTERS_AN_HOUR))
    since = timezone.now() - AN_HOUR
    lately = MailMessage.objects.filter(
        address=letter.sender.address, direction=MailDirection.IN, created_at__gt=since
    ).count()
    return (HeldBecause.LOOP, f"{lately} letters within an hour") if lately >= limit else None


def _hold(event: InboundEvent, letter: Letter, reason: HeldBecause, detail: str) -> None:
    HeldLetter.objects.get_or_create(
        event=event,
        defaults={
            "reason": reason,
            "detail": detail[:500],
            "sender": letter.sender.address[:320],
            "subject": letter.subject[:255],
        },
    )
