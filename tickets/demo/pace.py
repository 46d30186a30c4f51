"""When things happen in the demo: working hours, and how long people take."""

from datetime import datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

DAYS = 60
SATURDAY = 5
FIRST_HOUR, LAST_HOUR = 8, 18
HOURS = [7, 8, 8, 9, 9, 9, 10, 10, 10, 11, 11, 12, 13, 13, 14, 14, 15, 15, 16, 17]
ANSWER = {
    "critical": (4, 18),
    "high": (10, 60),
    "medium": (25, 200),
    "low": (60, 420),
}  # minutes to a technician's step
DUE = {"critical": 4, "high": 10, "medium": 60, "low": 144}  # hours


def at_work(moment: datetime, zone: str, random: Random) -> datetime:
    """Return the moment, moved to the next working morning where it lies outside of working hours."""
    local = moment.astimezone(ZoneInfo(zone))
    if local.hour >= LAST_HOUR:
        local = (local + timedelta(days=1)).replace(hour=FIRST_HOUR, minute=random.randrange(60))
    elif local.hour < FIRST_HOUR:
        local = local.replace(hour=FIRST_HOUR, minute=random.randrange(60))
    while local.weekday() >= SATURDAY:
        local = (local + timedelta(days=1)).replace(hour=FIRST_HOUR, minute=random.randrange(60))
    return max(moment, local.astimezone(moment.tzinfo))


def some_moment(now: datetime, zone: str, random: Random, *, any_hour: bool) -> datetime:
    """Return a moment of the last 60 days, mostly on weekdays and in working hours, with a slow growth towards the present."""
    while True:
        day = now - timedelta(days=DAYS * (1 - random.random() ** 0.85))
        local = day.astimezone(ZoneInfo(zone))
        if any_hour:
            return day
        if local.weekday() >= SATURDAY and random.random() > 0.12:
            continue
        local = local.replace(hour=random.choice(HOURS), minute=random.randrange(60), second=random.randrange(60))
        moment = local.astimezone(now.tzinfo)
        if now - timedelta(days=DAYS) < moment < now:
            return moment


def answer_after(moment: datetime, priority: str, zone: str, random: Random) -> datetime:
    """Return when a technician takes the next step; nobody lets a critical ticket wait for the morning."""
    least, most = ANSWER[priority]
    later = moment + timedelta(minutes=random.uniform(least, most), seconds=random.randrange(60))
    return later if priority == "critical" else at_work(later, zone, random)


def reply_after(moment: datetime, zone: str, random: Random) -> datetime:
    """Return when the requester writes back: mostly within hours, sometimes a day later."""
    later = moment + timedelta(minutes=min(random.lognormvariate(3.8, 1.1), 2600), seconds=random.randrange(60))
    return at_work(later, zone, random)
