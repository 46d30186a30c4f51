"""How often a ticket was taken up again, and the desk's replies: counted from the log for the tickets that are there."""

from typing import Any

from django.db import migrations, models
from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce

CLOSED = ["resolved", "closed"]
OPEN = ["open", "in_progress", "pending", "on_hold"]
AT_ONCE = 20_000


def count(apps: Any, schema_editor: Any) -> None:
    tickets, events = apps.get_model("tickets", "Ticket"), apps.get_model("tickets", "TicketEvent")
    of_ticket = events.objects.filter(ticket=OuterRef("pk")).order_by().values("ticket")
    replies = of_ticket.filter(kind="comment_added", data__side="desk").annotate(n=Count("pk")).values("n")
    reopened = of_ticket.filter(
        kind__in=["ticket_changed", "comment_added"], changes__status__0__in=CLOSED, changes__status__1__in=OPEN
    ).exclude(data__has_key="undoes")
    counted = {
        "reply_count": Coalesce(Subquery(replies), 0),
        "reopen_count": Coalesce(Subquery(reopened.annotate(n=Count("pk")).values("n")), 0),
    }
    last = tickets.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    for first in range(0, last + 1, AT_ONCE):
        tickets.objects.filter(pk__gte=first, pk__lt=first + AT_ONCE).update(**counted)


def counter(meaning: str) -> models.PositiveIntegerField:
    return models.PositiveIntegerField(db_default=0, default=0, editable=False, help_text=meaning)


class Migration(migrations.Migration):
    dependencies = [("tickets", "0008_comment_moved")]

    operations = [
        migrations.AddField(
            model_name="ticket",
            name="reopen_count",
            field=counter("How often it was taken up again after its resolution."),
        ),
        migrations.AddField(model_name="ticket", name="reply_count", field=counter("Public replies of the desk.")),
        migrations.RunPython(count, migrations.RunPython.noop),
    ]
