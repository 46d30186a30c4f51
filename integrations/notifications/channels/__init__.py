"""The ways out of the desk, one line each."""

from integrations.choices import Medium
from integrations.models import Preferences
from integrations.notifications.channels.base import Channel
from integrations.notifications.channels.email import EmailChannel

CHANNELS: dict[Medium, Channel] = {
    Medium.EMAIL: EmailChannel(),
}


def reachable(medium: Medium, habits: Preferences) -> bool:
    """Return whether somebody can be reached by a message in this medium."""
    return medium in CHANNELS and CHANNELS[medium].reaches(habits)


def offered() -> list[Medium]:
    """Return where people of this desk can read notifications at present."""
    return [Medium.APP, *(medium for medium, channel in CHANNELS.items() if channel.is_open())]
