"""What a SuperOps connection is told, and what SuperOps' GraphQL API answers. Linked records come as JSON of no fixed shape."""
# ruff: noqa: N815 - the names are those of SuperOps

import json
from datetime import UTC, datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr

from integrations.choices import RowKind
from integrations.shapes import Address, Remote, Setting


class SuperOpsSettings(Setting):
    base_url: Address = Field(
        "https://api.superops.ai", title="API address", description="In Europe https://euapi.superops.ai."
    )
    edition: Literal["msp", "it"] = Field(
        "msp", title="Edition", description="For managed-service providers, or for IT teams."
    )
    subdomain: str = Field(
        title="Subdomain",
        pattern=r"^[A-Za-z0-9-]{1,63}$",
        description="As in https://example.superops.ai; under Settings, MSP Information.",
    )
    client_id: str = Field(
        title="Client", pattern=r"^\d{1,30}$", description="The accountId of the client that new tickets are made for."
    )
    request_type: str = Field("Incident", title="Request type", max_length=100, description="Of new tickets.")
    sends_mail: bool = Field(
        True, title="Mails replies", description="SuperOps sends our replies to its requester by e-mail."
    )


class SuperOpsCredentials(Setting):
    api_token: SecretStr = Field(title="API token", min_length=1, description="Made under Settings, My Profile.")
    webhook_secret: SecretStr = Field(
        SecretStr(""),
        title="Webhook secret",
        description="Where the webhook sends a header X-Ticketsite-Secret. Without one its address alone is believed.",
    )


def _text(value: object) -> object:
    return "" if value is None else str(value) if isinstance(value, int) else value


def _moment(value: datetime) -> datetime:
    """Their times bear no zone and are UTC."""
    return value if value.tzinfo else value.replace(tzinfo=UTC)


def _linked(value: object) -> object:
    """Return a linked record as an object; it may be missing, or be JSON in a text."""
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except ValueError:
            return {"name": value}
    return value if isinstance(value, dict) else {}


def _present(value: object) -> object:
    return [entry for entry in value if entry is not None] if isinstance(value, list) else []


Text = Annotated[str, BeforeValidator(_text)]
Moment = Annotated[datetime, AfterValidator(_moment)]


class Linked(Remote):
    name: Text = ""
    email: Text = ""
    userId: Text = ""


Link = Annotated[Linked, BeforeValidator(_linked)]


class Ticket(Remote):
    row_kind = RowKind.RECORD
    row_id = "ticketId"

    ticketId: Text
    displayId: Text = ""
    subject: Text = ""
    status: Text = ""
    priority: Text = ""
    impact: Text = ""
    urgency: Text = ""
    category: Text = ""
    client: Link = Linked()
    requester: Link = Linked()
    technician: Link = Linked()
    sla: Link = Linked()
    createdTime: Moment
    updatedTime: Moment | None = None

    @property
    def changed_at(self) -> datetime:
        return self.updatedTime or self.createdTime


class ListInfo(Remote):
    hasMore: bool | None = None


class TicketList(Remote):
    tickets: Annotated[list[dict[str, object]], BeforeValidator(_present)] = []
    listInfo: ListInfo | None = None


class Conversation(Remote):
    row_kind = RowKind.COMMENT
    row_id = "conversationId"
    row_prefix = "c"

    conversationId: Text
    content: Text = ""
    time: Moment
    user: Link = Linked()
    type: Text = ""


class Note(Remote):
    row_kind = RowKind.COMMENT
    row_id = "noteId"
    row_prefix = "n"

    noteId: Text
    content: Text = ""
    addedOn: Moment
    addedBy: Link = Linked()
    privacyType: Text = ""


class ClientUser(Remote):
    userId: Text = ""
    email: Text = ""


class ClientUsers(Remote):
    userList: Annotated[list[ClientUser], BeforeValidator(_present)] = []


class Named(Remote):
    name: Text = ""


Names = Annotated[list[Named], BeforeValidator(_present)]


class Technicians(Remote):
    userList: Names = []


class Clients(Remote):
    clients: Names = []


class Context(Remote):
    user: Link = Linked()


class Desk(Remote):
    """What there is to choose from; what the account may not see is empty."""

    getLoggedInContext: Context | None = None
    getStatusList: Names = []
    getPriorityList: Names = []
    getSLAList: Names = []
    getTechnicianList: Technicians | None = None
    getClientList: Clients | None = None


class Uploaded(Remote):
    fileName: str
    originalFileName: str
    fileSize: Text
