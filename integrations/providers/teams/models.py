"""What a Microsoft Teams connection is told, and what an outgoing webhook of Teams says."""

import re
from datetime import datetime
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr

from integrations.shapes import Remote, Setting

ID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
PERSON = re.compile(rf"({ID})=([^\s=,@]+@[^\s=,@]+)")


def _workflow(value: SecretStr) -> SecretStr:
    address = value.get_secret_value()
    if (
        not address.startswith(("https://", "http://"))
        or len(address) > 1_000
        or any(char in address for char in " #@")
    ):
        raise ValueError("Copy the whole address that the workflow shows; it begins with https://.")
    if not urlsplit(address).hostname:  # or raises ValueError
        raise ValueError("Copy the whole address that the workflow shows.")
    return value


def _people(value: str) -> str:
    pairs = value.lower().replace(",", " ").split()
    if not all(PERSON.fullmatch(pair) for pair in pairs):
        raise ValueError(
            "Write pairs like 7faf8ebc-3d7c-4f8e-9d5a-1d9f2c0b9c11=tess@example.com, with spaces between them."
        )
    return " ".join(pairs)


class TeamsSettings(Setting):
    tenant_id: str = Field(
        "",
        title="Tenant",
        pattern=rf"^({ID})?$",
        description="Its ID; calls of others are refused. Empty: not looked at.",
    )
    people: Annotated[str, AfterValidator(_people)] = Field(
        "",
        title="People",
        max_length=20_000,
        description="Who is who, as object-id=e-mail with spaces between; Teams tells no addresses.",
    )
    opens_for_strangers: bool = Field(
        False,
        title="Unknown people may open tickets",
        description="In the name of the connection's owner; others are told to ask the desk.",
    )

    @property
    def addresses(self) -> dict[str, str]:
        """The people's addresses by their object ids."""
        return dict(PERSON.findall(self.people))


class TeamsCredentials(Setting):
    workflow_url: Annotated[SecretStr, AfterValidator(_workflow)] = Field(
        title="Workflow's address",
        description='Of the workflow "Post to a channel when a webhook request is received"; who knows it can post.',
    )
    security_token: SecretStr = Field(
        SecretStr(""),
        title="Security token",
        description="Of the outgoing webhook, shown once when it is made; without it, no command is believed.",
    )


def _text(value: object) -> object:
    return "" if value is None else value


Text = Annotated[str, BeforeValidator(_text)]


class From(Remote):
    name: Text = ""
    aadObjectId: Text = ""  # noqa: N815 - Microsoft's name


class Named(Remote):
    id: Text = ""


class ChannelData(Remote):
    tenant: Named = Named()


class Activity(Remote):
    """A message that calls the webhook by its name."""

    id: str = Field(min_length=1)
    timestamp: datetime
    text: Text = ""
    sender: From = Field(From(), alias="from")
    conversation: Named = Named()
    channelData: ChannelData = ChannelData()  # noqa: N815 - Microsoft's name
