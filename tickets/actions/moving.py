"""Taking a comment to the ticket that it belongs to. Both timelines tell it, and moving it again takes it back."""

from django.db import transaction
from django.utils import timezone

from tickets import search
from tickets.actions.changing import name_of
from tickets.actions.conversation import consequences
from tickets.actions.locking import record
from tickets.actions.merging import lock_both, require_same_customer
from tickets.choices import Channel, EventKind
from tickets.errors import Conflict, Invalid
from tickets.models import Attachment, Comment, Ticket
from tickets.permissions import Actor


def move_comment(*, comment: Comment, target: Ticket, by: Actor, via: Channel) -> Comment:
    """Move a comment with its files to another ticket of the same customer, where it counts as said now.

    Raises Invalid, Conflict, NotAllowed, NotFound.
    """
    now = timezone.now()
    if comment.ticket_id == target.pk:
        raise Invalid({"into": ["The message is on this ticket already."]})
    with transaction.atomic():
        source, target = lock_both(comment.ticket, target, "ticket.work", by)
        comment = Comment.objects.get(pk=comment.pk)
        if comment.ticket_id != source.pk or comment.redacted_at:
            raise Conflict("The message was moved or redacted meanwhile. Load the page again.", code="changed_since")
        require_same_customer(source, target)
        comment.ticket = target
        comment.save(update_fields=["ticket"])
        Attachment.objects.filter(comment=comment).update(ticket=target)
        search.index_tickets([source, target])
        was_here = target.events.filter(
            kind__in=(EventKind.COMMENT_ADDED, EventKind.COMMENT_MOVED), data__comment_id=comment.pk
        ).exists()
        about = {"comment_id": comment.pk}
        kind = EventKind.COMMENT_MOVED
        record(source, kind, by=by, via=via, at=now, data=about | {"to": name_of(target)}, public=False)
        columns, changes = consequences(target, comment, now)
        data = about | {
            "from": name_of(source),
            "side": comment.side(target.requester_id),
            "is_new_here": not was_here,
        }
        record(target, kind, by=by, via=via, at=now, columns=columns, changes=changes, data=data, public=False)
    return comment
