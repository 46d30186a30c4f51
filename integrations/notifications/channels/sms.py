"""SMS: to the number of a person's preferences, through a gateway."""

from integrations.models import Preferences
from integrations.notifications.channels.connected import ConnectedChannel


class SmsChannel(ConnectedChannel):
    provider = "sms"

    def address(self, habits: Preferences) -> str:
        return habits.phone
