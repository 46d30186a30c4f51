"""One ticket as the person who asked sees it: the public conversation, and what they can do."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from django.contrib import messages
from django.db.models import Prefetch
from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from tickets.actions.answering import answer_ticket
from tickets.actions.tickets import change_ticket, rate_ticket
from tickets.choices import Channel, EventKind, Status
from tickets.errors import Conflict, DomainError, Invalid, NotFound
from tickets.fields import custom_fields_for
from tickets.models import Attachment, Comment, Ticket, TicketEvent
from tickets.pages.doors import PageRequest, back, page, signed_in
from tickets.pages.portal.words import RATINGS, STATUSES, event_words
from tickets.permissions import can

SHOWN = 50  # messages of a long conversation, the newest


class Entry(NamedTuple):
    """One thing in the conversation: a message, or a line on what changed."""

    at: Any
    comment: Comment | None = None
    event: TicketEvent | None = None
    words: str = ""


def portal_address(ticket: Ticket) -> str:
    return reverse("portal_ticket", args=[ticket.pk])


def find(request: PageRequest, pk: int) -> Ticket:
    """Return a ticket the reader may see, with its people. Raises NotFound."""
    rows = Ticket.objects.visible_to(request.user)
    ticket = rows.select_related("requester", "organization", "assignee", "category", "merged_into").filter(pk=pk)
    if found := ticket.first():
        return found
    raise NotFound("There is no such ticket, or it belongs to somebody else. Your own are under My tickets.")


@signed_in
def ticket(request: PageRequest, pk: int) -> HttpResponse:
    return show(request, find(request, pk))


def show(
    request: PageRequest,
    ticket: Ticket,
    *,
    error: DomainError | None = None,
    form: str = "",
    status: int = 200,
) -> HttpResponse:
    """Draw the page; with an error, at the form it belongs to (reply or rating), with what was typed still there."""
    everything = request.GET.get("earlier") == "all"
    comments = ticket.comments.filter(is_internal=False).select_related("author")
    files = Attachment.objects.filter(is_internal=False, removed_at=None)
    comments = comments.prefetch_related(Prefetch("attachments", files, to_attr="files"))
    newest = list(comments.order_by("-created_at", "-pk")[: None if everything else SHOWN])[::-1]
    hidden = 0 if len(newest) < SHOWN or everything else comments.count() - len(newest)
    context = {
        "ticket": ticket,
        "plain": STATUSES[ticket.status],
        "entries": _conversation(ticket, newest, hidden=bool(hidden)),
        "hidden": hidden,
        "files": files.filter(ticket=ticket, comment=None),
        "custom": _custom(request, ticket),
        "owns": ticket.requester_id == request.user.pk,
        "can_change": can(request.user, "ticket.change", ticket),
        "ratings": RATINGS,
        "error_form": form,
        "error_text": error.sentence if error else "",
        "typed": request.POST,
    }
    # `after` comes from a page that heard of a change: it gets the parts that may look different now.
    parts = "changes" if "after" in request.GET else ""
    return page(request, "portal/ticket.html", context, fragment=parts, status=status)


def _conversation(ticket: Ticket, comments: Sequence[Comment], *, hidden: bool) -> list[Entry]:
    entries = [Entry(comment.created_at, comment=comment) for comment in comments]
    kinds = (EventKind.TICKET_CHANGED, EventKind.COMMENT_ADDED, EventKind.TICKET_MERGED, EventKind.TICKET_UNMERGED)
    events = TicketEvent.objects.filter(ticket=ticket, is_public=True, kind__in=kinds, changes__has_key="status")
    for event in events.order_by("-version")[:SHOWN]:
        words = event_words(event)
        if words and not (hidden and event.occurred_at < comments[0].created_at):
            entries.append(Entry(event.occurred_at, event=event, words=words))
    return sorted(entries, key=lambda entry: (entry.at, entry.event is not None))


def _custom(request: PageRequest, ticket: Ticket) -> list[tuple[str, Any]]:
    """Return label and value of the filled-in fields that requesters see."""
    fields = custom_fields_for(request.user).filter(on_portal=True) if ticket.custom_fields else []
    return [(f.label, ticket.custom_fields[f.key]) for f in fields if ticket.custom_fields.get(f.key) not in (None, "")]


@signed_in
@require_POST
def reply(request: PageRequest, pk: int) -> HttpResponse:
    """Add a reply, files or both."""
    found = find(request, pk)
    body = request.POST.get("body", "")
    files = request.FILES.getlist("files")
    try:
        if not body.strip() and not files:
            raise Invalid({"body": ["Write something here, or choose a file."]})
        answer_ticket(ticket=found, by=request.user, via=Channel.PORTAL, body=body, files=files)
    except DomainError as error:
        return show(request, found, error=error, form="reply", status=error.status)
    messages.success(request, "Your reply was sent." if body.strip() else "Your files were added.")
    return back(request, portal_address(found) + "#end")


@signed_in
@require_POST
def set_status(request: PageRequest, pk: int) -> HttpResponse:
    """Close a ticket, or open it again."""
    found = find(request, pk)
    wish = request.POST.get("status", "")
    try:
        change_ticket(ticket=found, by=request.user, via=Channel.PORTAL, changes={"status": wish})
    except (Invalid, Conflict) as error:
        return show(request, found, error=error, form="status", status=error.status)
    closed = wish == Status.CLOSED
    messages.success(
        request, "The ticket is closed." if closed else "The ticket is open again. Tell us what is missing."
    )
    return back(request, portal_address(found))


@signed_in
@require_POST
def rate(request: PageRequest, pk: int) -> HttpResponse:
    """Take the answer to "how did we do?"."""
    found = find(request, pk)
    typed = request.POST.get("rating", "")
    try:
        rate_ticket(
            ticket=found,
            by=request.user,
            via=Channel.PORTAL,
            rating=int(typed) if typed in "12345" and typed else 0,
            comment=request.POST.get("comment", ""),
        )
    except DomainError as error:
        return show(request, found, error=error, form="rating", status=error.status)
    messages.success(request, "Thank you. Your rating was saved.")
    return back(request, portal_address(found))
