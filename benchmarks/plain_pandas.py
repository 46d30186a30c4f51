"""What an analyst would write in pandas to get the figures of `ticket-analyzer analyze --group-by team --group-by priority` out of an
export: of everything, by group, and by week. The figures are compared with ours before anything is timed.
"""

import json
import sys

import pandas as pd

DAY = pd.Timedelta(days=1)
SHARES = {"median": 0.5, "p90": 0.9, "p95": 0.95, "p99": 0.99}
AGES = [-1, 1, 3, 7, 30, 1e9]


def read(path):
    words = dict.fromkeys(["status", "priority", "assignee", "team", "category"], "category")
    columns = ["id", "created", "resolved", *words]
    tickets = pd.read_csv(path, usecols=columns, dtype=words).drop_duplicates("id", keep="last")
    for name in ("created", "resolved"):
        tickets[name] = pd.to_datetime(tickets[name], utc=True, format="ISO8601")
    tickets["hours"] = (tickets.resolved - tickets.created).dt.total_seconds() / 3600
    return tickets


def spread(hours):
    found = hours.quantile(list(SHARES.values()))
    return {"count": hours.count(), "mean": hours.mean(), **dict(zip(SHARES, found, strict=True))}


def standing(tickets, at):
    """What is unresolved at a moment: how much, how old, and whose."""
    left = tickets[(tickets.created < at) & ~(tickets.resolved <= at)]
    days = (at - left.created) / DAY
    people = left.assignee.value_counts()
    return {
        "backlog": len(left),
        "unassigned": left.assignee.isna().sum(),
        "ageing": {"mean": days.mean(), "median": days.median(), "p90": days.quantile(0.9), "oldest": days.max()},
        "ages": pd.cut(days, AGES, right=False).value_counts(sort=False).tolist(),
        "workload": {"tickets": people.sum(), "people": (people > 0).sum(), "most": people.max()},
    }


def figures(tickets, end):
    return {
        "created": len(tickets),
        "resolved": tickets.resolved.count(),
        "resolution": spread(tickets.hours),
        "statuses": tickets.status.value_counts().to_dict(),
        **standing(tickets, end),
    }


def weeks(tickets, end):
    """The line of every figure, week by week from Monday on."""
    created, resolved = (
        moments.dt.tz_localize(None).dt.to_period("W") for moments in (tickets.created, tickets.resolved)
    )
    came, went = created.value_counts(), resolved.value_counts()
    hours = tickets.hours.groupby(resolved)
    counted, quantiles = (
        hours.agg(["count", "mean"]),
        hours.quantile(list(SHARES.values())).unstack().set_axis(SHARES, axis=1),
    )
    statuses = pd.crosstab(created, tickets.status)
    found = {}
    for week in pd.period_range(created.min(), resolved.max(), freq="W"):
        after = min((week + 1).start_time.tz_localize("UTC"), end)
        found[str(week.start_time.date())] = {
            "created": came.get(week, 0),
            "resolved": went.get(week, 0),
            "resolution": {**counted.loc[week], **quantiles.loc[week]} if week in counted.index else {},
            "statuses": statuses.loc[week].to_dict() if week in statuses.index else {},
            **standing(tickets, after),
        }
    return found


def main():
    tickets = read(sys.argv[1])
    end = tickets.resolved.max().normalize() + DAY
    answer = {
        "whole": figures(tickets, end),
        "groups": {
            name: {group: figures(rows, end) for group, rows in tickets.groupby(name, observed=True)}
            for name in ("team", "priority")
        },
        "weeks": weeks(tickets, end),
    }
    print(json.dumps(answer, default=float, indent=2))


main()
