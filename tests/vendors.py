"""Vendors' mocks: servers made from the vendors' own API descriptions, which lie beside the repository. Skips where they are missing."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.servers import free_port, wait_until

VENDORS = Path(__file__).resolve().parents[2] / "shared" / "vendors"
MODULES = Path(os.environ.get("PRISM_MODULES", Path.home() / ".cache" / "prism" / "node_modules"))


@contextlib.contextmanager
def mocks(*names):
    """Serve the mocks of these vendors; yields name → address."""
    if not (VENDORS / "prism_serve.cjs").exists():
        pytest.skip("../shared/vendors is not on this machine")
    if shutil.which("node") is None or not (MODULES / "@stoplight").exists():
        pytest.skip("node or Prism is missing: npm install --prefix ~/.cache/prism @stoplight/prism-cli@5.14.2")
    ports = {name: free_port() for name in names}
    served = [f"{name}={name}.json:{port}" for name, port in ports.items()]
    process = subprocess.Popen(
        ["node", "prism_serve.cjs", *served],
        cwd=VENDORS,
        env=os.environ | {"PRISM_MODULES": str(MODULES)},
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    with running(process):
        told = []
        wait_until(lambda: told.append(process.stdout.readline()) or len(told) == len(names), 120, "the mocks")
        assert process.poll() is None, "".join(told)
        yield {name: f"http://127.0.0.1:{port}" for name, port in ports.items()}


@contextlib.contextmanager
def superops_mock():
    """Serve the mock of SuperOps' GraphQL API; yields its address."""
    if not (VENDORS / "superops_mock.py").exists():
        pytest.skip("../shared/vendors is not on this machine")
    port = free_port()
    command = [sys.executable, "superops_mock.py", str(port)]
    with running(subprocess.Popen(command, cwd=VENDORS, start_new_session=True)):
        wait_until(lambda: socket.create_connection(("127.0.0.1", port), 1).close() or True, 60, "the mock")
        yield f"http://127.0.0.1:{port}"


@contextlib.contextmanager
def running(process):
    """End a mock's process, and those that it started, when the tests are through."""
    try:
        yield
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(10)
