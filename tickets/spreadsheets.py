"""Cells that a spreadsheet shows and does not run."""

from datetime import datetime
from typing import Any

FORMULA = ("=", "+", "-", "@", "\t", "\r")


def inert(value: Any) -> str:
    """Return a cell as text. One that a spreadsheet would take for a formula gets an apostrophe in front."""
    text = "" if value is None else value.isoformat() if isinstance(value, datetime) else str(value)
    return f"'{text}" if text.lstrip().startswith(FORMULA) or text.startswith(FORMULA) else text
