"""Reading times out of PostgreSQL: lists, imports and the watch read them by the thousand, and the driver takes its time over each."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from django.db.backends.postgresql.psycopg_any import get_adapters_template
from psycopg.types.datetime import TimestamptzLoader

if TYPE_CHECKING:
    from psycopg.abc import Buffer


class MomentLoader(TimestamptzLoader):
    """Reads what a server in ISO style and UTC says, several times as fast; whatever is spelled otherwise is left to the driver."""

    timezone = UTC  # Django asks for it

    def load(self, data: "Buffer") -> datetime:
        try:
            return datetime.fromisoformat(str(data, "ascii"))
        except ValueError:
            return super().load(data).astimezone(UTC)


def read_fast() -> None:
    """Have every connection that is made from now on read times this way."""
    adapters: Any = get_adapters_template(True, UTC)
    adapters.register_loader("timestamptz", MomentLoader)
