"""What an admin may write, what is refused, and the field that is named."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sla.rules import Rules, Window
from tests.sla.test_calendar_properties import cases
from tickets.errors import Invalid

GOOD = {"zone": "Europe/Berlin", "windows": {"monday": ["09:00-12:00", "13:00-17:30"]}}


def test_rules_come_back_as_they_were_written() -> None:
    written = {
        "zone": "Europe/Berlin",
        "windows": {"monday": ["09:00-12:00", "13:00-17:30"], "friday": ["22:00-06:00+1"]},
        "holidays": {"12-25": "Christmas Day", "2026-04-03": "Good Friday"},
        "exceptions": {"2026-12-24": ["09:00-12:00"]},
    }
    assert Rules.from_json(written).to_json() == written


@given(cases())
def test_equal_rules_are_equal_whatever_the_way_they_took(case: tuple[dict[str, Any], Any]) -> None:
    rules = Rules.from_json(case[0])
    again = Rules.from_json(rules.to_json())
    assert again == rules
    assert hash(again) == hash(rules)


@pytest.mark.parametrize(
    ("text", "window"),
    [
        ("09:00-17:30", (540, 1050)),
        ("9:00 – 17:30", (540, 1050)),
        ("00:00-24:00", (0, 1440)),
        ("00:00-00:00+1", (0, 1440)),
        ("22:00-06:00+1", (1320, 1800)),
    ],
)
def test_windows_as_people_type_them(text: str, window: tuple[int, int]) -> None:
    assert Window.parse(text) == window


@pytest.mark.parametrize(
    ("changes", "field", "says"),
    [
        ({"zone": "Europe/Atlantis"}, "zone", "Choose a time zone"),
        ({"zone": "../etc/passwd"}, "zone", "Choose a time zone"),
        ({"zone": None}, "zone", "Choose a time zone"),
        ({"zone": ["UTC"]}, "zone", "Choose a time zone"),
        ({"windows": {}}, "windows", "at least one window"),
        ({"windows": {"monday": []}}, "windows", "at least one window"),
        ({"windows": ["09:00-17:00"]}, "windows", "Give an object"),
        ({"windows": {"monday": "09:00-17:00"}}, "windows.monday", "Give a list"),
        ({"windows": {"someday": ["09:00-17:00"]}}, "windows.someday", "Name a day"),
        ({"windows": {"monday": ["17:00-09:00"]}}, "windows.monday", "ends before it begins. If it ends the next day, write 17:00-09:00+1"),
        ({"windows": {"monday": ["09:00-09:00"]}}, "windows.monday", "ends before it begins"),
        ({"windows": {"monday": ["09:00-10:00+1"]}}, "windows.monday", "longer than a day"),
        ({"windows": {"monday": ["09:00-25:00"]}}, "windows.monday", "no time of day"),
        ({"windows": {"monday": ["09:75-10:00"]}}, "windows.monday", "no time of day"),
        ({"windows": {"monday": ["nine to five"]}}, "windows.monday", "Write a window like"),
        ({"windows": {"monday": [900]}}, "windows.monday", "Write a window like"),
        ({"windows": {"monday": ["٠٩:٠٠-١٧:٠٠"]}}, "windows.monday", "Write a window like"),
        ({"windows": {"monday": ["09:00-12:00", "11:00-13:00"]}}, "windows.monday", "11:00-13:00 overlaps 09:00-12:00"),
        ({"windows": {"monday": ["09:00-12:00", "09:00-12:00"]}}, "windows.monday", "overlaps"),
        ({"windows": {"monday": ["22:00-06:00+1"], "tuesday": ["05:00-09:00"]}}, "windows.tuesday", "05:00-09:00 overlaps Monday's 22:00-06:00+1"),
        ({"windows": {"sunday": ["22:00-06:00+1"], "monday": ["05:00-09:00"]}}, "windows.monday", "overlaps Sunday's"),
        ({"holidays": ["2026-12-25"]}, "holidays", "Give an object"),
        ({"holidays": {"25.12.2026": "Christmas"}}, "holidays.25.12.2026", "Write a date like"),
        ({"holidays": {"2026-02-29": "Never"}}, "holidays.2026-02-29", "Write a date like"),
        ({"holidays": {"02-30": "Never"}}, "holidays.02-30", "Write a date like"),
        ({"holidays": {"12-25": None}}, "holidays.12-25", "Write a name"),
        ({"holidays": {f"{m:02}-{d:02}": "" for m in range(1, 13) for d in range(1, 32) if (m, d) not in {(2, 29), (2, 30), (2, 31), (4, 31), (6, 31), (9, 31), (11, 31)}}}, "holidays", "Every day of the year"),
        ({"exceptions": {"12-24": ["09:00-12:00"]}}, "exceptions.12-24", "Write a date like"),
        ({"exceptions": {"2026-12-24": ["09:00-12:00", "11:00-13:00"]}}, "exceptions.2026-12-24", "overlaps"),
        ({"colour": "green"}, "colour", "no such field"),
    ],
)  # fmt: skip
def test_what_is_refused_and_how(changes: dict[str, Any], field: str, says: str) -> None:
    with pytest.raises(Invalid) as refused:
        Rules.from_json({**GOOD, **changes})
    assert list(refused.value.errors) == [field]
    assert says in refused.value.errors[field][0]


@pytest.mark.parametrize("value", [None, [], "rules", 7])
def test_rules_are_an_object(value: Any) -> None:
    with pytest.raises(Invalid):
        Rules.from_json(value)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=12), inner, max_size=3),
    max_leaves=8,
)
fields = st.sampled_from(["zone", "windows", "holidays", "exceptions", "other"])


@given(st.dictionaries(fields, json_values))
def test_whatever_is_sent_is_read_or_refused(value: dict[str, Any]) -> None:
    try:
        rules = Rules.from_json({**GOOD, **value})
    except Invalid:
        return
    assert Rules.from_json(rules.to_json()) == rules
