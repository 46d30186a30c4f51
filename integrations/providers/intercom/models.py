"""What an Intercom connection is told, and what Intercom's REST API answers."""

from datetime import datetime
from typing import Annotated

from pydantic import BeforeValidator, Field, SecretStr

from integrations.choices import RowKind
from integrations.shapes import Address, Remote, Setting


class IntercomSettings(Setting):
    base_url: Address = Field(
        "https://api.intercom.io",
        title="API address",
        description="In Europe https://api.eu.intercom.io, in Australia https://api.au.intercom.io.",
    )
    workspace_id: str = Field(
        title="Workspace",
        pattern=r"^[A-Za-z0-9_-]{1,60}$",
        description="Its id, as in the address of your inbox. Calls of webhooks about others are refused.",
    )
    ticket_type_id: str = Field(
        title="Ticket type", pattern=r"^\d{1,20}$", description="The id of the type that new tickets have."
    )
    takes_conversations: bool = Field(False, title="Takes conversations", description="Tickets are always taken.")


class IntercomCredentials(Setting):
    access_token: SecretStr = Field(title="Access token", min_length=1, description="Of an app in the Developer Hub.")
    webhook_secret: SecretStr = Field(
        SecretStr(""), title="Client secret", description="Of the same app; without it, no webhook is believed."
    )


def _text(value: object) -> object:
    return "" if value is None else str(value) if isinstance(value, int) else value


Text = Annotated[str, BeforeValidator(_text)]


class Admin(Remote):
    id: Text
    name: Text = ""


class State(Remote):
    id: Text = ""
    category: Text = ""
    internal_label: Text = ""


class TicketType(Remote):
    id: Text = ""
    name: Text = ""


class Author(Remote):
    type: Text = ""
    name: Text = ""
    email: Text = ""


class Attached(Remote):
    name: Text = ""
    url: Text = ""


class Part(Remote):
    row_kind = RowKind.COMMENT

    id: Text
    part_type: Text = ""
    body: Text = ""
    created_at: datetime
    author: Author = Author()
    redacted: bool = False
    attachments: list[Attached] | None = None


class Contact(Remote):
    id: Text
    email: Text = ""
    external_id: Text = ""


class Contacts(Remote):
    contacts: list[Contact] = []


class TicketParts(Remote):
    ticket_parts: list[dict[str, object]] = []


class Ticket(Remote):
    row_kind = RowKind.RECORD
    row_prefix = "tickets/"

    id: Text
    ticket_id: Text = ""
    ticket_attributes: dict[str, object] = {}
    ticket_state: State | None = None
    contacts: Contacts | None = None
    ticket_parts: TicketParts | None = None
    created_at: datetime
    updated_at: datetime


class Source(Remote):
    subject: Text = ""
    body: Text = ""
    author: Author = Author()


class ConversationParts(Remote):
    conversation_parts: list[dict[str, object]] = []


class Conversation(Remote):
    row_kind = RowKind.RECORD
    row_prefix = "conversations/"

    id: Text
    title: Text = ""
    state: Text = "open"
    source: Source | None = None
    contacts: Contacts | None = None
    conversation_parts: ConversationParts | None = None
    created_at: datetime
    updated_at: datetime


class After(Remote):
    starting_after: Text = ""


class Pages(Remote):
    next: After | None = None


class Found(Remote):
    """A page of a search, of tickets or of conversations."""

    tickets: list[dict[str, object]] = []
    conversations: list[dict[str, object]] = []
    pages: Pages | None = None


class People(Remote):
    data: list[Contact] = []


class Item(Remote):
    type: Text = ""
    id: Text = ""


class Data(Remote):
    item: Item = Item()


class Event(Remote):
    """A webhook's body."""

    id: Text = ""
    topic: Text = ""
    app_id: Text = ""
    data: Data = Data()
