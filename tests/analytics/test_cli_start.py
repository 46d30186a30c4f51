"""`--help` answers at once: nothing heavy is imported before a command needs it."""

import subprocess
import sys

HEAVY = ("numpy", "django", "polars", "scipy", "pandas", "httpx", "tickets", "sla")


def test_help_loads_none_of_the_heavy_libraries():
    code = f"""
import sys
from analytics.cli.main import cli
try:
    cli.main(["--help"], prog_name="ticket-analyzer")
except SystemExit as ended:
    print(ended.code, [name for name in {HEAVY!r} if name in sys.modules])
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "Commands:" in done.stdout
    assert done.stdout.strip().endswith("0 []")
