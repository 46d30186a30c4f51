"""People and organizations under names that tell nothing and stay the same; other names without personal data in them."""

from collections.abc import Callable
from dataclasses import replace

from analytics.masking import masked, told_apart
from analytics.metrics.analysis import Analysis, Measured
from analytics.metrics.asking import Group
from analytics.metrics.columns import NOBODY
from tickets.pseudonyms import pseudonym

WORDS = {"technician": "Person", "organization": "Customer"}


def anonymous(analysis: Analysis, secret: str, hide: Callable[[str], str] = masked) -> Analysis:
    """Return an analysis whose people and organizations have pseudonyms and no numbers; the secret keeps others from making them.

    Names of everything else, which may hold those of people, are what `hide` makes of them.
    """
    named: dict[str, dict[int, str]] = {}
    for measured in analysis.measured.values():
        for dimension, groups in measured.groups.items():
            named.setdefault(dimension, {}).update({group.code: group.name for group in groups})
    shown = {dim: told_apart(dict(sorted(names.items())), hide) for dim, names in named.items()}

    def hidden(dimension: str, group: Group) -> Group:
        if not group.name:
            return group
        if dimension in WORDS:
            return Group(NOBODY, pseudonym(secret, group.code, WORDS[dimension]), group.figures)
        return replace(group, name=shown[dimension][group.code])

    def without_names(measured: Measured) -> Measured:
        groups = {dim: [hidden(dim, group) for group in groups] for dim, groups in measured.groups.items()}
        return replace(measured, groups=groups)

    return replace(analysis, measured={name: without_names(found) for name, found in analysis.measured.items()})


def names_in(analysis: Analysis) -> set[str]:
    """Return the names of all groups."""
    measured = analysis.measured.values()
    return {group.name for one in measured for groups in one.groups.values() for group in groups}
