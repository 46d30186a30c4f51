"""Writing an answer: to the terminal, or whole or not at all to a file."""

import os
import sys
from contextlib import suppress
from pathlib import Path
from tempfile import mkstemp

import click

from analytics.failures import Failure


class OutputError(Failure):
    """The file cannot be written; nothing half-written is left."""


def write(data: bytes, path: str) -> None:
    """Write to a file, for the owner alone, or to stdout without one. Raises OutputError."""
    if not path or path == "-":
        _show(data if data.endswith(b"\n") else data + b"\n")
        return
    try:
        _replace(Path(path), data)
    except OSError as error:
        raise OutputError(f"{path} cannot be written: {error.strerror}. Nothing was left behind.") from None
    click.echo(f"Written to {path}.", err=True)


def _show(data: bytes) -> None:
    """Write to stdout. Raises OutputError where that is a file on a full disk, BrokenPipeError where nobody reads any more."""
    try:
        sys.stdout.flush()
        left = memoryview(data)
        while left:  # with PYTHONUNBUFFERED only as much is taken as there is room for
            left = left[sys.stdout.buffer.write(left) :]
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # or Python would fail again at its end
        raise OutputError(f"The answer cannot be written: {error.strerror}. What is there is not whole.") from None


def _replace(path: Path, data: bytes) -> None:
    """Put the data in a new file beside, and only once it is on the disk in the place of the old one."""
    handle, name = mkstemp(dir=path.parent, prefix=f".{path.name[:100]}.")  # which only its owner may read
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(name, path)
    except BaseException:
        with suppress(OSError):
            os.unlink(name)
        raise
