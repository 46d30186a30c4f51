"""Undo: taking back what a toast offers to take back."""

from collections.abc import Callable

from django.core.exceptions import ObjectDoesNotExist
from django.http import HttpResponse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from tickets.actions.merging import unmerge_ticket
from tickets.actions.reverting import revert_change
from tickets.actions.tickets import archive_ticket, restore_ticket
from tickets.choices import Channel
from tickets.errors import DomainError, Invalid
from tickets.models import Ticket, User
from tickets.pages.doors import PageRequest, done, signed_in

AT_ONCE = 1000


def _ticket(user: User, text: str) -> Ticket:
    return Ticket.objects.visible_to(user).get(pk=int(text))


def _change(user: User, text: str) -> None:
    pk, _, version = text.partition(".")
    revert_change(ticket=_ticket(user, pk), by=user, via=Channel.WEB, version=int(version))


def _unmerge(user: User, text: str) -> None:
    unmerge_ticket(ticket=_ticket(user, text), by=user, via=Channel.WEB)


def _restore(user: User, text: str) -> None:
    restore_ticket(ticket=_ticket(user, text), by=user, via=Channel.WEB)


def _archive(user: User, text: str) -> None:
    archive_ticket(ticket=_ticket(user, text), by=user, via=Channel.WEB)


TAKE_BACK: dict[str, Callable[[User, str], None]] = {  # rooms further right add theirs
    "change": _change,
    "unmerge": _unmerge,
    "restore": _restore,
    "archive": _archive,
}


@require_POST
@signed_in
def undo(request: PageRequest) -> HttpResponse:
    """Take back `what`: a verb of `TAKE_BACK`, a colon, and what it happened to, separated by commas."""
    verb, _, targets = request.POST.get("what", "").partition(":")
    parts = targets.split(",")[:AT_ONCE]
    failed = []
    for part in parts:
        try:
            TAKE_BACK[verb](request.user, part)
        except (KeyError, ValueError, OverflowError, ObjectDoesNotExist):
            raise Invalid({"what": ["There is nothing to take back."]}) from None
        except DomainError as error:
            failed.append(error.detail)
    if len(failed) == len(parts):
        raise Invalid({"what": [failed[0]]})
    toast = f"Taken back, except {len(failed)}." if failed else "Taken back."
    return done(request, came_from(request), toast, events=("ticket-changed", "queue-changed"))


def came_from(request: PageRequest) -> str:
    """Return the page whose toast was used, if it is one of ours."""
    page = request.headers.get("Referer", "")
    return page if url_has_allowed_host_and_scheme(page, request.get_host(), request.is_secure()) else "/"
