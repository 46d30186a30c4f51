"""One run of a schedule: the command writes into a folder of its own, and whole reports are moved to where they belong.

Each run is a process: what it needs of memory it gives back, and what befalls it does not befall the daemon.
"""

import fcntl
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import TextIO

from analytics.daemon.schedules import Schedule
from analytics.failures import Failure
from analytics.masking import masked

COMMAND = (sys.executable, "-c", "from analytics.cli.main import main; main()")
WORK = ".run-"
LOCK = ".ticket-analyzer.lock"
GRACE = 10.0  # seconds that a run has to end after it was asked to
LOOK = 0.2  # seconds between looks at a run
SAID_AT_MOST = 500  # characters of what a failed run said


class RunFailed(Exception):
    """A run brought no report; the message says why."""


class Abandoned(Exception):
    """The daemon ends, and the run with it."""


def hold(folder: Path) -> TextIO:
    """Return the lock of a folder, which is held as long as it is open, and clear what a run left that was killed. Raises Failure."""
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        lock = (folder / LOCK).open("a")
    except OSError as error:
        raise Failure(
            f"{folder} cannot be written to: {error.strerror}. Choose another folder, or change its rights."
        ) from None
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        lock.close()
        raise Failure(f"Another daemon writes to {folder}. Stop that one, or choose another folder.") from None
    for left in folder.glob(f"{WORK}*"):
        shutil.rmtree(left, ignore_errors=True)
    return lock


def run(schedule: Schedule, before: Sequence[str], at: datetime, stopping: Callable[[float], bool]) -> list[Path]:
    """Write the reports of a schedule; `before` are options of the command as a whole. Raises RunFailed, Abandoned.

    `stopping` waits so many seconds and returns whether the daemon ends.
    """
    try:
        work = Path(tempfile.mkdtemp(prefix=WORK, dir=schedule.folder))
    except OSError as error:
        raise RunFailed(f"{schedule.folder} cannot be written to: {error.strerror}.") from None
    try:
        for form in schedule.formats:
            target = work / schedule.file(form, at)
            _write(
                [*COMMAND, *before, "report", *schedule.arguments, "--format", form, "--output", str(target)],
                schedule,
                stopping,
            )
            if not target.is_file():
                raise RunFailed("The command ended well but wrote nothing.")
        return [_moved(path, schedule.folder) for path in sorted(work.iterdir())]
    except OSError as error:
        raise RunFailed(f"The report cannot be kept: {error.strerror}.") from None
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _moved(path: Path, folder: Path) -> Path:
    path.chmod(0o600)
    return path.replace(folder / path.name)


def _write(command: list[str], schedule: Schedule, stopping: Callable[[float], bool]) -> None:
    with tempfile.TemporaryFile("w+", errors="replace") as said:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=said, stderr=said)  # noqa: S603 - our own command
        until = time.monotonic() + schedule.timeout
        while process.poll() is None:
            if stopping(LOOK):
                _end(process)
                raise Abandoned
            if time.monotonic() > until:
                _end(process)
                raise RunFailed(f"It took longer than {schedule.timeout:,} s and was ended.")
        if process.returncode:
            said.seek(max(said.seek(0, os.SEEK_END) - 4 * SAID_AT_MOST, 0))
            words = masked(" ".join(said.read().split())[-SAID_AT_MOST:])
            raise RunFailed(words or f"The command ended with code {process.returncode}.")


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(GRACE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def clear(schedule: Schedule) -> None:
    """Remove the reports beyond those that are kept, the oldest first."""
    for form in schedule.formats:
        own = sorted(path for path in schedule.folder.iterdir() if schedule.is_own(path.name, form))
        for path in own[: max(len(own) - schedule.keep, 0)]:
            path.unlink(missing_ok=True)
