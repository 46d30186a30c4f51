"""What an operator may set is written down, completely."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def read_by_settings() -> set[str]:
    """Every name that settings.py asks the environment for."""
    calls = [n for n in ast.walk(ast.parse((ROOT / "ticketsite/settings.py").read_text())) if isinstance(n, ast.Call)]
    asking = [call for call in calls if re.fullmatch(r"env\.\w+", ast.unparse(call.func)) and call.args]
    return {call.args[0].value for call in asking if isinstance(call.args[0], ast.Constant)}


def test_env_example_names_every_setting_and_no_other() -> None:
    documented = set(re.findall(r"^#?([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
    assert len(documented) > 20
    by_prefix = {name for name in documented if name.startswith("ANYMAIL_")}  # each hosted sender has its own
    assert documented - by_prefix == read_by_settings()


def test_compose_sets_only_what_the_product_reads() -> None:
    compose = (ROOT / "compose.yml").read_text()
    block = compose.split("environment: &environment", 1)[1].split("\n\n", 1)[0]
    names = set(re.findall(r"^\s+([A-Z_]+):", block, re.MULTILINE))
    assert {"DATABASE_URL", "REDIS_URL", "SECRET_KEY", "ALLOWED_HOSTS"} <= names
    assert names <= read_by_settings() | {"PROMETHEUS_MULTIPROC_DIR"}
