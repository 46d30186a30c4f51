"""The acts that ask for something first. Each is a small form at its own address, shown in a dialog where JavaScript runs."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone

from tickets.actions.conversation import edit_comment, log_time, redact_comment
from tickets.actions.files import remove_attachment
from tickets.actions.merging import link_tickets, merge_tickets, unlink_tickets, unmerge_ticket
from tickets.actions.tickets import change_ticket
from tickets.choices import Channel, LinkKind
from tickets.errors import Conflict, DomainError, Invalid
from tickets.models import Attachment, Comment, Ticket, TicketLink, User
from tickets.pages.changing import CHANGED, conflict_words
from tickets.pages.doors import PageRequest, done, page, staff_only
from tickets.pages.forms import whole_number
from tickets.pages.ticket import address, ticket_for

WEB = Channel.WEB


@dataclass
class Dialog:
    """A form: its template in a folder, and what it shows. Without a button it only tells."""

    name: str
    title: str
    button: str
    danger: bool = False
    folder: str = "tickets/dialogs"
    needs: str = ""  # the field without which it is only shown, as where a list sends what was selected
    context: Mapping[str, Any] = field(default_factory=dict)

    @property
    def template(self) -> str:
        return f"{self.folder}/{self.name}.html"


Act = Callable[[], HttpResponse]


def ask(request: PageRequest, ticket: Ticket | None, dialog: Dialog, act: Act) -> HttpResponse:
    """Show the dialog; on POST carry the act out, or show the dialog again with what was wrong and all that was typed."""
    context: dict[str, Any] = {"ticket": ticket, "dialog": dialog, "typed": request.POST, "errors": {}}
    context |= {"cancel_url": address(ticket) if ticket else "", **dialog.context}
    if request.method != "POST" or (dialog.needs and dialog.needs not in request.POST):
        return page(request, "tickets/dialog.html", context, fragment="form")
    try:
        return act()
    except Invalid as error:
        context |= {"errors": error.errors}
    except Conflict as error:
        context |= {"problem": conflict_words(error), "version": error.version, "conflicts": error.conflicts}
    except DomainError as error:
        if error.status == 403:
            raise
        context |= {"problem": error.detail}
    return page(request, "tickets/dialog.html", context, fragment="form", status=400)


def other_ticket(user: User, text: str, field_name: str) -> Ticket:
    """Return the visible ticket that `T-1042` names. Raises Invalid."""
    found = Ticket.objects.visible_to(user).by_reference(text.partition(" ")[0]).first()
    if found is None:
        raise Invalid({field_name: ["There is no such ticket. Write its reference, like T-1042."]})
    return found


@staff_only
def merge(request: PageRequest, pk: int) -> HttpResponse:
    """Merge this ticket into another; the toast can take it back."""
    source = ticket_for(request.user, pk)

    def act() -> HttpResponse:
        target = other_ticket(request.user, request.POST.get("into", ""), "into")
        merge_tickets(source=source, target=target, by=request.user, via=WEB)
        return done(
            request,
            address(target),
            f"{source.reference} merged into {target.reference}.",
            undo=f"unmerge:{source.pk}",
            events=CHANGED,
        )

    similar = (
        Ticket.objects.visible_to(request.user).unresolved().filter(requester=source.requester_id).exclude(pk=pk)[:5]
    )
    return ask(
        request,
        source,
        Dialog("merge", f"Merge {source.reference} into another ticket", "Merge", context={"similar": similar}),
        act,
    )


@staff_only
def unmerge(request: PageRequest, pk: int) -> HttpResponse:
    """Take the merge of this ticket back, at any later time."""
    source = ticket_for(request.user, pk)

    def act() -> HttpResponse:
        unmerge_ticket(ticket=source, by=request.user, via=WEB)
        return done(request, address(source), f"{source.reference} stands on its own again.", events=CHANGED)

    return ask(request, source, Dialog("unmerge", f"Take the merge of {source.reference} back", "Take back"), act)


@staff_only
def link(request: PageRequest, pk: int) -> HttpResponse:
    """Link this ticket to another."""
    found = ticket_for(request.user, pk)

    def act() -> HttpResponse:
        other = other_ticket(request.user, request.POST.get("other", ""), "other")
        kind = request.POST.get("kind", "")
        source, target = (other, found) if kind == "child" else (found, other)
        link_tickets(
            source=source, target=target, kind=LinkKind.PARENT if kind == "child" else kind, by=request.user, via=WEB
        )
        return done(request, address(found), f"Linked to {other.reference}.", events=CHANGED)

    kinds = [
        ("related", "is related to"),
        ("parent", "is parent of"),
        ("child", "is child of"),
        ("duplicate", "is a duplicate of"),
    ]
    return ask(request, found, Dialog("link", f"Link {found.reference}", "Link", context={"kinds": kinds}), act)


@staff_only
def unlink(request: PageRequest, pk: int, link_pk: int) -> HttpResponse:
    found = ticket_for(request.user, pk)
    row = get_object_or_404(
        TicketLink.objects.select_related("source", "target"), Q(source=pk) | Q(target=pk), pk=link_pk
    )
    other = row.target if row.source_id == pk else row.source

    def act() -> HttpResponse:
        unlink_tickets(link=row, by=request.user, via=WEB)
        return done(request, address(found), f"Link to {other.reference} removed.", events=CHANGED)

    return ask(request, found, Dialog("unlink", "Remove this link", "Remove", context={"other": other}), act)


@staff_only
def spend(request: PageRequest, pk: int) -> HttpResponse:
    """Log time spent, as minutes or like 1:30."""
    found = ticket_for(request.user, pk)

    def act() -> HttpResponse:
        minutes, worked_on = minutes_from(request.POST.get("minutes", "")), day_from(request.POST.get("worked_on", ""))
        billable = request.POST.get("billable") == "on"
        note = request.POST.get("note", "")
        log_time(
            ticket=found, by=request.user, via=WEB, minutes=minutes, note=note, billable=billable, worked_on=worked_on
        )
        return done(request, address(found), f"{minutes} min logged.", events=CHANGED)

    return ask(
        request,
        found,
        Dialog("time", f"Log time on {found.reference}", "Log time", context={"today": timezone.localdate()}),
        act,
    )


def minutes_from(text: str) -> int:
    hours, colon, rest = text.strip().partition(":")
    parts = (hours or "0", rest) if colon else ("0", hours)
    if not all(part.isascii() and part.isdigit() and len(part) <= 4 for part in parts):
        raise Invalid({"minutes": ["Write minutes like 25, or hours and minutes like 1:30."]})
    return int(parts[0]) * 60 + int(parts[1])


def day_from(text: str) -> date:
    try:
        return date.fromisoformat(text) if text else timezone.localdate()
    except ValueError:
        raise Invalid({"worked_on": ["Write a date like 2026-03-01."]}) from None


@staff_only
def edit(request: PageRequest, pk: int) -> HttpResponse:
    """Change title and description."""
    found = ticket_for(request.user, pk)

    def act() -> HttpResponse:
        changes = {name: request.POST.get(name, "") for name in ("title", "description")}
        changed = {
            name: value
            for name, value in changes.items()
            if value.replace("\r\n", "\n") != request.POST.get(f"was_{name}", "").replace("\r\n", "\n")
        }
        change_ticket(
            ticket=found,
            by=request.user,
            via=WEB,
            changes=changed,
            base_version=whole_number(request.POST.get("base_version", "")),
        )
        return done(request, address(found), "Saved.", events=(*CHANGED, "description-changed"))

    return ask(request, found, Dialog("edit", f"Edit {found.reference}", "Save"), act)


def _comment(user: User, ticket: Ticket, pk: int) -> Comment:
    return get_object_or_404(Comment.objects.visible_to(user), ticket=ticket, pk=pk)


@staff_only
def comment(request: PageRequest, pk: int, comment_pk: int) -> HttpResponse:
    """Change the words of a message."""
    found = ticket_for(request.user, pk)
    said = _comment(request.user, found, comment_pk)

    def act() -> HttpResponse:
        edit_comment(comment=said, by=request.user, via=WEB, body=request.POST.get("body", ""))
        return done(request, f"{address(found)}#c-{said.pk}", "Message changed.", events=CHANGED)

    return ask(request, found, Dialog("comment", "Edit message", "Save", context={"comment": said}), act)


@staff_only
def redact(request: PageRequest, pk: int, comment_pk: int) -> HttpResponse:
    """Remove the words of a message for good."""
    found = ticket_for(request.user, pk)
    said = _comment(request.user, found, comment_pk)

    def act() -> HttpResponse:
        redact_comment(comment=said, by=request.user, via=WEB)
        return done(request, f"{address(found)}#c-{said.pk}", "Message redacted.", events=CHANGED)

    return ask(
        request,
        found,
        Dialog("redact", "Redact this message", "Redact for good", danger=True, context={"comment": said}),
        act,
    )


@staff_only
def remove_file(request: PageRequest, pk: int, file_pk: int) -> HttpResponse:
    """Erase a file."""
    found = ticket_for(request.user, pk)
    attachment = get_object_or_404(Attachment.objects.visible_to(request.user), ticket=found, pk=file_pk)

    def act() -> HttpResponse:
        remove_attachment(attachment=attachment, by=request.user, via=WEB)
        return done(request, address(found), f"{attachment.filename} removed.", events=CHANGED)

    return ask(
        request,
        found,
        Dialog("remove_file", "Remove this file", "Remove for good", danger=True, context={"attachment": attachment}),
        act,
    )
