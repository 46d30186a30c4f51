"""The ways out of the desk, one line each."""

from integrations.choices import Medium
from integrations.models import Preferences
from integrations.notifications.channels.base import Channel
from integrations.notifications.channels.email import EmailChannel
from integrations.notifications.channels.slack import SlackChannel
from integrations.notifications.channels.sms import SmsChannel
from integrations.notifications.channels.teams import TeamsChannel

CHANNELS: dict[Medium, Channel] = {
    Medium.EMAIL: EmailChannel(),
    Medium.SLACK: SlackChannel(),
    Medium.TEAMS: TeamsChannel(),
    Medium.SMS: SmsChannel(),
}


def reachable(medium: Medium, habits: Preferences) -> bool:
    """Return whether somebody can be reached by a message in this medium."""
    return medium in CHANNELS and CHANNELS[medium].reaches(habits)


def offered() -> list[Medium]:
    """Return where people of this desk can read notifications at present."""
    return [Medium.APP, *(medium for medium, channel in CHANNELS.items() if channel.is_open())]
