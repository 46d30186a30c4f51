"""What providers' typed models share. Loads pydantic: import it from providers only."""

import logging
from collections.abc import Iterable, Mapping
from typing import Annotated, Any, ClassVar, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, ValidationError

from integrations.aside import Unread, put_aside
from integrations.choices import RowKind, WebhookRefusal
from integrations.errors import Unreadable, WebhookRefused
from tickets.errors import Invalid

logger = logging.getLogger(__name__)
M = TypeVar("M", bound=BaseModel)


class Setting(BaseModel):
    """Settings or credentials of a connection; each field's title and description stand on the admin's form."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


class Remote(BaseModel):
    """What another system answers; members that we do not need are left aside.

    What a row is, and which member holds its id, is told of one that cannot be read. With its prefix a record's id is what `read` takes.
    """

    model_config = ConfigDict(extra="ignore")
    row_kind: ClassVar[RowKind] = RowKind.OTHER
    row_id: ClassVar[str] = "id"
    row_prefix: ClassVar[str] = ""


def readable(model: type[M], rows: Iterable[object]) -> list[M]:
    """Return the rows that have what they must have; the others are put aside, so that one does not hold up all."""
    found = []
    for row in rows:
        try:
            found.append(needed(model, row))
        except Unreadable:
            continue
    return found


def needed(model: type[M], row: object) -> M:
    """Return what a row says. Raises Unreadable, with the row put aside."""
    try:
        return model.model_validate(row)
    except ValidationError as error:
        problems = error.errors(include_url=False, include_input=False, include_context=False)
        logger.warning("a row of an answer was put aside", extra={"model": model.__name__})
        told = [
            f"{'.'.join(map(str, found['loc'])) or 'row'}: {_sentence(found['type'], found['msg'])}"
            for found in problems
        ]
        why = " ".join(told)
        if issubclass(model, Remote):
            put_aside(Unread(model.row_kind, _id_of(model, row), why, row))
        raise Unreadable(f"It cannot be read. {why}") from None


def _id_of(model: type[Remote], row: object) -> str:
    named = row.get(model.row_id) if isinstance(row, Mapping) else None
    return f"{model.row_prefix}{named}" if isinstance(named, str | int) and named != "" else ""


def received(model: type[M], body: bytes) -> M:
    """Return what the body of a call says. Raises WebhookRefused."""
    try:
        return model.model_validate_json(body)
    except ValidationError:
        raise WebhookRefused(WebhookRefusal.MALFORMED) from None


def checked(model: type[M], raw: Mapping[str, Any], prefix: str) -> M:
    """Return the model. Raises Invalid, each field named as `<prefix>.<field>`."""
    try:
        return model.model_validate(raw)
    except ValidationError as error:
        found: dict[str, list[str]] = {}
        for problem in error.errors(include_url=False, include_input=False, include_context=False):
            name = ".".join([prefix, *map(str, problem["loc"])])
            found.setdefault(name, []).append(_sentence(problem["type"], problem["msg"]))
        raise Invalid(found) from None


def _sentence(kind: str, message: str) -> str:
    if kind == "missing":
        return "This field is required."
    if kind == "extra_forbidden":
        return "There is no such field, or it cannot be set."
    return message.removeprefix("Value error, ").rstrip(".") + "."


def _address(value: str) -> str:
    if not value.startswith(("https://", "http://")) or len(value) > 300 or any(char in value for char in " ?#@"):
        raise ValueError("Write an address like https://example.com.")
    return value.rstrip("/")


def _address_if_any(value: str) -> str:
    return _address(value) if value else ""


Address = Annotated[str, AfterValidator(_address)]
AddressIfAny = Annotated[str, AfterValidator(_address_if_any)]
