"""What a gateway for text messages is told."""

import json
from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, Field, SecretStr

from integrations.shapes import Address, Setting

PLACES = ("{to}", "{text}")


class Method(StrEnum):
    POST = "POST"
    PUT = "PUT"
    GET = "GET"


class Form(StrEnum):
    JSON = "json"
    FORM = "form"


def _template(value: str) -> str:
    try:
        parsed = json.loads(value)
    except ValueError:
        raise ValueError('Write a JSON object, like {"to": "{to}", "text": "{text}"}.') from None
    if not isinstance(parsed, dict) or not all(place in value for place in PLACES):
        raise ValueError("Write a JSON object in which {to} and {text} stand where number and words belong.")
    return value


def _path(value: str) -> str:
    if not value.startswith("/") or len(value) > 300 or any(char in value for char in " #"):
        raise ValueError("Write a path that begins with a slash, like /v1/messages.")
    return value


def _header(value: str) -> str:
    if not value.replace("-", "").isalnum() or not value.isascii():
        raise ValueError("Write the name of a header, like Authorization.")
    return value


class SmsSettings(Setting):
    base_url: Address = Field(title="Gateway's address", description="As in https://sms.example.com.")
    path: Annotated[str, AfterValidator(_path)] = Field("/", title="Path", description="As in /v1/messages.")
    method: Method = Field(Method.POST, title="Method", json_schema_extra={"enum": list(Method)})
    form: Form = Field(
        Form.JSON,
        title="Sent as",
        description="A GET has its values in the address.",
        json_schema_extra={"enum": list(Form)},
    )
    template: Annotated[str, AfterValidator(_template)] = Field(
        '{"to": "{to}", "text": "{text}"}',
        title="Template",
        description="A JSON object; {to} is the number, {text} the words. As a form or in the address, its members are the fields.",
    )
    header: Annotated[str, AfterValidator(_header)] = Field("Authorization", title="Header that signs us in")
    test_number: str = Field(
        title="Number for tests",
        pattern=r"^\+[1-9]\d{6,14}$",
        description="Gets a message when Test is pressed. Begins with + and the country.",
    )


class SmsCredentials(Setting):
    secret: SecretStr = Field(
        SecretStr(""), title="What that header says", description="As in Bearer abc, or Basic dXNlcjpwYXNz."
    )
