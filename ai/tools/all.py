"""Every tool there is: importing this registers them."""

from ai.tools import desk, files, integrations, knowledge, near  # noqa: F401 - registering is what it is for
from ai.tools.registry import FUNCTIONS, Caller, call

__all__ = ["FUNCTIONS", "Caller", "call"]
