"""Comments of a record: added once, edited and withdrawn as they are there. Who wrote a comment decides what it says."""

import hashlib
from collections.abc import Iterable

from integrations.actions.fetch import ask_for_files
from integrations.actions.linking import speaker
from integrations.choices import PartKind
from integrations.models import Connection, Delivery, ExternalLink, ExternalPart
from integrations.permissions import System
from integrations.provider import RemoteComment
from integrations.translation import cleaned
from tickets.actions.conversation import add_comment, edit_comment, redact_comment
from tickets.choices import Channel, EventKind
from tickets.fields import TEXT_LENGTH
from tickets.models import Comment, Ticket, TicketEvent

VIA = Channel.WEBHOOK


def text_of(said: RemoteComment) -> str:
    return cleaned(said.body).strip()[:TEXT_LENGTH]


def digest_of(said: RemoteComment) -> str:
    """Return what changes whenever the comment's text does, white space aside."""
    return hashlib.sha256((said.edition or " ".join(cleaned(said.body).split())).encode()).hexdigest()


def author_of(connection: Connection, said: RemoteComment) -> System:
    return System(f"{cleaned(said.author)[:80]} ({connection.name})")


def take_comments(row: ExternalLink, ticket: Ticket, said: Iterable[RemoteComment], *, is_old: bool) -> None:
    """Add what is new and follow what changed; old news change no text. Needs ticket and link locked."""
    parts = {part.remote_id: part for part in row.parts.filter(kind=PartKind.COMMENT).select_related("comment")}
    for comment in said:
        part = parts.get(comment.id)
        if part is None:
            if not comment.is_gone:
                _add(row, ticket, comment)
        elif comment.is_gone:
            _withdraw(row, part)
        elif not is_old:
            _follow(row, part, comment)


def _add(row: ExternalLink, ticket: Ticket, said: RemoteComment) -> None:
    """Add a comment of theirs; one of ours that came back is only noted."""
    ours = Delivery.objects.filter(connection=row.connection, marker=said.marker).first() if said.marker else None
    comment = ours.comment if ours else None
    body = text_of(said)
    if ours is None and row.connection.takes_comments:
        internal = row.connection.takes_as_notes or not said.is_public
        if body:
            by = author_of(row.connection, said)
            comment = add_comment(ticket=ticket, by=by, via=VIA, body=body, internal=internal)
        ask_for_files(row, said.files, comment, internal=internal)
    same = {"link": row, "kind": PartKind.COMMENT, "remote_id": said.id}
    known = {"comment": comment, "digest": digest_of(said), "is_ours": ours is not None}
    ExternalPart.objects.get_or_create(**same, defaults=known)


def _follow(row: ExternalLink, part: ExternalPart, said: RemoteComment) -> None:
    """Note a text that is seen for the first time; of one that changed, let the comment follow."""
    digest, before = digest_of(said), part.digest
    if digest == before:
        return
    part.digest = digest
    part.save(update_fields=["digest"])
    comment, body = part.comment, text_of(said)
    if not before or not body or comment is None or comment.redacted_at or body == comment.body:
        return
    if part.is_ours:
        if not _says(body, comment.body):
            _keep(
                row, comment, f"was edited in {row.connection.name}, and stays here as it is. There it says now:", body
            )
        return
    if _edited_here(comment):
        _keep(row, comment, f"was edited both here and in {row.connection.name}. Here it said:", comment.body)
    edit_comment(comment=comment, by=author_of(row.connection, said), via=VIA, body=body)


def _says(there: str, ours: str) -> bool:
    """Return whether what is shown there is ours, whatever became of its marks."""
    return "".join(filter(str.isalnum, ours)) in "".join(filter(str.isalnum, there))


def _edited_here(comment: Comment) -> bool:
    edits = TicketEvent.objects.filter(
        ticket=comment.ticket_id, kind=EventKind.COMMENT_EDITED, data__comment_id=comment.pk
    )
    last = edits.order_by("-version").first()
    return last is not None and last.channel != VIA


def _keep(row: ExternalLink, comment: Comment, why: str, text: str) -> None:
    """Keep the text that does not stay in a note: the log keeps no words, and a note can be redacted."""
    quoted = "\n".join(f"> {line}" for line in text.split("\n"))
    body = f"The message of {comment.author_name} {why}\n\n{quoted}"[:TEXT_LENGTH]
    add_comment(ticket=comment.ticket, by=speaker(row.connection), via=VIA, body=body, internal=True, automatic=True)


def _withdraw(row: ExternalLink, part: ExternalPart) -> None:
    """Remove the words of a comment of theirs; what we said stays, whatever they do with it."""
    if part.comment is not None and not part.is_ours and not part.comment.redacted_at:
        redact_comment(comment=part.comment, by=speaker(row.connection), via=VIA)
