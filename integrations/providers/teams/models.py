"""What a Microsoft Teams connection is told."""

from typing import Annotated

from pydantic import AfterValidator, Field, SecretStr

from integrations.shapes import Setting


def _workflow(value: SecretStr) -> SecretStr:
    address = value.get_secret_value()
    if (
        not address.startswith(("https://", "http://"))
        or len(address) > 1_000
        or any(char in address for char in " #@")
    ):
        raise ValueError("Copy the whole address that the workflow shows; it begins with https://.")
    return value


class TeamsSettings(Setting):
    pass


class TeamsCredentials(Setting):
    workflow_url: Annotated[SecretStr, AfterValidator(_workflow)] = Field(
        title="Workflow's address",
        description='Of the workflow "Post to a channel when a webhook request is received"; who knows it can post.',
    )
