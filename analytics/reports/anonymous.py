"""People and organizations under names that tell nothing and stay the same."""

from collections.abc import Callable
from dataclasses import replace

from analytics.metrics.analysis import Analysis, Measured
from analytics.metrics.asking import Group
from analytics.metrics.columns import NOBODY
from tickets.pseudonyms import pseudonym

WORDS = {"technician": "Person", "organization": "Customer"}


def by_number(group: Group) -> int | str:
    return group.code


def by_name(group: Group) -> int | str:
    """For sources that number what they name anew each time."""
    return group.name


def anonymous(analysis: Analysis, secret: str, known_by: Callable[[Group], int | str] = by_number) -> Analysis:
    """Return an analysis whose people and organizations have pseudonyms and no numbers; the secret keeps others from making them."""

    def hidden(dimension: str, group: Group) -> Group:
        if dimension not in WORDS or not group.name:
            return group
        return Group(NOBODY, pseudonym(secret, known_by(group), WORDS[dimension]), group.figures)

    def without_names(measured: Measured) -> Measured:
        groups = {dim: [hidden(dim, group) for group in groups] for dim, groups in measured.groups.items()}
        return replace(measured, groups=groups)

    return replace(analysis, measured={name: without_names(found) for name, found in analysis.measured.items()})
