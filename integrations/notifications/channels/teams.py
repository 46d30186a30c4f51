"""Teams: a card in the channel of a route's connection. Its workflows reach no single person."""

from integrations.models import Preferences
from integrations.notifications.channels.connected import ConnectedChannel


class TeamsChannel(ConnectedChannel):
    provider = "teams"

    def is_open(self) -> bool:
        return False

    def address(self, habits: Preferences) -> str:
        return ""
