"""This room's records as JSON."""

from typing import Any

from rest_framework import serializers

from sla.actions.calendars import Imported
from sla.choices import Scope
from sla.models import Calendar, CalendarVersion
from tickets.api.serializers.common import ReferenceSerializer, Shape
from tickets.api.views import reference

AT_ONCE = [Scope.NEW.value, Scope.OPEN.value]


class WindowsField(serializers.ListField):
    child = serializers.CharField(help_text="`09:00-17:30`, or `22:00-06:00+1`.")


class RulesSerializer(serializers.Serializer[Any]):
    zone = serializers.CharField(help_text="An IANA time zone.")
    windows = serializers.DictField(child=WindowsField(), help_text="monday … sunday → windows that begin on that day.")
    holidays = serializers.DictField(
        child=serializers.CharField(), required=False, help_text="`2026-04-03`, or `12-25` for every year → name."
    )
    exceptions = serializers.DictField(child=WindowsField(), required=False, help_text="Date → windows on top.")


class CalendarWriteSerializer(RulesSerializer):
    name = serializers.CharField(max_length=100)
    is_default = serializers.BooleanField(required=False)
    note = serializers.CharField(max_length=200, required=False, help_text="What changes, for the list of versions.")


class CalendarChangeSerializer(CalendarWriteSerializer):
    scope = serializers.ChoiceField(Scope.choices, required=False, help_text="For which tickets; `new` unless told.")
    since = serializers.DateTimeField(
        required=False, help_text="For the scope `since`: for tickets created from then on."
    )


class CalendarSerializer(RulesSerializer):
    id = serializers.IntegerField()
    name = serializers.CharField()
    is_default = serializers.BooleanField()
    version = serializers.IntegerField(help_text="Rises with every change of the rules.")
    updated_at = serializers.DateTimeField()


class CalendarVersionSerializer(RulesSerializer):
    number = serializers.IntegerField()
    note = serializers.CharField()
    made_by = ReferenceSerializer(allow_null=True)
    made_at = serializers.DateTimeField()


class PublicHolidaysSerializer(serializers.Serializer[Any]):
    country = serializers.CharField(help_text="Two letters, as in ISO 3166.")
    subdivision = serializers.CharField(required=False)
    years = serializers.ListField(child=serializers.IntegerField(), max_length=20)
    scope = serializers.ChoiceField(AT_ONCE, required=False, help_text="For which tickets; `new` unless told.")


class HolidaysFileSerializer(serializers.Serializer[Any]):
    file = serializers.FileField(
        help_text="An iCalendar file (.ics) of at most 1 MB; its all-day events become holidays."
    )
    scope = serializers.ChoiceField(AT_ONCE, required=False, help_text="For which tickets; `new` unless told.")


class HolidaysImportedSerializer(CalendarSerializer):
    added = serializers.IntegerField(help_text="Holidays that the calendar did not have.")
    skipped = serializers.ListField(
        child=serializers.CharField(), help_text="Events of the file that are no holidays, and why."
    )


def calendar_shape(calendar: Calendar) -> Shape:
    latest = calendar.latest
    return {
        "id": calendar.pk,
        "name": calendar.name,
        "is_default": calendar.is_default,
        "version": latest.number,
        **latest.rules,
        "updated_at": latest.made_at,
    }


def holidays_imported_shape(done: Imported) -> Shape:
    return {**calendar_shape(done.calendar), "added": done.added, "skipped": done.skipped}


def calendar_version_shape(version: CalendarVersion) -> Shape:
    return {
        "number": version.number,
        "note": version.note,
        **version.rules,
        "made_by": reference(version.made_by),
        "made_at": version.made_at,
    }
