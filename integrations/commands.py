"""What people type to us in another system: `open the printer burns`, `status T-1042`, `resolve T-1042`."""

import re

from integrations.choices import Wish

ABOUT_ONE = re.compile(r"(status|assign|acknowledge|resolve)\s+((?:T-)?\d{1,18})", re.IGNORECASE)
OPENING = re.compile(r"open\s+(\S.*)", re.IGNORECASE | re.DOTALL)
USAGE = (
    "Write: open <what is wrong>, status T-1042, assign T-1042 (to yourself), acknowledge T-1042, or resolve T-1042."
)


def understood(text: str) -> tuple[Wish, str, str] | None:
    """Return what is wished, the ticket's reference and the rest; None where it is no command."""
    said = text.strip()
    if match := ABOUT_ONE.fullmatch(said):
        return Wish(match[1].lower()), match[2].upper(), ""
    if match := OPENING.fullmatch(said):
        return Wish.OPEN, "", match[1].strip()
    return None
