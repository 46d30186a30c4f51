"""What people do: time spent, how much of their time that is, and what waits for them."""

import numpy as np

from analytics.metrics.columns import Facts, counted
from analytics.metrics.figures import Figures, share
from analytics.metrics.periods import Period

HOUR = np.timedelta64(1, "h")


def time_spent(facts: Facts, period: Period) -> Figures:
    """Hours noted in the period, the tickets they were spent on, and hours a ticket."""
    done = facts.work.take(period.rows(facts.work, "at"))
    hours = float(done.minutes.sum()) / 60
    tickets = len(np.unique(done.ticket))
    return {"total": hours, "tickets": tickets, "per_ticket": hours / tickets if tickets else None}


def utilisation(facts: Facts, period: Period) -> Figures:
    """Hours noted as a share of business hours, of the people who noted any: up to now, where the period goes on."""
    done = facts.work.take(period.rows(facts.work, "at"))
    people = len(np.unique(done.technician.codes))
    end = min(period.last, facts.now)
    if facts.calendar is None or not people or end <= period.first:
        return {"rate": None, "hours": None, "available": None, "people": people}
    available = people * float(facts.calendar.elapsed_many(np.array([period.first]), np.array([end]))[0] / HOUR)
    hours = float(done.minutes.sum()) / 60
    return {"rate": share(hours, available), "hours": hours, "available": available, "people": people}


def workload(facts: Facts, period: Period) -> Figures:
    """Unresolved tickets of people when the period ends, and the share of what they should have at most."""
    rows = facts.tickets.unresolved_at(min(period.last, facts.now))
    people, counts = counted(facts.tickets.technician.codes[rows])
    limited = [
        (count, facts.limits[code])
        for code, count in zip(people.tolist(), counts.tolist(), strict=True)
        if code in facts.limits
    ]
    load = share(sum(count for count, _ in limited), sum(limit for _, limit in limited))
    return {
        "tickets": int(counts.sum()),
        "people": len(people),
        "load": load,
        "most": int(counts.max()) if len(counts) else 0,
    }
