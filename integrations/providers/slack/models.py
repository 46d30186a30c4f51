"""What a Slack connection is told, and what Slack's Web API answers."""

from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, SecretStr

from integrations.choices import RowKind
from integrations.shapes import Address, Remote, Setting


class SlackSettings(Setting):
    channel: str = Field(
        title="Channel",
        pattern=r"^[CG][A-Z0-9]{2,30}$",
        description="Its ID, shown at the foot of the channel's details, as in C1H9RESGL. Invite the app there.",
    )
    team_id: str = Field(
        title="Workspace", pattern=r"^T[A-Z0-9]{2,30}$", description="Its ID, as in T12345678; others are refused."
    )
    base_url: Address = Field(
        "https://slack.com/api", title="API address", description="Another one for GovSlack only."
    )

    opens_for_strangers: bool = Field(
        False,
        title="Unknown people may open tickets",
        description="Members of the workspace without a confirmed account here become requesters; others are told to sign up.",
    )
    unfurls: Literal["nothing", "reference", "title and status"] = Field(
        "reference",
        title="Shows beside addresses of tickets",
        description="Everybody in the channel reads it, whatever they may see here.",
    )


class SlackCredentials(Setting):
    bot_token: SecretStr = Field(title="Bot token", min_length=1, description="It begins with xoxb-.")
    signing_secret: SecretStr = Field(
        SecretStr(""),
        title="Signing secret",
        description="Of the app's Basic Information; without it, no call is believed and messages have no buttons.",
    )


def _text(value: object) -> object:
    return "" if value is None else value


Text = Annotated[str, BeforeValidator(_text)]


class Identified(Remote):
    """The answer of auth.test."""

    team: Text = ""
    team_id: Text = ""
    user: Text = ""
    user_id: Text = ""


class Profile(Remote):
    email: Text = ""
    real_name: Text = ""
    display_name: Text = ""


class Member(Remote):
    id: Text = ""
    name: Text = ""
    team_id: Text = ""
    deleted: bool = False
    is_bot: bool = False
    is_email_confirmed: bool = True
    profile: Profile = Profile()

    @property
    def shown_name(self) -> str:
        return self.profile.real_name or self.profile.display_name or self.name


class Posted(Remote):
    """The answer of chat.postMessage."""

    channel: str
    ts: str


class Upload(Remote):
    """The answer of files.getUploadURLExternal."""

    upload_url: str
    file_id: str


class SharedFile(Remote):
    id: Text = ""
    name: Text = ""
    size: int = 0
    permalink: Text = ""
    url_private: Text = ""
    is_external: bool = False  # it lies elsewhere, and Slack only shows it

    @property
    def is_there(self) -> bool:
        """Whether its content can be asked for: that of a deleted one, or of one beyond the plan's limits, cannot."""
        return bool(self.id and self.url_private) and not self.is_external


class Metadata(Remote):
    event_type: Text = ""
    event_payload: dict[str, Any] = {}


class Edited(Remote):
    ts: Text = ""


class Message(Remote):
    """A message of a channel; `ts` is its time and its name, and `thread_ts` that of the message it answers."""

    row_kind = RowKind.COMMENT
    row_id = "ts"

    ts: str = Field(pattern=r"^\d{1,12}\.\d{1,6}$")
    thread_ts: Text = ""
    subtype: Text = ""
    user: Text = ""
    bot_id: Text = ""
    text: Text = ""
    blocks: list[dict[str, Any]] = []
    files: list[SharedFile] = []
    metadata: Metadata = Metadata()
    edited: Edited | None = None
    latest_reply: Text = ""

    @property
    def changed_ts(self) -> str:
        return self.edited.ts if self.edited and self.edited.ts else self.ts

    def payload(self, kind: str) -> dict[str, str]:
        """Return what we wrote down with a message of ours of this kind."""
        found = self.metadata.event_payload if self.metadata.event_type == kind else {}
        return {name: value for name, value in found.items() if isinstance(value, str)}


class Further(Remote):
    """Where the next page of a list begins; empty after the last."""

    next_cursor: Text = ""


def moment(ts: str) -> datetime:
    """Return the time that a message's name stands for."""
    return datetime.fromtimestamp(float(ts), UTC)
