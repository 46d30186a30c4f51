"""The real MCP server on a port of its own; its threads see the test's database."""

import contextlib
import socket
import threading
from collections.abc import Iterator

import uvicorn

from ai.mcp import McpDoor
from tests.servers import wait_until


@contextlib.contextmanager
def served_mcp() -> Iterator[str]:
    """Serve; yields the address."""
    with socket.create_server(("127.0.0.1", 0)) as bound:
        config = uvicorn.Config(McpDoor(), log_config=None, ws="none", lifespan="on")
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [bound]}, daemon=True)
        thread.start()
        wait_until(lambda: server.started, what="MCP")
        yield f"http://127.0.0.1:{bound.getsockname()[1]}"
        server.should_exit = True
        thread.join(10)
