"""How good the service was: taken up again, done at first contact, rated, kept promises, advice taken."""

import numpy as np

from analytics.metrics.columns import Facts, Promises
from analytics.metrics.figures import Figures, share
from analytics.metrics.periods import Period

SATISFIED = 4  # a rating of 4 or 5 counts as satisfied


def reopen_rate(facts: Facts, period: Period) -> Figures:
    """Of the tickets resolved in the period, those that had been resolved before and taken up again."""
    reopened = facts.tickets.reopen_count[period.rows(facts.tickets, "resolved_at")]
    known = reopened[reopened >= 0]
    again = int((known > 0).sum())
    return {"rate": share(again, len(known)), "reopened": again, "resolved": len(known)}


def first_contact_resolution(facts: Facts, period: Period) -> Figures:
    """Of the tickets resolved in the period, those with one public reply of the desk at most, and never taken up again."""
    chosen = period.rows(facts.tickets, "resolved_at")
    replies, reopened = facts.tickets.reply_count[chosen], facts.tickets.reopen_count[chosen]
    known = (replies >= 0) & (reopened >= 0)
    first = int(((replies <= 1) & (reopened == 0) & known).sum())
    return {"rate": share(first, int(known.sum())), "at_first_contact": first, "resolved": int(known.sum())}


def satisfaction(facts: Facts, period: Period) -> Figures:
    """CSAT: the share of ratings of 4 and 5 among those of tickets resolved in the period; how many of these were rated."""
    ratings = facts.tickets.rating[period.rows(facts.tickets, "resolved_at")]
    given = ratings[ratings > 0]
    return {
        "rate": share(int((given >= SATISFIED).sum()), len(given)),
        "mean": float(given.mean()) if len(given) else None,
        "ratings": len(given),
        "answered": share(len(given), len(ratings)),
    }


def sla_compliance(facts: Facts, period: Period) -> Figures:
    """Promises decided in the period: the share that was met among met and breached. What was waived decides nothing."""
    decided = _decided(facts, period)
    found: Figures = _kept(decided.met, decided.breached)
    found["waived"] = int(decided.waived.sum())
    for code, name in decided.metric.names.items():
        of = decided.metric.codes == code
        found[name] = _kept(decided.met & of, decided.breached & of)["rate"]
    return found


def breaches(facts: Facts, period: Period) -> Figures:
    """Promises that became overdue in the period, waived ones left out, and the tickets they were made on."""
    decided = _decided(facts, period)
    broken = decided.take(np.flatnonzero(decided.breached))
    return {
        "breaches": len(broken),
        "tickets": len(np.unique(broken.ticket)),
        **{name: int((broken.metric.codes == code).sum()) for code, name in broken.metric.names.items()},
    }


def _decided(facts: Facts, period: Period) -> Promises:
    return facts.promises.take(period.rows(facts.promises, "decided_at"))


def advice_acceptance(facts: Facts, period: Period) -> Figures:
    """Suggestions that people decided on in the period, and the share that they took as they were."""
    decided = facts.advice.accepted[period.rows(facts.advice, "at")]
    accepted = int(decided.sum())
    return {"rate": share(accepted, len(decided)), "accepted": accepted, "decided": len(decided)}


def _kept(met: np.ndarray, breached: np.ndarray) -> Figures:
    kept, broken = int(met.sum()), int(breached.sum())
    return {"rate": share(kept, kept + broken), "met": kept, "breached": broken}
