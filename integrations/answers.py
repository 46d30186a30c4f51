"""What answers of other systems say, whoever asked. Pure."""

import email.utils
import math
import time

import httpx2


def asked_to_wait(response: httpx2.Response, now: float | None = None) -> float | None:
    """Return the seconds of Retry-After, which may be a number or a date."""
    said = response.headers.get("Retry-After", "").strip()
    if not said:
        return None
    try:
        return seconds if math.isfinite(seconds := float(said)) else None
    except ValueError:
        pass
    try:
        return email.utils.parsedate_to_datetime(said).timestamp() - (time.time() if now is None else now)
    except ValueError:
        return None
