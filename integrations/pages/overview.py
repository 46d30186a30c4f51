"""How the other systems stand: for managers and admins, who mend from here what is stuck."""

from typing import TypeVar

from django.db.models import Model
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from integrations.actions.again import try_again, try_all_again
from integrations.actions.connect import try_connection
from integrations.actions.hooks import test_hook
from integrations.actions.put_aside import read_put_aside
from integrations.actions.sync import ask_for_sync
from integrations.models import Connection, Hook, PutAside
from integrations.permissions import require
from integrations.standing import LAG_AFTER, overview
from tickets.choices import WorkState
from tickets.errors import DomainError, NotFound
from tickets.pages.doors import PageRequest, back, page, staff_only, tell
from tickets.pages.forms import whole_number

M = TypeVar("M", bound=Model)
NOT_THERE = "It is not there any more. Load the page again."


@require_GET
@staff_only
def integrations(request: PageRequest) -> HttpResponse:
    """Show health, circuit, lag and dead letters of every connection and webhook."""
    require(request.user, "integration.manage")
    now = timezone.now()
    context = {"found": overview(now), "late_before": now - LAG_AFTER}
    return page(request, "integrations/overview.html", context)


@require_POST
@staff_only
def act_on_connection(request: PageRequest, pk: int) -> HttpResponse:
    """Test a connection, ask it what changed, or try again what is stuck there, as the button says."""
    connection = _one(Connection, pk)
    try:
        if "test" in request.POST:
            identity = try_connection(by=request.user, connection=connection)
            tell(request, f"{connection} works. There we are {identity.name}.")
        elif "ask" in request.POST:
            ask_for_sync(by=request.user, connection=connection)
            tell(request, f"{connection} is being asked what changed.")
        else:
            tell(request, f"{try_all_again(by=request.user, of=connection)} given another try.")
    except DomainError as error:
        tell(request, error.sentence)
    return back(request, reverse("integrations"))


@require_POST
@staff_only
def act_on_hook(request: PageRequest, pk: int) -> HttpResponse:
    """Test a webhook, or send again what it did not take, as the button says."""
    hook = _one(Hook, pk)
    if "test" in request.POST:
        call = test_hook(by=request.user, hook=hook)
        taken = call.state == WorkState.DONE
        tell(request, f"{hook} took it in {call.milliseconds} ms." if taken else f"{hook} did not: {call.last_error}")
    else:
        tell(request, f"{try_all_again(by=request.user, of=hook)} given another try.")
    return back(request, reverse("integrations"))


@require_POST
@staff_only
def again(request: PageRequest) -> HttpResponse:
    """Give one row that is stuck another try."""
    pk = whole_number(request.POST.get("row", "")) or 0
    try:
        try_again(by=request.user, kind=request.POST.get("kind", ""), pk=pk)
        tell(request, "Given another try.")
    except NotFound as error:
        tell(request, error.sentence)
    return back(request, reverse("integrations"))


@require_POST
@staff_only
def read_one_again(request: PageRequest, pk: int) -> HttpResponse:
    """Read again what was put aside."""
    try:
        read_put_aside(by=request.user, row=_one(PutAside, pk))
        tell(request, "Read, and taken over.")
    except DomainError as error:
        tell(request, error.sentence)
    return back(request, reverse("integrations"))


def _one(kind: type[M], pk: int) -> M:
    found = kind._default_manager.filter(pk=pk).first()
    if found is None:
        raise NotFound(NOT_THERE)
    return found
