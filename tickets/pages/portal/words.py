"""A ticket's state in the words of somebody who waits for help."""

from typing import NamedTuple

from tickets.choices import Status
from tickets.models import TicketEvent


class Plain(NamedTuple):
    """A status as a requester reads it: a few words, and a sentence on what comes next."""

    words: str
    next: str


STATUSES: dict[str, Plain] = {
    Status.OPEN: Plain("Received", "We have your message. You get an answer here and by e-mail."),
    Status.IN_PROGRESS: Plain("Being worked on", "Somebody is on it. Write a reply if something changes."),
    Status.PENDING: Plain("Waiting for you", "We need your answer to go on. Write it below."),
    Status.ON_HOLD: Plain("On hold", "We wait for somebody else, like a supplier. You need not do anything."),
    Status.RESOLVED: Plain("Solved", "If it is not, write a reply and we go on."),
    Status.CLOSED: Plain("Closed", "Nothing more is done here. Open it again if you still need help."),
}
RATINGS = ((1, "Bad"), (2, "Poor"), (3, "Okay"), (4, "Good"), (5, "Great"))


def event_words(event: TicketEvent) -> str:
    """Return what a change of status means to the requester, or nothing for an event that is not shown."""
    if "status" not in event.changes:
        return ""
    old, new = event.changes["status"]
    if old is None or new not in STATUSES:
        return ""
    if new == Status.OPEN:
        return "Opened again"
    return STATUSES[new].words
