"""Slack: a message to the person with this e-mail address, or to a channel that a route names."""

from integrations.models import Preferences
from integrations.notifications.channels.connected import ConnectedChannel


class SlackChannel(ConnectedChannel):
    provider = "slack"

    def address(self, habits: Preferences) -> str:
        return habits.person.email
