"""What open clocks look out for, after escalation rules were changed."""

from sla import watched
from sla.library import library
from sla.models import Clock
from tickets.bulk import update_columns


def renew_marks(after: int, count: int) -> int | None:
    """Let the open clocks of the next tickets look out for what the rules look at now; returns the last ticket, None at the end.

    Needs a surrounding transaction.
    """
    rows = Clock.objects.open().filter(ticket__gt=after).order_by("ticket").values_list("ticket", flat=True)
    tickets = list(rows.distinct()[:count])
    if not tickets:
        return None
    books = library()
    watched.lock_waiting(tickets)
    clocks = [clock for part in watched.clocks_of(tickets).values() for clock in part]
    ends = {clock.pk: clock.end(books) for clock in clocks}
    past = watched.folded([c for c in clocks if not ends[c.pk].knows(ends[c.pk].mark_after(c.announced))], books)
    changed = {}
    for clock in clocks:
        mark = (past.get(clock.pk) or ends[clock.pk]).next_threshold(clock.announced) or (None, None)
        if mark != (clock.next_percent, clock.next_at):
            changed[clock.pk] = mark
    percents, moments = [percent for percent, _ in changed.values()], [moment for _, moment in changed.values()]
    update_columns(Clock, list(changed), {"next_percent": percents, "next_at": moments})
    return tickets[-1]
