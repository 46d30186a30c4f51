"""Times, durations and names as people read them. Plain functions; `now` is a parameter."""

import re
from datetime import datetime

TINTS = 8
MINUTE, HOUR, DAY = 60, 3_600, 86_400
SOON = HOUR  # from here a deadline is shown as at risk, whatever its risk


def span_words(seconds: float) -> str:
    """Return a length of time in its largest fitting unit: "45 s", "12 min", "3 h", "5 d"."""
    if seconds < MINUTE:
        return f"{int(seconds)} s"
    if seconds < 100 * MINUTE:
        return f"{int(seconds // MINUTE)} min"
    if seconds < 48 * HOUR:
        return f"{int(seconds // HOUR)} h"
    return f"{int(seconds // DAY)} d"


def fine_span(seconds: float) -> str:
    """Return a length of time in its two largest units: "45 s", "12 min", "2 h 10 min", "3 d 4 h"."""
    if seconds < HOUR:
        return f"{int(seconds)} s" if seconds < MINUTE else f"{int(seconds // MINUTE)} min"
    (size, unit), (part, smaller) = ((DAY, "d"), (HOUR, "h")) if seconds >= 2 * DAY else ((HOUR, "h"), (MINUTE, "min"))
    rest = int(seconds % size // part)
    return f"{int(seconds // size)} {unit}" + (f" {rest} {smaller}" if rest else "")


def relative(moment: datetime, now: datetime) -> str:
    """Return "just now", "5 min ago", "in 3 h"; from four weeks on the date."""
    seconds = (now - moment).total_seconds()
    if abs(seconds) >= 28 * DAY:
        return f"{moment.day} {moment:%b}" if moment.year == now.year else f"{moment.day} {moment:%b %Y}"
    if abs(seconds) < MINUTE:
        return "just now"
    return f"{span_words(seconds)} ago" if seconds > 0 else f"in {span_words(-seconds)}"


def due_words(moment: datetime, now: datetime) -> tuple[str, str]:
    """Return a countdown and its state: late, soon or ahead."""
    seconds = (moment - now).total_seconds()
    if seconds < 0:
        return f"{span_words(-seconds)} late", "late"
    return f"{span_words(seconds)} left", "soon" if seconds < SOON else "ahead"


def minutes_words(minutes: int) -> str:
    hours, rest = divmod(minutes, 60)
    return " ".join(
        part for part in (f"{hours} h" if hours else "", f"{rest} min" if rest or not hours else "") if part
    )


def initials(name: str) -> str:
    """Return one or two letters that stand for a name, in any script."""
    words = [word for word in re.split(r"[\s._@-]+", name) if word[:1].isalnum()]
    if not words:
        return "?"
    return (words[0][0] + (words[-1][0] if len(words) > 1 else "")).upper()
