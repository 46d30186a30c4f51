"""What a text may hold that is personal or secret."""

from enum import StrEnum
from typing import NamedTuple


class Kind(StrEnum):
    SECRET = "SECRET"  # noqa: S105 - the name of the kind
    EMAIL = "EMAIL"
    IBAN = "IBAN"
    SSN = "SSN"
    CARD = "CARD"
    ACCOUNT = "ACCOUNT"
    PHONE = "PHONE"
    ADDRESS = "ADDRESS"  # of a machine


class Found(NamedTuple):
    kind: Kind
    start: int
    end: int


EVERYTHING = frozenset(Kind)
