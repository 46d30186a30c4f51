"""Groups as people read them: a status by its label, nobody as "Nobody", a team with the page of its figures."""

from django.urls import reverse

from analytics.metrics.asking import Group
from analytics.metrics.columns import DIMENSIONS, NOBODY
from analytics.permissions import can
from tickets.models import User
from tickets.pages.told import FIXED, Option, label_of

WITHOUT = {
    "technician": "Nobody",
    "team": "No team",
    "category": "No category",
    "organization": "No organization",
}
SUBJECTS = {"technician": "analytics_technician", "team": "analytics_team", "organization": "analytics_organization"}


def dimensions_for(reader: User) -> list[Option]:
    """Return what a page offers to group by; technicians to those who may see everybody's figures."""
    names = [name for name in DIMENSIONS if name != "technician" or can(reader, "analytics.people")]
    return [(name, label_of(name)) for name in names]


def name_of(dimension: str, group: Group) -> str:
    if group.code == NOBODY:
        return WITHOUT.get(dimension, "None")
    return dict(FIXED.get(dimension, ())).get(group.name, group.name)


def value_of(dimension: str, group: Group) -> str:
    """Return what a filter calls the group: a word, an id, or `none`."""
    if group.code == NOBODY:
        return "none"
    return str(group.code) if dimension in WITHOUT else group.name


def page_of(dimension: str, group: Group) -> str:
    """Return the address of the group's own figures; empty where it has none."""
    return reverse(SUBJECTS[dimension], args=[group.code]) if dimension in SUBJECTS and group.code >= 0 else ""
