"""How much there is: tickets in and out, the backlog, its age, and the statuses."""

import numpy as np

from analytics.metrics.columns import Facts
from analytics.metrics.figures import Figures, quantiles, share
from analytics.metrics.periods import Period

DAY = np.timedelta64(1, "D")
AGES = {"under_1_day": 1, "1_to_3_days": 3, "3_to_7_days": 7, "7_to_30_days": 30}
OLDER = "over_30_days"


def volume(facts: Facts, period: Period) -> Figures:
    """Tickets created and resolved in the period, and how much more came than went."""
    created = len(period.rows(facts.tickets, "created_at"))
    resolved = len(period.rows(facts.tickets, "resolved_at"))
    return {"created": created, "resolved": resolved, "net": created - resolved}


def backlog(facts: Facts, period: Period) -> Figures:
    """Tickets unresolved when the period began and when it ended (or now, where it goes on), and those without assignee.

    A ticket that was resolved and taken up again counts as unresolved from its creation on.
    """
    tickets = facts.tickets
    at_end = tickets.unresolved_at(_end(facts, period))
    start, end = len(tickets.unresolved_at(period.first)), len(at_end)
    unassigned = int((tickets.technician.codes[at_end] < 0).sum())
    return {"end": end, "start": start, "change": end - start, "unassigned": unassigned}


def ageing(facts: Facts, period: Period) -> Figures:
    """How old the tickets are, in days, that are unresolved when the period ends, and how many there are of each age."""
    end = _end(facts, period)
    days = ((end - facts.tickets.created_at[facts.tickets.unresolved_at(end)]) / DAY)[::-1]  # the youngest first
    found: Figures = {"count": len(days), "mean": None, "median": None, "p90": None, "oldest": None}
    if len(days):
        median, p90 = quantiles(days, (0.5, 0.9))
        found |= {"mean": float(days.mean()), "median": median, "p90": p90, "oldest": float(days[-1])}
    counts = np.diff([0, *np.searchsorted(days, list(AGES.values())), len(days)])
    return found | dict(zip((*AGES, OLDER), counts.tolist(), strict=True))


def status_distribution(facts: Facts, period: Period) -> Figures:
    """Tickets created in the period by the status that they have now, and the share of each in percent."""
    status = facts.tickets.status
    found = status.codes[period.rows(facts.tickets, "created_at")]
    counted = np.bincount(found[found >= 0], minlength=max(status.names, default=0) + 1).tolist()
    counts = {name: counted[code] for code, name in status.names.items()}
    shares = {f"{name}_percent": share(count, len(found)) for name, count in counts.items()}
    return {"total": len(found), **counts, **shares}


def _end(facts: Facts, period: Period) -> np.datetime64:
    return min(period.last, facts.now)
