"""Modules of this room that load a heavy library, fetched when they are first needed.

pydantic-ai with its clients takes seconds and some 90 MB, fastmcp 40 MB, pydantic alone 8 MB: a desk that asks no model and serves no
MCP client must not pay for them. Nothing else imports these modules; `tests/ai/test_light_start.py` sees to it.
"""

from importlib import import_module
from typing import Any

CONVERSATION = "ai.llm.conversation"
OUTPUTS = "ai.agents.outputs"
SERVER = "ai.mcp_server"
STREAMED = "ai.llm.streamed"


def module(name: str) -> Any:
    """Return the module; the first call may take seconds."""
    return import_module(name)
