"""The daemon: waits for the next schedule and runs it, one after the other, until it is told to end."""

import contextlib
import logging
import signal
import threading
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO

from analytics.daemon.health import Health
from analytics.daemon.running import Abandoned, RunFailed, clear, hold, run
from analytics.daemon.schedules import Schedule
from analytics.failures import Failure

logger = logging.getLogger(__name__)
LONGEST_NAP = 30.0  # seconds, so that a clock which was set is noticed


class Daemon:
    """`load` returns the schedules of the configuration as it is now, and raises Failure."""

    def __init__(self, load: Callable[[], list[Schedule]], options: Sequence[str], health: Health) -> None:
        self._load = load
        self._options = options
        self._health = health
        self._woken = threading.Event()
        self._ends = False
        self._reloads = False
        self._locks: dict[Path, TextIO] = {}
        self._schedules: dict[str, Schedule] = {}
        self._next: dict[str, datetime] = {}

    def listen(self) -> None:
        """End on SIGTERM and SIGINT, read the configuration again on SIGHUP."""
        signal.signal(signal.SIGTERM, lambda *_: self.end())
        signal.signal(signal.SIGINT, lambda *_: self.end())
        signal.signal(signal.SIGHUP, lambda *_: self.reload())

    def end(self) -> None:
        self._ends = True
        self._woken.set()

    def reload(self) -> None:
        self._reloads = True
        self._woken.set()

    def start(self) -> None:
        """Take the configuration as it is. Raises Failure."""
        schedules = self._load()
        if not schedules:
            raise Failure("There is nothing to do: name schedules in the configuration file.")
        folders = {schedule.folder for schedule in schedules}
        fresh: dict[Path, TextIO] = {}
        with contextlib.ExitStack() as held:
            for folder in folders - self._locks.keys():
                fresh[folder] = held.enter_context(hold(folder))
            held.pop_all()
        for folder in self._locks.keys() - folders:
            self._locks.pop(folder).close()
        self._locks |= fresh
        now = datetime.now(UTC)
        kept = {one.name: self._next[one.name] for one in schedules if self._schedules.get(one.name) == one}
        self._schedules = {one.name: one for one in schedules}
        self._next = {one.name: kept.get(one.name) or one.first(now) for one in schedules}
        self._health.plan(self._next)

    def serve(self) -> None:
        """Run schedules until told to end."""
        while not self._ends:
            if self._reloads:
                self._take_up()
            name = min(self._next, key=lambda one: self._next[one])
            wait = (self._next[name] - datetime.now(UTC)).total_seconds()
            if wait <= 0:
                self._run(self._schedules[name])
                continue
            self._woken.wait(min(wait, LONGEST_NAP))
            self._woken.clear()
        for lock in self._locks.values():
            lock.close()
        logger.info("ended")

    def _take_up(self) -> None:
        self._reloads = False
        try:
            self.start()
            logger.info("the configuration was read again")
        except Failure as error:
            self._health.plan(self._next, str(error))
            logger.error("the configuration cannot be used; going on with the one before: %s", error)

    def _run(self, schedule: Schedule) -> None:
        at, began = datetime.now(UTC), time.monotonic()
        problem, reports = "", []
        try:
            reports = [path.name for path in run(schedule, self._options, at, self._stopping)]
            clear(schedule)
            logger.info("%s: wrote %s", schedule.name, ", ".join(reports))
        except Abandoned:
            logger.info("%s: abandoned", schedule.name)
            return
        except (RunFailed, OSError) as error:
            problem = str(error)
            logger.error("%s: %s", schedule.name, problem)
        except Exception as error:
            problem = f"This should not happen: {type(error).__name__}."
            logger.exception("%s: failed", schedule.name)
        self._health.ran(schedule.name, at, time.monotonic() - began, reports=reports, problem=problem)
        self._next[schedule.name] = schedule.next(datetime.now(UTC))
        self._health.plan(self._next, self._health.shape()["configuration"].removeprefix("good"))

    def _stopping(self, seconds: float) -> bool:
        self._woken.wait(seconds)
        if not self._ends:
            self._woken.clear()
        return self._ends
