"""Heavy work apart: a management command in a child process with limits on memory and time."""

import logging
import os
import resource
import subprocess
import sys

from django.conf import settings

logger = logging.getLogger(__name__)
MEMORY = 3 * 1024**3  # bytes
SECONDS = 480  # below the soft time limit of a task
ONE_CORE = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
}  # threads that wait for each other would keep all cores busy


class ChildFailed(RuntimeError):
    """The command ended badly, or was ended."""


def manage(*command: str, memory: int = MEMORY, seconds: float = SECONDS) -> str:
    """Run `manage.py COMMAND` apart and return what it said. Raises ChildFailed."""
    argv = [sys.executable, str(settings.BASE_DIR / "manage.py"), *command]
    child = subprocess.Popen(  # noqa: S603 - our own program
        argv, env=os.environ | ONE_CORE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    if hasattr(resource, "prlimit"):  # Linux; set from here, for code between fork and exec is unsafe beside threads
        resource.prlimit(child.pid, resource.RLIMIT_AS, (memory, memory))
    try:
        said, complained = child.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        child.kill()
        child.communicate()
        raise ChildFailed(f"{command[0]} took longer than {seconds:g} s and was ended.") from None
    if child.returncode:
        raise ChildFailed(f"{command[0]} ended with {child.returncode}: {complained.strip()[-500:]}")
    logger.info("child done", extra={"command": command[0], "said": said.strip()[-500:]})
    return said
