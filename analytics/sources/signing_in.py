"""Signing in by a command of the system, such as `kinit`, before a source is asked.

Which commands may be run is a matter of the configuration, never of the command line. They are run without a shell and with little of
the environment; what they say goes to the terminal and is kept nowhere. How long a sign-in holds is kept beside the configuration.
"""

import hashlib
import json
import os
import shlex
import subprocess
import sys
import time
from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from analytics.configuration import Configuration
from analytics.configuration.files import make_folder
from analytics.sources import SourceError

ALLOWED = ("mwinit", "kinit", "klist")
PASSED_ON = ("PATH", "HOME", "USER", "LANG", "KRB5_CONFIG", "KRB5CCNAME")
FILE = "session.json"
LONGEST_SKEW = 60.0  # seconds by which clocks may differ


@dataclass(frozen=True)
class SignIn:
    """How to sign in; `lifetime` and `timeout` in seconds, `also` names commands beside the usual ones."""

    command: str
    also: Collection[str] = ()
    timeout: float = 60.0
    attempts: int = 3
    lifetime: float = 8 * 3600.0

    def words(self) -> list[str]:
        """Return the command and its arguments. Raises SourceError for a command that may not be run."""
        try:
            found = shlex.split(self.command)
        except ValueError as error:
            raise SourceError(f"The sign-in command cannot be read: {error}.") from None
        if not found or found[0] not in {*ALLOWED, *self.also}:
            name = found[0] if found else ""
            raise SourceError(
                f"{name!r} may not be run to sign in. Allowed are {', '.join((*ALLOWED, *self.also))}; "
                "name others as sign_in_allowed in the configuration file or in TICKET_ANALYZER_SIGN_IN_ALLOWED."
            )
        return found

    def ensure(self, now: float | None = None) -> None:
        """Sign in, unless an earlier sign-in still holds. Raises SourceError."""
        words = self.words()
        now = time.time() if now is None else now
        if self._holds(now):
            return
        reason = ""
        for _ in range(self.attempts):
            reason = self._run(words)
            if not reason:
                self._keep(now)
                return
        raise SourceError(f"Signing in failed: {reason} Run `{self.command}` yourself, and try again.")

    def forget(self) -> None:
        """Sign in anew the next time."""
        with suppress(OSError):
            (make_folder() / FILE).unlink(missing_ok=True)

    def _run(self, words: list[str]) -> str:
        """Run the command once; return what went wrong, nothing where it went well. Raises SourceError where it is not there."""
        heard = None if sys.stdin is not None and sys.stdin.isatty() else subprocess.DEVNULL
        said = sys.stderr.fileno() if heard is None else subprocess.DEVNULL
        try:
            done = subprocess.run(  # noqa: S603 - no shell, and only commands that the configuration allows
                words, stdin=heard, stdout=said, stderr=said, env=little(os.environ), timeout=self.timeout, check=False
            )
        except subprocess.TimeoutExpired:
            return f"{words[0]} took longer than {self.timeout:.0f} s."
        except FileNotFoundError:
            raise SourceError(f"{words[0]} is not installed, or not in PATH. Install it, or clear sign_in.") from None
        except OSError as error:
            raise SourceError(f"{words[0]} cannot be run: {error.strerror}.") from None
        return f"{words[0]} ended with code {done.returncode}." if done.returncode else ""

    @property
    def _mark(self) -> str:
        return hashlib.sha256(self.command.encode()).hexdigest()

    def _holds(self, now: float) -> bool:
        """Whether this command succeeded lately; a file that others could have written says nothing."""
        try:
            path = make_folder() / FILE
            state = path.lstat()
            if path.is_symlink() or state.st_mode & 0o077 or state.st_uid != os.getuid():
                return False
            kept = json.loads(path.read_text())
            return bool(kept["command"] == self._mark and -LONGEST_SKEW <= now - kept["at"] < self.lifetime)
        except (OSError, ValueError, KeyError, TypeError):
            return False

    def _keep(self, now: float) -> None:
        with suppress(OSError):  # a home that cannot be written: the next run signs in again
            write_closed(make_folder() / FILE, json.dumps({"command": self._mark, "at": now}))


def little(environment: Mapping[str, str]) -> dict[str, str]:
    """Return of the environment what a sign-in needs."""
    return {name: environment[name] for name in PASSED_ON if name in environment}


def write_closed(path: Path, text: str) -> None:
    """Write a file that only its owner may read, whole or not at all."""
    fresh = path.with_name(f"{path.name}.{os.getpid()}")
    fresh.unlink(missing_ok=True)
    try:
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(text)
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)


def sign_in_of(configuration: Configuration) -> SignIn | None:
    """Return the configured sign-in, None where there is none."""
    if not configuration["sign_in"]:
        return None
    return SignIn(
        configuration["sign_in"],
        configuration["sign_in_allowed"],
        configuration["sign_in_timeout"],
        configuration["sign_in_attempts"],
        configuration["sign_in_hours"] * 3600.0,
    )
