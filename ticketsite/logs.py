"""How a log line looks: JSON, or readable text for a person at a terminal. People's data and secrets are masked in all of it."""

import logging
import re
from collections.abc import MutableMapping
from typing import Any

import structlog
from structlog.typing import Processor

PLAIN = (str, int, float, type(None))
MASK = "…"
ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
# A JWT, or a run as long as only keys are: reset links, invitations, API tokens.
SECRET = re.compile(r"eyJ[\w-]+\.[\w-]+\.[\w-]*|[\w=:-]{40,}")


def plain(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Leave out what is no plain value: a request or a message that a library attached would be written out whole."""
    return {key: value for key, value in event.items() if key[0] == "_" or isinstance(value, PLAIN)}


def mask(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Take e-mail addresses and tokens out of every text of the line, tracebacks included."""
    for key, value in event.items():
        if isinstance(value, str) and key != "request_id":
            event[key] = SECRET.sub(MASK, ADDRESS.sub(MASK, value))
    return event


SHARED: list[Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.ExtraAdder(),
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.format_exc_info,
    plain,
    mask,
]

structlog.configure(
    processors=[structlog.stdlib.filter_by_level, *SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
    logger_factory=structlog.stdlib.LoggerFactory(),
    cache_logger_on_first_use=True,
)


def formatter(readable: bool) -> logging.Formatter:
    """Return the one formatter, for our structured records and for the libraries' plain ones alike."""
    renderer = structlog.dev.ConsoleRenderer(colors=False) if readable else structlog.processors.JSONRenderer()
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=SHARED,
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
    )
