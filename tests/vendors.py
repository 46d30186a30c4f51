"""Vendors' mocks: servers made from the vendors' own API descriptions, which lie beside the repository. Skips where they are missing."""

import contextlib
import os
import shutil
import signal
import subprocess
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
    try:
        told = []
        wait_until(lambda: told.append(process.stdout.readline()) or len(told) == len(names), 120, "the mocks")
        assert process.poll() is None, "".join(told)
        yield {name: f"http://127.0.0.1:{port}" for name, port in ports.items()}
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(10)
