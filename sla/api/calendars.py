"""Calendars: the hours that count."""

from collections.abc import Mapping
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from sla.actions.calendars import (
    RULE_FIELDS,
    Imported,
    import_holidays_file,
    import_public_holidays,
    preview_calendar_edit,
    remove_calendar,
    save_calendar,
)
from sla.api import serializers as shapes
from sla.api.policies import ASKED
from sla.api.policy_serializers import ImpactSerializer, impact_shape
from sla.choices import Scope
from sla.ics import BYTES_AT_MOST
from sla.models import Calendar, CalendarVersion
from sla.permissions import require
from tickets.api import pages
from tickets.api.files import FORM_OVERHEAD
from tickets.api.parsing import StrictJSONParser
from tickets.api.people import Q_PARAMETER, named
from tickets.api.schema import IF_MATCH, describe, page_of, paged
from tickets.api.views import ApiView, etag, find, if_match, only
from tickets.errors import Invalid, TooLarge

TAG = "Service levels"
BY_NAME = {"name": "name", "id": "id"}
BY_NUMBER = {"number": "number"}
EMPTY: dict[str, dict[str, Any]] = {"holidays": {}, "exceptions": {}}


class CalendarsView(ApiView):
    def rows(self) -> QuerySet[Calendar]:
        """Support staff see them. Raises NotAllowed."""
        require(self.user, "sla.view")
        return Calendar.objects.with_latest()

    def calendar(self, pk: int) -> Calendar:
        found: Calendar = find(self.rows(), "calendar", pk=pk)
        return found

    def edit(self, body: Mapping[str, Any]) -> Mapping[str, Any]:
        """What a body says of an edit: its fields, and for whom it is."""
        fields = {name: value for name, value in body.items() if name not in ASKED}
        return {"by": self.user, "fields": fields} | {name: body[name] for name in ASKED if name in body}

    @staticmethod
    def answer(calendar: Calendar, status: int = 200) -> Response:
        shape = shapes.calendar_shape(calendar)
        return Response(shape, status=status, headers=etag(shape["version"]))

    @describe(
        "List calendars",
        tag=TAG,
        gives=page_of(shapes.CalendarSerializer),
        parameters=[*paged(BY_NAME), Q_PARAMETER],
    )
    def get(self, request: Request) -> Response:
        """For support staff."""
        rows = named(request, self.rows(), "name")
        return pages.page(request, rows, shapes.calendar_shape, orderings=BY_NAME, default="name", filters=["q"])

    @describe(
        "Add a calendar", tag=TAG, takes=shapes.CalendarWriteSerializer, gives=shapes.CalendarSerializer, status=201
    )
    def post(self, request: Request) -> Response:
        """Managers and admins. The first calendar is the default."""
        return self.answer(save_calendar(by=self.user, fields=self.body), 201)


class CalendarView(CalendarsView):
    http_method_names = ["get", "put", "patch", "delete", "head", "options"]

    @describe("Read a calendar", tag=TAG, gives=shapes.CalendarSerializer)
    def get(self, request: Request, pk: int) -> Response:  # type: ignore[override]
        """For support staff."""
        return self.answer(self.calendar(pk))

    @describe(
        "Replace a calendar",
        tag=TAG,
        takes=shapes.CalendarChangeSerializer,
        gives=shapes.CalendarSerializer,
        parameters=[IF_MATCH],
    )
    def put(self, request: Request, pk: int) -> Response:
        """Managers and admins. Holidays and exceptions that are left out are removed; other rules make a new version."""
        if missing := [field for field in ("name", *RULE_FIELDS[:2]) if field not in self.body]:
            raise Invalid({field: ["This field is required."] for field in missing})
        return self._save(request, pk, {**EMPTY, **self.body})

    @describe(
        "Change a calendar",
        tag=TAG,
        takes=shapes.CalendarChangeSerializer(partial=True),
        gives=shapes.CalendarSerializer,
        parameters=[IF_MATCH],
    )
    def patch(self, request: Request, pk: int) -> Response:
        """Managers and admins. Each field that is sent replaces the whole field; other rules make a new version."""
        return self._save(request, pk, self.body)

    @describe("Delete a calendar", tag=TAG, status=204)
    def delete(self, request: Request, pk: int) -> Response:
        """One by which nothing was ever counted. Managers and admins."""
        remove_calendar(by=self.user, calendar=self.calendar(pk))
        return Response(status=204)

    def _save(self, request: Request, pk: int, body: Mapping[str, Any]) -> Response:
        return self.answer(save_calendar(calendar=self.calendar(pk), version=if_match(request), **self.edit(body)))


class CalendarEditPreviewView(CalendarsView):
    http_method_names = ["post", "options"]

    @describe(
        "Preview a calendar's edit",
        tag=TAG,
        takes=shapes.CalendarChangeSerializer(partial=True),
        gives=ImpactSerializer,
    )
    def post(self, request: Request, pk: int) -> Response:  # type: ignore[override]
        """What the edit would do to open tickets; writes nothing. Managers and admins."""
        return Response(impact_shape(preview_calendar_edit(calendar=self.calendar(pk), **self.edit(self.body))))


class CalendarHolidaysView(CalendarsView):
    http_method_names = ["post", "options"]
    parser_classes = [StrictJSONParser, MultiPartParser]

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        length = request.headers.get("Content-Length", "")
        if length.isdigit() and int(length) > BYTES_AT_MOST + FORM_OVERHEAD:
            raise TooLarge(f"Send a file of at most {BYTES_AT_MOST // 1024:,} kB.")
        super().initial(request, *args, **kwargs)

    @describe(
        "Import holidays",
        tag=TAG,
        takes={
            "application/json": shapes.PublicHolidaysSerializer,
            "multipart/form-data": shapes.HolidaysFileSerializer,
        },
        gives=shapes.HolidaysImportedSerializer,
    )
    def post(self, request: Request, pk: int) -> Response:  # type: ignore[override]
        """Adds the holidays that the calendar does not have: public ones of a country, or a part of it, sent as JSON, or the all-day
        events of an iCalendar file of at most 1 MB, sent as a form. Makes a new version. Managers and admins.
        """
        calendar = self.calendar(pk)
        is_form = str(request.content_type).startswith("multipart/")
        done = self._file(calendar) if is_form else self._public(calendar)
        shape = shapes.holidays_imported_shape(done)
        return Response(shape, headers=etag(shape["version"]))

    def _file(self, calendar: Calendar) -> Imported:
        body = only(self.body, "file", "scope")
        file = body.get("file")
        if not isinstance(file, UploadedFile):
            raise Invalid({"file": ["Send a file in this field of a multipart form."]})
        scope = body.get("scope", Scope.NEW)
        return import_holidays_file(by=self.user, calendar=calendar, raw=file.read(BYTES_AT_MOST + 1), scope=scope)

    def _public(self, calendar: Calendar) -> Imported:
        body = only(self.body, "country", "subdivision", "years", "scope")
        country, subdivision, years = body.get("country"), body.get("subdivision", ""), body.get("years")
        if not isinstance(country, str) or not isinstance(subdivision, str):
            raise Invalid({"country": ["Write country and subdivision as text."]})
        if not isinstance(years, list) or not all(type(year) is int for year in years):
            raise Invalid({"years": ["Give a list of years."]})
        return import_public_holidays(
            by=self.user,
            calendar=calendar,
            country=country,
            subdivision=subdivision,
            years=years,
            scope=body.get("scope", Scope.NEW),
        )


class CalendarVersionsView(CalendarsView):
    http_method_names = ["get", "head", "options"]

    @describe(
        "List a calendar's versions",
        tag=TAG,
        gives=page_of(shapes.CalendarVersionSerializer),
        parameters=paged(BY_NUMBER),
    )
    def get(self, request: Request, pk: int) -> Response:  # type: ignore[override]
        """Newest first. For support staff."""
        rows = CalendarVersion.objects.filter(calendar=self.calendar(pk)).select_related("made_by")
        return pages.page(request, rows, shapes.calendar_version_shape, orderings=BY_NUMBER, default="-number")
