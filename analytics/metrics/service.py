"""How good the service was: taken up again, done at first contact, rated, kept promises, advice taken."""

import numpy as np

from analytics.metrics.columns import Facts
from analytics.metrics.figures import Figures, share
from analytics.metrics.periods import Period

SATISFIED = 4  # a rating of 4 or 5 counts as satisfied


def reopen_rate(facts: Facts, period: Period) -> Figures:
    """Of the tickets resolved in the period, those that had been resolved before and taken up again."""
    reopened = facts.tickets.reopen_count[period.holds(facts.tickets.resolved_at)]
    known = reopened[reopened >= 0]
    again = int((known > 0).sum())
    return {"rate": share(again, len(known)), "reopened": again, "resolved": len(known)}


def first_contact_resolution(facts: Facts, period: Period) -> Figures:
    """Of the tickets resolved in the period, those with one public reply of the desk at most, and never taken up again."""
    chosen = period.holds(facts.tickets.resolved_at)
    replies, reopened = facts.tickets.reply_count[chosen], facts.tickets.reopen_count[chosen]
    known = (replies >= 0) & (reopened >= 0)
    first = int(((replies <= 1) & (reopened == 0) & known).sum())
    return {"rate": share(first, int(known.sum())), "at_first_contact": first, "resolved": int(known.sum())}


def satisfaction(facts: Facts, period: Period) -> Figures:
    """CSAT: the share of ratings of 4 and 5 among those of tickets resolved in the period; how many of these were rated."""
    ratings = facts.tickets.rating[period.holds(facts.tickets.resolved_at)]
    given = ratings[ratings > 0]
    return {
        "rate": share(int((given >= SATISFIED).sum()), len(given)),
        "mean": float(given.mean()) if len(given) else None,
        "ratings": len(given),
        "answered": share(len(given), len(ratings)),
    }


def sla_compliance(facts: Facts, period: Period) -> Figures:
    """Promises decided in the period: the share that was met among met and breached. What was waived decides nothing."""
    promises, decided = facts.promises, period.holds(facts.promises.decided_at)
    found: Figures = _kept(promises.met & decided, promises.breached & decided)
    found["waived"] = int((promises.waived & decided).sum())
    for code, name in promises.metric.names.items():
        of = decided & (promises.metric.codes == code)
        found[name] = _kept(promises.met & of, promises.breached & of)["rate"]
    return found


def breaches(facts: Facts, period: Period) -> Figures:
    """Promises that became overdue in the period, waived ones left out, and the tickets they were made on."""
    promises = facts.promises
    broken = promises.breached & period.holds(promises.decided_at)
    names = promises.metric
    return {
        "breaches": int(broken.sum()),
        "tickets": len(np.unique(promises.ticket[broken])),
        **{name: int((broken & (names.codes == code)).sum()) for code, name in names.names.items()},
    }


def advice_acceptance(facts: Facts, period: Period) -> Figures:
    """Suggestions that people decided on in the period, and the share that they took as they were."""
    decided = period.holds(facts.advice.at)
    accepted = int((facts.advice.accepted & decided).sum())
    return {"rate": share(accepted, int(decided.sum())), "accepted": accepted, "decided": int(decided.sum())}


def _kept(met: np.ndarray, breached: np.ndarray) -> Figures:
    kept, broken = int(met.sum()), int(breached.sum())
    return {"rate": share(kept, kept + broken), "met": kept, "breached": broken}
