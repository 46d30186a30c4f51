"""Times come out of PostgreSQL as they went in."""

from datetime import UTC, datetime

import pytest
from django.db import DataError, connection

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no type for times"),
]


@pytest.mark.parametrize("zone", ["UTC", "Asia/Kolkata", "Europe/Berlin"])
@pytest.mark.parametrize(
    "moment",
    [
        datetime(2026, 11, 21, 15, 12, 9, 123400, UTC),
        datetime(2026, 3, 29, 1, 0, tzinfo=UTC),
        datetime(1880, 1, 1, 0, 0, 0, 1, UTC),
        datetime(9999, 12, 30, 23, 59, 59, 999999, UTC),
    ],
)
def test_a_time_is_read_as_it_was_written(moment: datetime, zone: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('TimeZone', %s, true)", [zone])
        cursor.execute("SELECT %s::timestamptz, NULL::timestamptz", [moment])
        assert cursor.fetchone() == (moment, None)


def test_a_time_that_python_does_not_know_is_refused() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT timestamptz '0044-03-15 BC'")
        with pytest.raises(DataError, match="timestamp"):
            cursor.fetchone()
