"""Breach risk on a real ServiceNow log, replayed in the order of events; estimated completion on it and on a help-desk process log.

    python -m benchmarks.ai.risk                                # the development part
    python -m benchmarks.ai.risk EVENTS.csv.gz OUTCOMES.csv.gz  # learn from the development part, foretell another, later one

Outcomes help only those looked at after `closed_at`. Each week is foretold by what was learned from the weeks before it.
"""

import math
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from ai.risk.evaluation import bands, brier, ranked
from ai.risk.features import OWN, WHEN
from ai.risk.replay import Floats, Table, replay
from ai.risk.training import Fitted, fit, remaining_of
from benchmarks.ai import helpdesk_log, sla_uci
from benchmarks.figures import Figure, table

WEEK = 7 * 24.0
WEEKS = 3  # foretold, the last of the log
MOMENTS = {
    0.0: ("at creation", 0.80, 0.146),
    24.0: ("after a day", 0.73, 0.216),
    72.0: ("after three days", 0.85, 0.109),
}
Chances = Callable[[Floats], Floats]


def measure(embedded: bool = True, later: tuple[Path, Path] | None = None) -> list[Figure]:
    """Replay the log and foretell its last weeks, or all of a later part; the stack does not matter."""
    past, since = read(later)
    seen = replay(sla_uci.SCHEMA, past, until=max(one.known_at for one in past if one.known_at < math.inf))
    opened = seen.of_opened[seen.tickets]
    end = float(seen.of_opened.max()) + 1
    first = since if since else end - WEEKS * WEEK
    chances, plain, left = (np.full(len(opened), math.nan) for _ in range(3))
    guess = np.full((len(opened), 2), math.nan)
    for start in np.arange(first, end, WEEK):
        takes = (opened >= start) & (opened < start + WEEK)
        if takes.any():
            fitted = fit(seen, start)
            chances[takes], left[takes] = fitted.chance(seen.rows[takes]), fitted.hours(seen.rows[takes])
            plain[takes] = logistic(seen, start)(seen.rows[takes])
            guess[takes] = lasted_so_far(seen, start)
    return [*risks(seen, chances, plain), *spans(seen, left, guess, "sla_uci"), *of_cases()]


def read(later: tuple[Path, Path] | None) -> tuple[list[Any], float]:
    """Return the pasts, and from when on they are to be foretold; 0 for the last weeks."""
    folder = sla_uci.DATA
    events = list(sla_uci.read(folder / "sla_uci.dev.csv.gz"))
    outcomes = list(sla_uci.read(folder / "sla_uci.dev.outcomes.csv.gz"))
    if later is None:
        return sla_uci.pasts(events, outcomes), 0.0
    more = list(sla_uci.read(later[0]))
    since = min(sla_uci.hours(row["opened_at"]) for row in more)
    return sla_uci.pasts([*events, *more], [*outcomes, *sla_uci.read(later[1])]), since


def logistic(seen: Table, until: float) -> Chances:
    """Return the simple way: a logistic regression on what the ticket itself says, fitted to the outcomes known by then."""
    late = seen.of_late[seen.tickets]
    known = (seen.of_known_at[seen.tickets] <= until) & ~np.isnan(late) & seen.is_open
    names = (*OWN, *WHEN, *seen.schema.extras)
    columns = [seen.schema.names.index(name) for name in names]

    def of(rows: Floats) -> Floats:
        return np.nan_to_num(rows[:, columns], nan=0.0)

    model = make_pipeline(StandardScaler(), LogisticRegression(max_iter=500)).fit(of(seen.rows[known]), late[known])
    return lambda rows: np.asarray(model.predict_proba(of(rows))[:, 1])


def risks(seen: Table, chances: Floats, plain: Floats) -> list[Figure]:
    late, found = seen.of_late[seen.tickets], []
    for age, (words, auc, error) in MOMENTS.items():
        takes = (seen.ages == age) & ~np.isnan(chances) & ~np.isnan(late) & seen.is_open
        told, came, simple = chances[takes], late[takes], plain[takes]
        print(f"breach {words}: {takes.sum():,} open tickets, {came.mean():.0%} broken; {bands(told, came)}")
        found.append(
            Figure(
                f"AUC {words}, × 1,000", 1000 * ranked(told, came), "", 1000 * auc, True, 1000 * ranked(simple, came)
            )
        )
        found.append(
            Figure(
                f"Brier {words}, × 1,000", 1000 * brier(told, came), "", 1000 * error, False, 1000 * brier(simple, came)
            )
        )
    return found


def lasted_so_far(seen: Table, until: float) -> tuple[float, float]:
    """Return mean and median of the hours that remained at the moments of tickets done by then."""
    done = seen.of_done_at[seen.tickets]
    takes = (done <= until) & seen.is_open & (seen.at <= done)
    left = done[takes] - seen.at[takes]
    return float(left.mean()), float(np.median(left))


def spans(seen: Table, left: Floats, guess: Floats, name: str) -> list[Figure]:
    done = seen.of_done_at[seen.tickets]
    takes = ~np.isnan(left) & ~np.isnan(done) & seen.is_open & (done >= seen.at)
    came = done[takes] - seen.at[takes]
    wrong = float(np.abs(left[takes] - came).mean())
    by_mean, by_median = (float(np.abs(guess[takes, n] - came).mean()) for n in (0, 1))
    print(
        f"hours that remain on {name}: {takes.sum():,} moments, MAE {wrong:.1f}, of the mean {by_mean:.1f}, of the median {by_median:.1f}"
    )
    return [Figure(f"hours that remain, {name}, MAE", wrong, "h", min(by_mean, by_median), baseline=by_mean)]


def of_cases() -> list[Figure]:
    """Learn from the earlier three quarters of the process log how long the later ones go on."""
    past = helpdesk_log.pasts(sla_uci.DATA / "helpdesk_log.dev.csv.gz")
    until = max(step.at for one in past for step in one.steps)
    seen = replay(helpdesk_log.SCHEMA, past, until=until, ages=helpdesk_log.AGES)
    since = float(np.quantile(seen.of_opened, 0.75))
    trees = remaining_of(seen, since)
    takes = seen.of_opened[seen.tickets] >= since
    left = np.full(len(seen.tickets), math.nan)
    left[takes] = Fitted(trees, trees).hours(seen.rows[takes])
    guess = np.broadcast_to(np.array(lasted_so_far(seen, since)), (len(left), 2))
    return spans(seen, left, guess, "helpdesk_log")


if __name__ == "__main__":
    given = [Path(name) for name in sys.argv[1:3]]
    print(table(measure(later=(given[0], given[1]) if len(given) == 2 else None)))
