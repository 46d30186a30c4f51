"""Facts by group, in one pass over each table: a million tickets of thousands of customers must not be read thousands of times."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from analytics.metrics.columns import TABLES, Facts, Names, Numbers, Places


def split(facts: Facts, dimension: str) -> Iterator[tuple[int, str, Facts]]:
    """Yield code, name and facts of each group, the one with most tickets first. Time spent belongs to who spent it."""
    column = facts.column(dimension)
    tables = {name: getattr(facts, name) for name in TABLES}
    keys = {name: _keys(table, column, dimension) for name, table in tables.items()}
    groups = _grouped(column.codes[: len(facts.tickets)])
    parts = {name: _grouped(codes) for name, codes in keys.items()}
    present = set(groups).union(parts["work"])
    nothing = np.empty(0, np.intp)
    for code in sorted(present, key=lambda code: (-len(groups.get(code, nothing)), code)):
        rows = groups.get(code, nothing)
        inner = {name: _part(table, parts[name].get(code, nothing), rows) for name, table in tables.items()}
        name = column.name(code) or tables["work"].technician.name(code)
        yield code, name, replace(facts, tickets=facts.tickets.take(rows), **inner)


def _keys(table: Any, column: Names, dimension: str) -> Numbers:
    if dimension == "technician" and hasattr(table, "technician"):
        codes: Numbers = table.technician.codes
        return codes
    of_tickets: Numbers = column.codes[table.ticket]
    return of_tickets


def _grouped(codes: Numbers) -> dict[int, Places]:
    """Return code → the rows that hold it, in their order."""
    order = np.argsort(codes, kind="stable")
    found, starts = np.unique(codes[order], return_index=True)
    return dict(zip(found.tolist(), np.split(order, starts[1:]), strict=True)) if len(codes) else {}


def _part(table: Any, rows: Places, tickets: Places) -> Any:
    """Return these rows of a table; a ticket outside of the group becomes a negative number of its own."""
    if not len(rows):
        return type(table)()
    part = table.take(rows)
    if not len(tickets):
        return replace(part, ticket=~part.ticket)
    places = np.minimum(np.searchsorted(tickets, part.ticket), len(tickets) - 1)
    return replace(part, ticket=np.where(tickets[places] == part.ticket, places, ~part.ticket))
