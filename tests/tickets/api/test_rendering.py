"""What answers can hold."""

import json
from datetime import UTC, datetime

from tickets.api.rendering import as_json


def test_whole_numbers_of_any_size_are_answered():
    assert json.loads(as_json({"number": 10**30, "name": "Zoë"})) == {"number": 10**30, "name": "Zoë"}


def test_moments_are_answered_in_utc():
    assert json.loads(as_json([datetime(2026, 3, 1, 12, 30, tzinfo=UTC)])) == ["2026-03-01T12:30:00Z"]
