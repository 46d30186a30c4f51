"""What the channels have in common that go through a connection to another system."""

from typing import ClassVar

from integrations import health
from integrations.connected import any_connected
from integrations.errors import Refused, RemoteError
from integrations.models import Connection, Message, Preferences
from integrations.notifications.channels.base import Channel, absolute
from integrations.notifications.placeholders import page_of
from integrations.notifications.wording import Worded
from integrations.opened import opened
from integrations.provider import Notice
from tickets.errors import DomainError


class ConnectedChannel(Channel):
    provider: ClassVar[str]

    def connection(self) -> Connection | None:
        """Return the connection that people are reached through: the first that is switched on."""
        return Connection.objects.enabled().filter(provider=self.provider).order_by("pk").first()

    def is_open(self) -> bool:
        return any_connected() and self.connection() is not None

    def address(self, habits: Preferences) -> str:
        """Return where a person is reached, empty where they are not."""
        raise NotImplementedError

    def reaches(self, habits: Preferences) -> bool:
        return bool(self.address(habits)) and self.is_open()

    def send(self, message: Message, words: Worded, habits: Preferences) -> None:
        connection = message.connection or self.connection()
        if connection is None:
            raise Refused("No connection for it is switched on.")
        to = self.address(habits) if message.notification else message.channel
        try:
            with opened(connection) as provider:
                provider.notify(to, notice_of(message, words, habits))
        except DomainError as error:
            raise Refused(error.sentence) from error
        except RemoteError as error:
            if not isinstance(error, Refused):
                health.note_trouble(connection, error)
            raise
        health.note_well(connection)


def notice_of(message: Message, words: Worded, habits: Preferences) -> Notice:
    """Return what the other system shows."""
    ticket = message.event.ticket if message.event else None
    if ticket is None:
        url = message.notification.url if message.notification else ""
        return Notice(f"message:{message.pk}", words.title, words.text, absolute(url))
    facts = (
        ("Requester", ticket.requester.display_name),
        ("Organization", str(ticket.organization or "")),
        ("Priority", ticket.get_priority_display()),
        ("Status", ticket.get_status_display()),
        ("Assignee", ticket.assignee.display_name if ticket.assignee else ""),
    )
    url = absolute(page_of(ticket, habits.person))
    return Notice(f"message:{message.pk}", words.title, words.text, url, tuple(fact for fact in facts if fact[1]))
