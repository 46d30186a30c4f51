"""What a Jira connection is told, and what Jira's REST API (version 3) answers."""

from datetime import datetime
from functools import partial
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, SecretStr

from integrations.choices import RowKind
from integrations.shapes import Address, Remote, Setting, readable

FIELDS = (
    "summary",
    "description",
    "status",
    "priority",
    "labels",
    "project",
    "created",
    "updated",
    "reporter",
    "attachment",
)
PROPERTY = "ticketsite"


class JiraSettings(Setting):
    base_url: Address = Field(title="Address", description="As in https://example.atlassian.net.")
    project_key: str = Field(title="Project", pattern=r"^[A-Z][A-Z0-9_]{0,20}$", description="Its key, as in HELP.")
    issue_type: str = Field("Task", title="Issue type", min_length=1, max_length=100)


class JiraCredentials(Setting):
    email: str = Field(title="E-mail", max_length=200, pattern=r"^[^\s:]+$", description="Of the account that acts.")
    api_token: SecretStr = Field(title="API token", description="Made under Atlassian account, Security.")
    webhook_secret: SecretStr = Field(
        SecretStr(""), title="Webhook secret", description="As given to the webhook; without one, none is believed."
    )


def _name(value: Any) -> Any:
    return value.get("name") if isinstance(value, dict) else value


Named = Annotated[str | None, BeforeValidator(_name)]


class Person(Remote):
    accountId: str = ""  # noqa: N815 - Jira's name
    displayName: str = ""  # noqa: N815 - Jira's name
    emailAddress: str = ""  # noqa: N815 - Jira's name


class Project(Remote):
    key: str = ""


class Attached(Remote):
    id: str | int
    filename: str = ""
    size: int = 0


class IssueFields(Remote):
    summary: str = ""
    description: Any = None  # a document in answers, wiki text in webhooks
    status: Named = None
    priority: Named = None
    labels: list[str] | None = None
    project: Project = Project()
    created: datetime | None = None
    updated: datetime | None = None
    reporter: Person | None = None
    attachment: list[Attached] | None = None


class Issue(Remote):
    row_kind = RowKind.RECORD

    id: str
    key: str
    self: str = ""
    fields: IssueFields = IssueFields()
    properties: dict[str, Any] = {}


class Created(Remote):
    id: str
    key: str


class CommentProperty(Remote):
    key: str = ""
    value: Any = None


class Comment(Remote):
    row_kind = RowKind.COMMENT

    id: str
    body: Any = None
    author: Person = Person()
    created: datetime
    updated: datetime | None = None
    jsdPublic: bool = True  # noqa: N815 - Jira's name
    visibility: dict[str, Any] | None = None
    properties: list[CommentProperty] = []


class Comments(Remote):
    comments: Annotated[list[Comment], BeforeValidator(partial(readable, Comment))] = []
    total: int = 0


class Found(Remote):
    issues: Annotated[list[Issue], BeforeValidator(partial(readable, Issue))] = []
    nextPageToken: str | None = None  # noqa: N815 - Jira's name


class Transition(Remote):
    id: str
    name: str = ""
    to: Named = None


class Transitions(Remote):
    transitions: list[Transition] = []


class Event(Remote):
    """A webhook's body."""

    timestamp: int
    webhookEvent: str  # noqa: N815 - Jira's name
    issue: Issue | None = None
    comment: Comment | None = None
