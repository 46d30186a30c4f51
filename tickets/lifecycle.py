"""Which status may follow which, and what a status brings with it. Plain rules, no database."""

from tickets.choices import OPEN_STATUSES, Status

NEXT: dict[str, tuple[Status, ...]] = {
    **{
        status: (*(other for other in OPEN_STATUSES if other != status), Status.RESOLVED, Status.CLOSED)
        for status in OPEN_STATUSES
    },
    Status.RESOLVED: (Status.OPEN, Status.IN_PROGRESS, Status.CLOSED),
    Status.CLOSED: (Status.OPEN,),
}
REQUESTER_MAY = {Status.OPEN, Status.CLOSED}  # reopen, or say that it is done
REOPENED_BY_REPLY = (Status.PENDING, Status.RESOLVED, Status.CLOSED)


def may_follow(old: str, new: str) -> bool:
    return new == old or new in NEXT[old]
