"""`manage.py mcp`: the MCP server as a process of its own."""

from argparse import ArgumentParser
from typing import Any

import uvicorn
from django.conf import settings
from django.core.management.base import BaseCommand

from ai.mcp import McpDoor


class Command(BaseCommand):
    help = "Serve the tools over MCP at /mcp, each call as the user whose token it bears."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default=settings.MCP_HOST, help="address to listen on (MCP_HOST, HOST)")
        parser.add_argument("--port", type=int, default=settings.MCP_PORT, help="port to listen on (MCP_PORT, 8001)")

    def handle(self, *, host: str, port: int, **_: Any) -> None:
        self.stdout.write(f"MCP is ready on http://{host}:{port}/mcp (Ctrl-C stops it)")
        self.stdout.flush()
        uvicorn.run(McpDoor(), host=host, port=port, log_config=None, access_log=False, server_header=False)
