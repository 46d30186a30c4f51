"""Reading JSON from anyone: whatever is wrong with it is said with a 400, before a view sees it."""

import json
from collections.abc import Iterator, Mapping
from typing import IO, Any

from django.conf import settings
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser

from tickets.errors import Invalid, TooLarge
from tickets.text import storable

DEPTH_AT_MOST = 32


class StrictJSONParser(BaseParser):
    """UTF-8 JSON objects, not too deep, without NaN, NUL or broken characters."""

    media_type = "application/json"

    def parse(
        self, stream: IO[bytes], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        raw = stream.read(limit + 1)
        if len(raw) > limit:
            raise TooLarge(f"Send at most {limit:,} bytes of JSON.")
        try:
            data = json.loads(raw.decode(), parse_constant=_refuse_constant) if raw.strip() else {}
        except UnicodeDecodeError:
            raise ParseError("The body is not valid UTF-8.") from None
        except RecursionError:
            raise ParseError("The JSON is nested too deep.") from None
        except ValueError as error:
            raise ParseError(f"The body is not valid JSON: {error}") from None
        if not isinstance(data, dict):
            raise ParseError("Send a JSON object.")
        for field, value in data.items():
            _check(field, value)
        return data


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON number")


def _check(field: str, value: Any) -> None:
    try:
        for text in _texts({field: value}):
            storable(text)
    except ValueError as error:
        name = field.encode(errors="replace").decode().replace("\x00", "?")
        raise Invalid({name: [str(error)]}) from None


def _texts(value: Any) -> Iterator[str]:
    """Yield every string in a JSON value, names included. Raises ValueError where it is nested too deep."""
    waiting = [(value, 0)]
    while waiting:
        item, depth = waiting.pop()
        if depth > DEPTH_AT_MOST:
            raise ValueError(f"Nest at most {DEPTH_AT_MOST} levels.")
        if isinstance(item, str):
            yield item
        elif isinstance(item, dict):
            yield from item
            waiting.extend((inner, depth + 1) for inner in item.values())
        elif isinstance(item, list):
            waiting.extend((inner, depth + 1) for inner in item)
