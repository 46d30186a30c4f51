"""What tests of bad days need: a line to a server that can be cut or hang, and processes of the product."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


class Line:
    """A TCP address that hangs (accepts and never answers), forwards to a server, or is closed, as the test says."""

    def __init__(self):
        self.calls = 0
        self._target = None
        self._open = []
        self._listen(0)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    @property
    def url(self):
        return f"redis://127.0.0.1:{self.port}/0"

    def _listen(self, port):
        self._server = socket.create_server(("127.0.0.1", port))
        self.port = self._server.getsockname()[1]
        threading.Thread(target=self._accept, args=(self._server,), daemon=True).start()

    def _accept(self, server):
        with contextlib.suppress(OSError):
            while True:
                caller, _ = server.accept()
                self.calls += 1
                self._open.append(caller)
                if self._target:
                    callee = socket.create_connection(self._target)
                    self._open.append(callee)
                    for pair in ((caller, callee), (callee, caller)):
                        threading.Thread(target=self._pump, args=pair, daemon=True).start()

    @staticmethod
    def _pump(source, sink):
        with contextlib.suppress(OSError):
            while data := source.recv(65_536):
                sink.sendall(data)
            sink.close()

    def _cut(self):
        for end in self._open:
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()
        self._open = []

    def close(self):
        """Refuse every call."""
        with contextlib.suppress(OSError):
            self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()
        self._cut()

    def forward(self, host, port):
        """Become a line to a living server."""
        self.close()
        self._target = (host, port)
        self._listen(self.port)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until(condition, seconds=30.0, what="the condition"):
    """Return what `condition` returns once that is true; fail after `seconds`, which is far more than it takes."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with contextlib.suppress(OSError):
            if found := condition():
                return found
        time.sleep(0.05)
    raise AssertionError(f"{what} did not come about in {seconds} s")


class Process:
    """One process of the product, in its own data folder."""

    def __init__(self, *command, **environment):
        self.log = Path(environment["DATA_DIR"]) / f"{command[1] if len(command) > 1 else command[0]}-{free_port()}.log"
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("wb") as log:
            self.popen = subprocess.Popen(
                [sys.executable, *command],
                cwd=ROOT,
                env=os.environ | environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.popen.poll() is None:
            self.kill()

    def kill(self):
        """End it and its children without any warning, as a power cut would."""
        os.killpg(self.popen.pid, signal.SIGKILL)
        self.popen.wait(10)

    def stop(self, number=signal.SIGTERM):
        """Ask it to end; returns its exit code."""
        self.popen.send_signal(number)
        return self.popen.wait(30)

    def said(self):
        return self.log.read_text(errors="replace")


def manage(*command, **environment):
    """Run a command of manage.py to its end."""
    done = subprocess.run(
        [sys.executable, "manage.py", *command],
        cwd=ROOT,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


class Web(Process):
    """`manage.py up` on a free port; returns once it answers."""

    def __init__(self, *options, **environment):
        self.port = free_port()
        self.mcp_port = free_port()
        ports = ("--port", str(self.port), "--mcp-port", str(self.mcp_port))
        super().__init__("manage.py", "up", *ports, *options, **environment)
        try:
            wait_until(lambda: self.get("/health").status == 200, 60, "the first answer")
        except AssertionError as error:
            self.kill()
            raise AssertionError(f"{error}: {self.said()[-3000:]}") from None

    def get(self, path):
        return urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=30)

    def call(self, path, body=None, token="", content_type="application/json"):
        """Send JSON (or bytes) to the API, or ask it; returns status and answer. Waits 20 s, far longer than a request may take."""
        data = body if isinstance(body, bytes | None) else json.dumps(body).encode()
        headers = {"Content-Type": content_type} | ({"Authorization": f"Bearer {token}"} if token else {})
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}/api/v1{path}", data, headers)
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as refused:
            return refused.code, json.load(refused)

    def sign_in(self, email, password):
        """Return an access token."""
        status, answer = self.call("/auth/login", {"email": email, "password": password})
        assert status == 200, answer
        return answer["access_token"]
