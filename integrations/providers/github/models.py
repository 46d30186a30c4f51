"""What a GitHub connection is told, and what GitHub's REST API answers."""

from datetime import datetime
from typing import Annotated

from pydantic import BeforeValidator, Field, SecretStr

from integrations.choices import RowKind
from integrations.shapes import Address, Remote, Setting


class GitHubSettings(Setting):
    repository: str = Field(
        title="Repository", pattern=r"^[A-Za-z0-9_.-]{1,100}/[A-Za-z0-9_.-]{1,100}$", description="As in owner/name."
    )
    base_url: Address = Field(
        "https://api.github.com", title="API address", description="Another one for GitHub Enterprise Server only."
    )


class GitHubCredentials(Setting):
    token: SecretStr = Field(
        title="Token", min_length=1, description="A fine-grained one that may read and write issues of the repository."
    )
    webhook_secret: SecretStr = Field(
        SecretStr(""), title="Webhook secret", description="As given to the webhook; without one, none is believed."
    )


def _text(value: object) -> object:
    return "" if value is None else value


Text = Annotated[str, BeforeValidator(_text)]


class Account(Remote):
    id: int = 0
    login: str = "ghost"


class Label(Remote):
    name: str = ""


def _names(value: object) -> object:
    return [entry if isinstance(entry, dict) else {"name": entry} for entry in value] if isinstance(value, list) else []


class Issue(Remote):
    row_kind = RowKind.RECORD
    row_id = "number"

    id: int
    number: int
    html_url: str = ""
    title: str = ""
    body: Text = ""
    state: str = "open"
    state_reason: str | None = None
    labels: Annotated[list[Label], BeforeValidator(_names)] = []
    created_at: datetime
    updated_at: datetime
    pull_request: dict[str, object] | None = None


class Comment(Remote):
    row_kind = RowKind.COMMENT

    id: int
    body: Text = ""
    user: Account | None = None
    created_at: datetime


class Repository(Remote):
    full_name: str = ""
    has_issues: bool = True


class Event(Remote):
    """A webhook's body, of the events `issues` and `issue_comment`."""

    action: str = ""
    issue: Issue | None = None
    comment: Comment | None = None
    repository: Repository = Repository()
