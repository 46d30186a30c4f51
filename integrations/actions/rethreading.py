"""A reply that came by mail, taken to the ticket that it belongs to; later answers to it follow."""

from django.db import transaction

from integrations.models import MailMessage
from tickets.actions.moving import move_comment
from tickets.actions.tickets import archive_ticket, create_ticket
from tickets.choices import Channel
from tickets.models import Comment, Ticket
from tickets.permissions import Actor, System, require

TITLE_LENGTH = 100


@transaction.atomic
def rethread_comment(*, comment: Comment, target: Ticket | None, by: Actor, via: Channel) -> Ticket:
    """Move a comment to another ticket, or to a new one of its own; returns that ticket.

    Raises Invalid, Conflict, NotAllowed, NotFound.
    """
    require(by, "ticket.work", comment.ticket)
    target = target or _new_ticket(comment)
    move_comment(comment=comment, target=target, by=by, via=via)
    MailMessage.objects.filter(comment=comment).update(ticket=target)
    return target


@transaction.atomic
def take_back(*, comment: Comment, source: Ticket, by: Actor, via: Channel) -> None:
    """Move a comment back to where it was; a ticket that was opened for it alone leaves the lists."""
    left = comment.ticket
    rethread_comment(comment=comment, target=source, by=by, via=via)
    if not left.description and not left.comments.exists():
        archive_ticket(ticket=left, by=System(), via=via)


def _new_ticket(comment: Comment) -> Ticket:
    source = comment.ticket
    lines = [line.strip() for line in comment.body.splitlines() if line.strip()]
    return create_ticket(
        by=System(comment.author_name),
        via=Channel(comment.channel),
        fields={
            "title": (lines or [source.title])[0][:TITLE_LENGTH],
            "requester": source.requester if comment.author is None else comment.author,
            "organization": source.organization,
            "team": source.team,
        },
    )
