"""How somebody wants to be told: their preferences over the defaults, and when a message may reach them."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from integrations.choices import Digest, Kind, Language, Medium
from integrations.models import Preferences
from integrations.notifications.kinds import KINDS, usual
from sla.quiet import QuietHours
from tickets.models import User

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


def habits_of(people: Iterable[User]) -> dict[int, Preferences]:
    """Return everybody's preferences, with one query; those who never said anything get the usual ones, unsaved."""
    known = {row.person_id: row for row in Preferences.objects.filter(person__in=people)}
    return {person.pk: _with(known.get(person.pk) or Preferences(), person) for person in people}


def _with(row: Preferences, person: User) -> Preferences:
    row.person = person
    return row


def media_for(row: Preferences, kind: Kind) -> list[Medium]:
    """Return where somebody wants to read of a kind."""
    default = usual(kind, staff=row.person.is_support_staff)
    if default is None:
        return []
    chosen = row.media.get(kind)
    return list(default) if chosen is None else [Medium(one) for one in chosen if one in Medium.values]


def order_of(row: Preferences) -> list[Medium]:
    """Return where to try, first to last, when a message cannot be delivered."""
    return [Medium(one) for one in row.order if one in Medium.values] or [
        medium for medium in Medium if medium != Medium.APP
    ]


def language_of(row: Preferences) -> Language:
    return Language(row.language)


def when_to_send(row: Preferences, kind: Kind, medium: Medium, now: datetime) -> tuple[datetime, bool]:
    """Return the moment at which a message may go out, and whether it goes in a digest. Urgent kinds go at once."""
    if KINDS[kind].urgent:
        return now, False
    together = medium == Medium.EMAIL and row.digest != Digest.OFF
    at = next_digest(row, now) if together else now
    return release(row, at), together


def zone_of(row: Preferences) -> ZoneInfo:
    return ZoneInfo(row.quiet_zone or row.person.time_zone)


def next_digest(row: Preferences, now: datetime) -> datetime:
    """Return when the next collection goes out: the full hour, or the hour of the day in the person's zone."""
    local = now.astimezone(zone_of(row))
    if row.digest == Digest.HOURLY:
        return local.replace(minute=0, second=0, microsecond=0).astimezone(UTC) + HOUR
    today = local.replace(hour=row.digest_hour, minute=0, second=0, microsecond=0)
    return (today if today > local else today + DAY).astimezone(UTC)


def release(row: Preferences, at: datetime) -> datetime:
    """Return `at`, or when the quiet hours around it end. They belong to the weekday on which they begin."""
    begin, end = row.quiet_from, row.quiet_until
    if begin is None or end is None:
        return at
    local = at.astimezone(zone_of(row))
    since_yesterday = begin > end and local.time() < end
    weekday = (local - DAY if since_yesterday else local).weekday()
    if row.quiet_days and weekday not in row.quiet_days:
        return at
    return QuietHours(None, begin, end, zone_of(row).key).wait(at)
