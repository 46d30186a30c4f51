"""Calendars as they are kept: versions, the default, and who may."""

from datetime import timedelta

import pytest
from django.utils import timezone

from sla.actions.calendars import remove_calendar, save_calendar
from sla.models import Calendar, CalendarVersion
from tests.sla.conftest import OFFICE_HOURS
from tickets.errors import Conflict, Invalid, NotAllowed
from tickets.permissions import Rule, declare

TODAY = timezone.localdate()
NEVER = {str(TODAY + timedelta(days=number)): "Shut" for number in range(3_700)}


def test_an_edit_makes_a_version_and_the_one_before_stays(office, mona):
    changed = save_calendar(by=mona, fields={"windows": {"monday": ["08:00-12:00"]}, "note": "Summer"}, calendar=office)
    assert [(version.number, version.note, version.made_by.name) for version in CalendarVersion.objects.all()] == [
        (2, "Summer", "Mona"),
        (1, "", "Ada"),
    ]
    assert changed.latest.rules["zone"] == "Europe/Berlin"
    assert changed.latest.rules["windows"] == {"monday": ["08:00-12:00"]}
    assert CalendarVersion.objects.get(number=1).rules["windows"] == OFFICE_HOURS["windows"]


def test_the_same_rules_again_make_no_version(office, ada):
    again = save_calendar(
        by=ada, fields={"name": "Our office", "windows": dict(OFFICE_HOURS["windows"])}, calendar=office
    )
    assert (again.name, again.latest.number) == ("Our office", 1)
    assert again.history.count() == 2


def test_a_version_cannot_be_changed(office):
    with pytest.raises(TypeError, match="never changed"):
        office.latest.save()


def test_equal_rules_share_one_compiled_calendar(office, ada):
    other = save_calendar(by=ada, fields={"name": "Other", **OFFICE_HOURS})
    assert other.latest.compiled is office.latest.compiled


def test_an_edit_of_what_somebody_else_changed_is_refused(office, ada, mona):
    save_calendar(by=mona, fields={"zone": "Europe/Paris"}, calendar=office, version=1)
    with pytest.raises(Conflict) as refused:
        save_calendar(by=ada, fields={"zone": "Europe/Rome"}, calendar=office, version=1)
    assert refused.value.version == 2


def test_there_is_always_one_default(office, ada):
    assert office.is_default
    night = save_calendar(by=ada, fields={"name": "Night", **OFFICE_HOURS})
    assert not night.is_default
    with pytest.raises(Invalid, match="fields named"):
        save_calendar(by=ada, fields={"is_default": False}, calendar=office)
    save_calendar(by=ada, fields={"is_default": True}, calendar=night)
    assert Calendar.objects.get(is_default=True) == night
    with pytest.raises(Conflict):
        remove_calendar(by=ada, calendar=Calendar.objects.get(name="Night"))
    remove_calendar(by=ada, calendar=Calendar.objects.get(name="Office"))
    assert Calendar.objects.get() == night


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "Office"}, "name"),
        ({"zone": "Mars/Olympus"}, "zone"),
        ({"windows": {}}, "windows"),
        ({"colour": "red"}, "colour"),
        ({"is_default": "yes"}, "is_default"),
        ({"holidays": NEVER}, "holidays"),
    ],
)
def test_what_is_refused_leaves_nothing_behind(office, ada, fields, field):
    given = {"name": "New", **OFFICE_HOURS, **fields}
    with pytest.raises(Invalid) as refused:
        save_calendar(by=ada, fields=given)
    assert list(refused.value.errors) == [field]
    assert Calendar.objects.get() == office


def test_only_managers_and_admins_write(office, tess, carl, mona):
    for person in (tess, carl):
        with pytest.raises(NotAllowed):
            save_calendar(by=person, fields={"zone": "Europe/Paris"}, calendar=office)
        with pytest.raises(NotAllowed):
            remove_calendar(by=person, calendar=office)
    assert save_calendar(by=mona, fields={"zone": "Europe/Paris"}, calendar=office).latest.number == 2


def test_a_verb_has_one_rule():
    with pytest.raises(ValueError, match=r"sla\.manage"):
        declare({"sla.manage": Rule("admin")})
