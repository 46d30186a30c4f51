"""The words of other systems stand for values that exist here."""

from tickets.choices import Level, Status
from tickets.imports.mapping import CHOICES
from tickets.imports.words import DEFAULTS, LEVEL, STATUS, VALUES


def test_every_word_stands_for_a_value_of_ours():
    assert (list(STATUS), sorted(LEVEL)) == (Status.values, sorted(Level.values))
    assert VALUES.keys() == DEFAULTS.keys() == CHOICES.keys()
    assert all(DEFAULTS[name] in CHOICES[name].values for name in DEFAULTS)
