"""Checks that several models share."""

from zoneinfo import available_timezones

from django.core.exceptions import ValidationError


def validate_time_zone(name: str) -> None:
    """Refuse a name that is no IANA time zone."""
    if name not in available_timezones():
        raise ValidationError(
            f"{name!r} is no known time zone. Use a name like Europe/Berlin.", code="unknown_time_zone"
        )
