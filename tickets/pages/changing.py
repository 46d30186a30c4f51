"""What a ticket page sends: answers, changed properties, and the acts of its menu."""

from typing import Any

from django.http import HttpResponse
from django.views.decorators.http import require_GET, require_POST

from tickets.actions.answering import answer_ticket
from tickets.actions.tickets import archive_ticket, change_ticket, restore_ticket, set_watching
from tickets.choices import Channel, Status
from tickets.errors import Conflict, DomainError, Invalid, NotFound
from tickets.fields import CLEANERS
from tickets.finding.names import Names
from tickets.models import Ticket, User
from tickets.pages.choices import Choices
from tickets.pages.composer import NOTE, Composer
from tickets.pages.doors import PageRequest, done, page, staff_only, tell, wants_fragment
from tickets.pages.forms import whole_number
from tickets.pages.properties import Group, groups_of, mark, sent
from tickets.pages.ticket import about, address, show, ticket_for
from tickets.pages.wording import field_name, shown

CHANGED = ("ticket-changed",)


@require_POST
@staff_only
def answer(request: PageRequest, pk: int) -> HttpResponse:
    """Send the composer: words, files, and a status or a macro's changes with them."""
    found = ticket_for(request.user, pk)
    composer = Composer.typed(found, request.user, request.POST)
    changes = dict(composer.macro.changes) if composer.macro else {}
    if composer.status:
        changes["status"] = composer.status
    try:
        if not composer.body.strip() and not request.FILES and not changes:
            raise Invalid({"body": ["Write something first, or attach a file."]})
        answer_ticket(
            ticket=found,
            by=request.user,
            via=Channel.WEB,
            body=composer.body,
            internal=composer.kind == NOTE,
            changes=changes,
            base_version=whole_number(request.POST.get("base_version", "")),
            files=request.FILES.getlist("files"),
        )
    except Conflict as error:
        composer.problem = f"{conflict_words(error)} Your text is not sent yet."
        return _not_sent(request, found, composer, error)
    except Invalid as error:
        composer.errors = error.errors
        composer.problem = error.sentence
        return _not_sent(request, found, composer, error)
    except DomainError as error:
        composer.problem = f"{error.detail} Your text is not sent yet."
        return _not_sent(request, found, composer, error)
    word = "Note added" if composer.kind == NOTE else "Reply sent"
    tell(request, f"{word}, {Status(composer.status).label.lower()} set." if composer.status else f"{word}.")
    return done(request, address(found) + "#composer", events=(*CHANGED, "composer-sent"))


def conflict_words(error: Conflict) -> str:
    """Return what became different in the meantime, as a sentence."""
    said = [
        f"{field_name(name)} became {shown(name, both['theirs']) or 'empty'}" for name, both in error.conflicts.items()
    ]
    return f"In the meantime {' and '.join(said)}." if said else error.detail


def _not_sent(request: PageRequest, found: Ticket, composer: Composer, error: DomainError) -> HttpResponse:
    status = error.status if error.status in (400, 409) else 422
    found = ticket_for(request.user, found.pk)
    composer.base_version = found.version
    if wants_fragment(request):
        context = about(found) | {"composer": composer}
        return page(request, "tickets/ticket.html", context, fragment="problem", status=status)
    return show(request, found, composer, status=status)


@require_POST
@staff_only
def fields(request: PageRequest, pk: int) -> HttpResponse:
    """Change properties; a conflict or a bad value comes back on the property itself, with both values to choose from."""
    found = ticket_for(request.user, pk)
    changes = sent(request.POST, only=CLEANERS)
    try:
        after = change_ticket(
            ticket=found,
            by=request.user,
            via=Channel.WEB,
            changes=changes,
            base_version=whole_number(request.POST.get("base_version", "")),
        )
    except (Invalid, Conflict) as error:
        return _marked(request, pk, error)
    if after.version == found.version:
        return done(request, address(found), events=CHANGED)
    return done(request, address(found), _said(after), undo=f"change:{after.pk}.{after.version}", events=CHANGED)


def _said(after: Ticket) -> str:
    event = after.events.get(version=after.version)
    parts = []
    for name, (_, new) in event.changes.items():
        if name != "resolution" or len(event.changes) == 1:
            value = shown(name, new)
            parts.append(
                f"{field_name(name)} set to {value}"
                if value
                else f"{field_name(name)} changed"
                if new
                else f"{field_name(name)} cleared"
            )
    words = ", ".join(parts)[:200]
    return f"{words[:1].upper()}{words[1:]}."


def _marked(request: PageRequest, pk: int, error: Invalid | Conflict) -> HttpResponse:
    found = ticket_for(request.user, pk)
    context = about(found)
    groups = _with_choices(request.user, found, context["names"])
    errors = dict(error.errors) if isinstance(error, Invalid) else {}
    asked = errors.pop("resolution", None)
    if asked:
        errors.setdefault("status", []).extend(asked)
    typed: dict[str, Any] = dict(request.POST.items()) | {"tags": " ".join(request.POST.getlist("tags"))}
    mark(groups, errors, error.conflicts if isinstance(error, Conflict) else {}, typed)
    context |= {"asked": bool(asked), "typed": typed}
    rows = [item for group in groups for item in group.items if item.errors or item.conflict]
    if wants_fragment(request) and rows:
        return page(request, "tickets/field.html", context | {"rows": rows}, fragment="rows", status=error.status)
    return show(request, found, Composer.fresh(found, request.user), status=error.status, groups=groups, **context)


def _with_choices(user: User, found: Ticket, names: Names) -> list[Group]:
    choices = Choices(user)
    return groups_of(found, names, choices.custom, choices)


@require_GET
@staff_only
def field(request: PageRequest, pk: int, name: str) -> HttpResponse:
    """Show one property with all it may become: in its place on the ticket's page, or as a page of its own."""
    found = ticket_for(request.user, pk)
    context = about(found)
    groups = _with_choices(request.user, found, context["names"])
    rows = [item for group in groups for item in group.items if item.name == name]
    if not rows:
        raise NotFound("A ticket has no such field.")
    return page(request, "tickets/field.html", context | {"rows": rows}, fragment="rows")


@require_POST
@staff_only
def watch(request: PageRequest, pk: int) -> HttpResponse:
    """Follow the ticket or stop following it; `user` names somebody else."""
    found = ticket_for(request.user, pk)
    name, watching = request.POST.get("user", "").strip(), request.POST.get("watching") != "false"
    watcher = User.objects.filter(is_active=True, email__iexact=name).first() if name else request.user
    if watcher is None:
        raise Invalid({"user": ["Nobody has this address. Choose one of the people offered."]})
    set_watching(ticket=found, watcher=watcher, watching=watching, by=request.user, via=Channel.WEB)
    who = "You" if watcher == request.user else watcher.display_name
    verb = "watch" if watcher == request.user else "watches"
    return done(
        request,
        address(found),
        f"{who} {verb} this ticket." if watching else f"{who} no longer {verb} this ticket.",
        events=CHANGED,
    )


@require_POST
@staff_only
def archive(request: PageRequest, pk: int) -> HttpResponse:
    """Take the ticket out of every list, or with `restore` bring it back."""
    found = ticket_for(request.user, pk)
    restoring = "restore" in request.POST
    (restore_ticket if restoring else archive_ticket)(ticket=found, by=request.user, via=Channel.WEB)
    toast = f"{found.reference} is back in the lists." if restoring else f"{found.reference} archived."
    return done(
        request, address(found), toast, undo=f"{'archive' if restoring else 'restore'}:{found.pk}", events=CHANGED
    )
