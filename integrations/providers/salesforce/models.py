"""What a Salesforce connection is told, and what Salesforce's REST API answers. The capital names are Salesforce's."""

from datetime import datetime
from typing import Annotated

from pydantic import BeforeValidator, Field, SecretStr

from integrations.choices import RowKind
from integrations.shapes import Address, Remote, Setting

ID = r"^[A-Za-z0-9]{15,18}$"


class SalesforceSettings(Setting):
    base_url: Address = Field(title="Address", description="My Domain, as in https://example.my.salesforce.com.")
    external_id_field: str = Field(
        "Ticketsite_Id__c",
        title="External id field",
        pattern=r"^[A-Za-z]\w{0,35}__c$",
        description="A text field of Case, made for this, marked as unique and as external id.",
    )
    organization_id: str = Field(
        "",
        title="Organization number",
        pattern=r"^(00D[A-Za-z0-9]{12}([A-Za-z0-9]{3})?)?$",
        description="Under Setup, Company Information. Without it, no outbound message is believed.",
    )
    version: str = Field("62.0", title="API version", pattern=r"^\d{2,3}\.0$")


class SalesforceCredentials(Setting):
    client_id: str = Field(
        title="Consumer key", min_length=1, description="Of a connected app with the client credentials flow."
    )
    client_secret: SecretStr = Field(title="Consumer secret", min_length=1)


def _text(value: object) -> object:
    return "" if value is None else value


Text = Annotated[str, BeforeValidator(_text)]


class Token(Remote):
    access_token: str


class Account(Remote):
    user_id: str = ""
    preferred_username: str = ""


class Made(Remote):
    id: str


class Case(Remote):
    row_kind = RowKind.RECORD
    row_id = "Id"

    Id: str
    CaseNumber: Text = ""
    Subject: Text = ""
    Description: Text = ""
    Status: Text = ""
    Priority: Text = ""
    CreatedDate: datetime
    LastModifiedDate: datetime


class Author(Remote):
    Name: Text = ""


class CaseComment(Remote):
    row_kind = RowKind.COMMENT
    row_id = "Id"

    Id: str
    CommentBody: Text = ""
    IsPublished: bool = False
    CreatedDate: datetime
    CreatedBy: Author | None = None


class Document(Remote):
    LatestPublishedVersionId: str = Field(pattern=ID)
    Title: Text = ""
    FileExtension: Text = ""


class DocumentLink(Remote):
    row_id = "Id"

    ContentDocument: Document


class Attachment(Remote):
    row_id = "Id"

    Id: str = Field(pattern=ID)
    Name: Text = ""


class Records(Remote):
    records: list[dict[str, object]] = []
    nextRecordsUrl: str | None = None  # noqa: N815 - Salesforce's name
