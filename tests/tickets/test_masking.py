"""Personal data is hidden from who must not see it, and comes back unharmed."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tickets.masking import PLACEHOLDER, Mask, Restorer
from tickets.personal.finding import found
from tickets.personal.kinds import Kind

PERSONAL = st.one_of(
    st.emails(),
    st.ip_addresses().map(str),
    st.sampled_from(
        [
            "+49 30 1234567",
            "(030) 1234-5678",
            "212-555-0143",
            "4111 1111 1111 1111",
            "DE89 3704 0044 0532 0130 00",
            "078-05-1120",
        ]
    ),
    st.sampled_from(["sk-proj-abcdefghijklmnop1234", "ghp_abcdefghijklmnop1234", "[EMAIL_1]", "[NAME_2]"]),
)
PIECES = st.lists(
    st.one_of(st.text(max_size=30), PERSONAL, st.sampled_from([" ", "\n", "Ada", "Ada Lovelace", "[", "_1]"]))
)


@given(st.lists(PIECES.map("".join), max_size=4))
def test_what_was_hidden_comes_back_exactly(texts):
    mask = Mask(["Ada Lovelace", "Bo"])
    hidden = [mask.hide(text) for text in texts]
    assert [mask.restore(text) for text in hidden] == texts
    assert [mask.hide(text) for text in texts] == hidden  # the same value, the same placeholder


@given(PIECES.map("".join), st.lists(st.integers(0, 200), max_size=8))
def test_a_text_in_pieces_is_put_back_as_a_whole_one_is(text, cuts):
    mask = Mask(["Ada Lovelace"])
    hidden = mask.hide(text)
    places = [0, *sorted(min(cut, len(hidden)) for cut in cuts), len(hidden)]
    restorer = Restorer(mask)
    said = [restorer.take(hidden[start:end]) for start, end in itertools.pairwise(places)]
    assert "".join([*said, restorer.rest()]) == text


@given(
    st.emails().filter(lambda address: [*found(address)] == [(Kind.EMAIL, 0, len(address))]),
    st.text(alphabet=" ,.\n", min_size=1, max_size=5),
)
def test_no_address_is_left_in_the_text(address, between):
    hidden = Mask().hide(f"write to{between} {address} {between}soon")
    assert address not in hidden
    assert PLACEHOLDER.search(hidden)


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("Mail carl@example.com or carl@example.com", "Mail [EMAIL_1] or [EMAIL_1]"),
        ("Call +49 30 1234567.", "Call [PHONE_1]."),
        ("card 4111 1111 1111 1111 expired", "card [CARD_1] expired"),
        ("my host is 10.1.2.3, not 999.1.2.3", "my host is [ADDRESS_1], not 999.1.2.3"),
        ("fe80:0:0:0:1:2:3:4 is down", "[ADDRESS_1] is down"),
        ("password: hunter22, sorry", "password: [SECRET_1], sorry"),
        ("ADA LOVELACE says: ask Ada", "[NAME_1] says: ask [NAME_2]"),
        ("T-1042 fails with 0x80070005 on build 22631.3737 since 2026-11-03", None),
        ("Adamant about 12345", None),
    ],
)
def test_what_counts_as_personal(text, masked):
    assert Mask(["Ada Lovelace"]).hide(text) == (masked or text)


def test_values_inside_json_are_hidden_and_restored():
    mask = Mask()
    value = {"to": ["a@b.example", 3], "note": None}
    hidden = mask.hide_in(value)
    assert hidden == {"to": ["[EMAIL_1]", 3], "note": None}
    assert mask.restore_in(hidden) == value
    assert mask.hidden == 1


@pytest.mark.parametrize("text", ["a" * 1_000_000, "1 " * 500_000, "a@" * 300_000, "1." * 300_000, "ab:" * 300_000])
def test_a_million_characters_are_read_in_one_go(text):
    mask = Mask(["Ada"])
    assert mask.restore(mask.hide(text)) == text
