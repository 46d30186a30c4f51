"""What every way out of the desk looks like."""

from typing import ClassVar

from django.conf import settings

from integrations.models import Message, Preferences
from integrations.notifications.wording import Worded


def absolute(url: str) -> str:
    """Return the whole address of a page of ours."""
    return f"{settings.SITE_URL}{url}" if url.startswith("/") else url


class Channel:
    """Carries messages to one kind of place."""

    stores: ClassVar[bool] = False  # `send` only writes rows, in the transaction that says that it was sent

    def is_open(self) -> bool:
        """Return whether people of this desk can be reached there at present."""
        return True

    def reaches(self, habits: Preferences) -> bool:
        """Return whether a person can be reached there at all."""
        raise NotImplementedError

    def send(self, message: Message, words: Worded, habits: Preferences) -> None:
        """Send a message. Raises RemoteError, of these OutcomeUnknown where it may have arrived."""
        raise NotImplementedError
