"""What a Slack connection is told, and what Slack's Web API answers."""

from typing import Annotated

from pydantic import BeforeValidator, Field, SecretStr

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
    deleted: bool = False
    is_bot: bool = False
    profile: Profile = Profile()

    @property
    def shown_name(self) -> str:
        return self.profile.real_name or self.profile.display_name or self.name


class Posted(Remote):
    """The answer of chat.postMessage."""

    channel: str
    ts: str
