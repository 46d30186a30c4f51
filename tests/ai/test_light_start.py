"""A desk that asks no model and serves no MCP client does not pay for their libraries."""

import subprocess
import sys

HEAVY = ("pydantic", "pydantic_ai", "fastmcp", "mcp", "openai", "anthropic", "genai_prices")


def test_starting_loads_none_of_the_heavy_libraries():
    code = "import sys, ticketsite.asgi, ticketsite.urls, ticketsite.background; from django.core.management import call_command\n"
    code += f"call_command('check')\nprint([name for name in {HEAVY!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip().endswith("[]"), done.stdout
