"""Names that tell nothing. Pure; every room that writes reports needs them."""

import hashlib
import hmac

CUSTOMER = "Customer"
SCOPES = {CUSTOMER: "sla-report"}  # what keeps the same number apart in two kinds of things


def pseudonym(secret: str, key: int | str, word: str = CUSTOMER) -> str:
    """Return the name under which somebody stands in an anonymous report: always the same for a key, and telling nothing."""
    digest = hmac.new(secret.encode(), f"{SCOPES.get(word, word)}:{key}".encode(), hashlib.sha256).hexdigest()
    return f"{word} {digest[:10].upper()}"
