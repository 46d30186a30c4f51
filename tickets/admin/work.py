"""Durable work: what waits, what runs, what is stuck, and giving it another try."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.apps import apps
from django.contrib import admin, messages
from django.db.models import Count, Min, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from tickets import work
from tickets.admin.base import ReadOnlyAdmin, display
from tickets.choices import WorkState
from tickets.models import FileJob, OutgoingMail, Work
from tickets.models.imports import NEVER
from tickets.pages.forms import whole_number

SHOWN_AT_MOST = 50
STATE_COLOURS = {
    WorkState.QUEUED: "info",
    WorkState.RUNNING: "warning",
    WorkState.DONE: "success",
    WorkState.QUARANTINED: "danger",
}


class WorkAdmin(ReadOnlyAdmin):
    """A kind of work; rows are made by actions, and can only be given another try."""

    list_display = ["pk", "__str__", "state_label", "attempts", "due", "last_error"]
    list_filter = ["state"]
    ordering = ["-pk"]
    actions = ["run_again"]
    exclude = ["lease", "woken_at"]

    @display(description="State", ordering="state", label=STATE_COLOURS)
    def state_label(self, row: Work) -> tuple[str, str]:
        return row.state, WorkState(row.state).label

    @admin.action(description="Run again", permissions=["view"])
    def run_again(self, request: HttpRequest, rows: QuerySet[Any]) -> None:
        again(request, rows)


@admin.register(OutgoingMail)
class MailAdmin(WorkAdmin):
    list_display = ["pk", "subject", "to", "state_label", "attempts", "due", "last_error"]
    search_fields = ["subject", "recipients"]
    exclude = ["lease", "woken_at", "message"]  # it may hold a link that opens an account

    @display(description="To")
    def to(self, mail: OutgoingMail) -> str:
        return ", ".join(mail.recipients)


@admin.register(FileJob)
class FileJobAdmin(WorkAdmin):
    search_fields = ["attachment__filename", "=attachment__ticket__id"]
    list_select_related = ["attachment"]


@dataclass
class Kind:
    """One kind of work, counted."""

    label: str
    name: str
    counts: list[int]
    oldest: datetime | None
    stuck: Sequence[Work] = field(default_factory=list)
    stuck_count: int = 0


def overview(request: HttpRequest) -> HttpResponse:
    """Show every kind of work with its counts; take the wish to run stuck rows again."""
    if request.method == "POST":
        kind = _kind(request.POST.get("kind", ""))
        ids = [pk for pk in map(whole_number, request.POST.getlist("row")) if pk is not None]
        rows = kind._default_manager.filter(state=WorkState.QUARANTINED)
        again(request, rows if "all" in request.POST else rows.filter(pk__in=ids))
        return HttpResponseRedirect(reverse("admin_work"))
    kinds = [count(kind) for kind in work.kinds()]
    context = {
        **admin.site.each_context(request),
        "title": "Work in the background",
        "kinds": kinds,
        "states": WorkState.labels,
        "stuck": any(kind.stuck for kind in kinds),
        "shown": SHOWN_AT_MOST,
    }
    return render(request, "admin/tickets/work.html", context)


def again(request: HttpRequest, rows: QuerySet[Any]) -> None:
    """Give quarantined rows another try."""
    stuck = list(rows.filter(state=WorkState.QUARANTINED))
    for row in stuck:
        work.run_again(row)
    done = f"{len(stuck)} given another try." if stuck else "Only quarantined work can be run again."
    messages.add_message(request, messages.SUCCESS if stuck else messages.WARNING, done)


def count(kind: type[Work]) -> Kind:
    rows = kind._default_manager.all()
    counts = dict(rows.order_by().values_list("state").annotate(Count("pk")))
    stuck = rows.filter(state=WorkState.QUARANTINED).order_by("-finished_at", "-pk")
    return Kind(
        label=kind._meta.label,
        name=str(kind._meta.verbose_name_plural).capitalize(),
        counts=[counts.get(state, 0) for state in WorkState],
        oldest=rows.filter(state__in=work.UNFINISHED, due__lt=NEVER).aggregate(due=Min("due"))["due"],
        stuck=list(stuck[:SHOWN_AT_MOST]),
        stuck_count=counts.get(WorkState.QUARANTINED, 0),
    )


def quarantined() -> int:
    """Return how many rows of any kind are stuck."""
    return sum(kind._default_manager.filter(state=WorkState.QUARANTINED).count() for kind in work.kinds())


def _kind(label: str) -> type[Work]:
    try:
        model = apps.get_model(label)
    except (LookupError, ValueError):
        raise Http404 from None
    if not issubclass(model, Work):
        raise Http404
    return model
