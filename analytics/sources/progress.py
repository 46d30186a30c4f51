"""How far the reading of a distant source has come, on a terminal only."""

import sys
from types import TracebackType

import click


class Progress:
    """Counts on the last line of the terminal, which is empty again at the end; silent where errors go elsewhere."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._shown = sys.stderr.isatty()

    def __enter__(self) -> "Progress":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._shown:
            click.echo("\r\x1b[K", err=True, nl=False)

    def at(self, count: int) -> None:
        """Show that so many tickets were read."""
        if self._shown:
            click.echo(f"\r\x1b[K{self._what}: {count:,} tickets …", err=True, nl=False)
