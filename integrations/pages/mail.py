"""Moving a message that came by mail to the ticket that it belongs to."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404

from integrations.actions.rethreading import rethread_comment, take_back
from tickets.choices import Channel
from tickets.models import Comment, Ticket, User
from tickets.pages.changing import CHANGED
from tickets.pages.dialogs import Dialog, ask, other_ticket
from tickets.pages.doors import PageRequest, done, staff_only
from tickets.pages.ticket import address, ticket_for
from tickets.pages.undo import TAKE_BACK


@staff_only
def rethread(request: PageRequest, pk: int, comment_pk: int) -> HttpResponse:
    """Move a message to another ticket, or to one of its own; the toast can take it back."""
    source = ticket_for(request.user, pk)
    rows = Comment.objects.visible_to(request.user).filter(channel=Channel.EMAIL, redacted_at=None)
    comment = get_object_or_404(rows, ticket=source, pk=comment_pk)

    def act() -> HttpResponse:
        into = request.POST.get("into", "").strip()
        target = other_ticket(request.user, into, "into") if into else None
        moved_to = rethread_comment(comment=comment, target=target, by=request.user, via=Channel.WEB)
        told = f"Moved to {moved_to.reference}."
        return done(request, address(moved_to), told, undo=f"rethread:{comment.pk}.{source.pk}", events=CHANGED)

    mine = Ticket.objects.visible_to(request.user).unresolved().filter(organization=source.organization_id)
    similar = mine.filter(requester=source.requester_id).exclude(pk=pk)[:5]
    shown = {"comment": comment, "similar": similar}
    dialog = Dialog("rethread", "Move this message", "Move", folder="integrations/dialogs", context=shown)
    return ask(request, source, dialog, act)


def _take_back(user: User, text: str) -> None:
    comment, _, source = text.partition(".")
    take_back(
        comment=Comment.objects.visible_to(user).get(pk=int(comment)),
        source=Ticket.objects.visible_to(user).get(pk=int(source)),
        by=user,
        via=Channel.WEB,
    )


TAKE_BACK["rethread"] = _take_back
