"""Personal data out of what a source answered, before anything is made of it."""

from dataclasses import fields, replace
from typing import Any

from analytics.masking import masked, told_apart
from analytics.metrics.columns import Names
from analytics.sources import Left, LeftAside, Read


def hidden(read: Read, level: str) -> Read:
    """Return an answer whose names and remarks are masked; names that become the same are numbered. Raises KeyError."""
    tickets = read.facts.tickets
    columns = {column.name: getattr(tickets, column.name) for column in fields(tickets)}
    named: dict[str, Any] = {
        name: _names(column, level) for name, column in columns.items() if isinstance(column, Names)
    }
    aside = [Left(row.line, masked(row.reason, level)) for row in read.left_aside.listed]
    return replace(
        read,
        facts=replace(read.facts, tickets=replace(tickets, **named)),
        left_aside=LeftAside(read.left_aside.count, aside),
        notes=tuple(masked(note, level) for note in read.notes),
    )


def _names(column: Names, level: str) -> Names:
    return replace(column, names=told_apart(column.names, lambda name: masked(name, level)))
