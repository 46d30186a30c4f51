"""What a Zendesk connection is told, and what Zendesk's Support API answers."""

from datetime import datetime
from functools import partial
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, SecretStr, model_validator

from integrations.choices import RowKind
from integrations.shapes import Address, Remote, Setting, readable


class ZendeskSettings(Setting):
    base_url: Address = Field(title="Address", description="As in https://example.zendesk.com.")
    account_id: str = Field(
        "",
        title="Account number",
        pattern=r"^\d{0,20}$",
        description="Calls of webhooks about other accounts are refused.",
    )


class ZendeskCredentials(Setting):
    email: str = Field(title="E-mail", max_length=200, pattern=r"^[^\s:/]+$", description="Of the agent that acts.")
    api_token: SecretStr = Field(title="API token", min_length=1, description="Made under Admin Center, Apps.")
    webhook_secret: SecretStr = Field(
        SecretStr(""), title="Webhook secret", description="The webhook's signing secret; without it, none is believed."
    )


def _text(value: object) -> object:
    return "" if value is None else str(value) if isinstance(value, int) else value


Text = Annotated[str, BeforeValidator(_text)]


class Account(Remote):
    id: Text = ""
    name: Text = ""


class Ticket(Remote):
    row_kind = RowKind.RECORD

    id: Text
    subject: Text = ""
    description: Text = ""
    status: Text = ""
    priority: Text = ""
    tags: list[str] = []
    external_id: Text = ""
    created_at: datetime
    updated_at: datetime


class Attached(Remote):
    id: Text = ""
    file_name: Text = ""
    content_url: Text = ""


class Comment(Remote):
    row_kind = RowKind.COMMENT

    id: Text
    body: Text = ""
    author_id: Text = ""
    public: bool = True
    created_at: datetime
    attachments: list[Attached] = []


class Paging(Remote):
    has_more: bool = False
    after_cursor: str | None = None


class Comments(Remote):
    """`first_id` is of the first row as it came, which may be one that cannot be read; on the first page it is the description."""

    first_id: Text = ""
    comments: Annotated[list[Comment], BeforeValidator(partial(readable, Comment))] = []
    users: list[Account] = []
    meta: Paging = Paging()

    @model_validator(mode="before")
    @classmethod
    def _name_first(cls, answer: Any) -> Any:
        rows = answer.get("comments") if isinstance(answer, dict) else None
        first = rows[0] if isinstance(rows, list) and rows else None
        return {**answer, "first_id": first.get("id", "")} if isinstance(first, dict) else answer


Tickets = Annotated[list[Ticket], BeforeValidator(partial(readable, Ticket))]


class Found(Remote):
    tickets: Tickets = []


class Increment(Remote):
    tickets: Tickets = []
    after_cursor: str | None = None
    end_of_stream: bool = True


class AuditEvent(Remote):
    id: Text = ""
    type: str = ""


class Audit(Remote):
    events: list[AuditEvent] = []


class Updated(Remote):
    audit: Audit = Audit()


class SaidBy(Remote):
    name: Text = ""


class Said(Remote):
    id: Text
    body: Text = ""
    is_public: bool = True
    author: SaidBy = SaidBy()


class Change(Remote):
    comment: Said | None = None


class Event(Remote):
    """A webhook's body, of an event about a ticket."""

    id: str
    type: str
    account_id: Text = ""
    time: datetime
    detail: Ticket
    event: Change = Change()
