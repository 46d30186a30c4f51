"""Why this person, and why nobody: the points of a placement in words."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from numpy.typing import NDArray

from ai.dispatch.facts import Term, Waiting, Worker
from ai.dispatch.points import Points


def terms_of(
    ticket: Waiting,
    worker: Worker,
    points: Points,
    at: tuple[int, int],
    load_cost: float,
    load: int,
    now: datetime,
) -> tuple[Term, ...]:
    """Return the reasons for giving `ticket` to `worker`, who has `load` unresolved tickets by then; strongest first."""
    found = [
        Term(float(points.skill[at]), _skill_words(ticket, worker)),
        Term(float(points.familiarity[at]), _familiarity_words(ticket, worker)),
        Term(
            float(points.learned[at]), f"{100 * ticket.learned.get(worker.pk, 0):.0f} % likely, as closed tickets were"
        ),
        Term(float(points.waiting[at]), _shift_words(worker, now)),
        Term(float(points.late[at]), "works only after the deadline"),
        Term(-load_cost, f"{load} of {worker.max_load} tickets in hand"),
    ]
    told = [term for term in found if abs(term.points) >= 0.05 or (term is found[0] and ticket.skills)]
    return tuple(sorted(told, key=lambda term: -abs(term.points)))


def signed(points: float) -> str:
    """Return points as people read them: +27, −12; nothing for none."""
    return f"{points:+.0f}".replace("-", "−") if round(points) else ""


def _skill_words(ticket: Waiting, worker: Worker) -> str:
    known = [worker.skills[skill] for skill in ticket.skills if skill in worker.skills]
    if not known:
        return "nobody free has the skill it needs"
    return f"proficiency {sum(known) / len(known):.0f} of 10 in what it needs"


def _familiarity_words(ticket: Waiting, worker: Worker) -> str:
    count = worker.known.get(ticket.organization, 0) if ticket.organization is not None else 0
    return f"resolved {count} {'ticket' if count == 1 else 'tickets'} for this customer lately"


def _shift_words(worker: Worker, now: datetime) -> str:
    start = worker.next_hour(now)
    if start is None:
        return "has no working hours in the days to come"
    hours = (start - now).total_seconds() / 3600
    return f"works again in {hours:.0f} h" if hours >= 1 else f"works again in {hours * 60:.0f} min"


def reason_to_wait(ticket: Waiting, workers: Sequence[Worker], allowed: NDArray[Any]) -> Term:
    """Return why nobody was found: no one to ask, or all who could take it have as much as they may."""
    able = int(allowed.sum())
    if not workers or not able:
        return Term(0.0, "there is nobody to give it to")
    what = "has the skill it needs" if ticket.skills else "could take it"
    return Term(0.0, f"everybody who {what} is at their maximum ({able} asked)")
