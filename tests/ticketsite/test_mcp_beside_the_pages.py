"""`manage.py up` serves MCP in the same process, and stops it with the rest."""

import json
import urllib.request

import pytest

from tests.made_database import put_into
from tests.servers import Web, wait_until

pytestmark = pytest.mark.services


def test_mcp_is_up_with_the_pages_and_stops_with_them(tmp_path):
    put_into(tmp_path)
    with Web(DATA_DIR=str(tmp_path), DATABASE_URL="", REDIS_URL="") as web:
        address = f"http://127.0.0.1:{web.mcp_port}/health"
        answer = wait_until(lambda: urllib.request.urlopen(address, timeout=30).read(), 60, "MCP")
        assert json.loads(answer)["status"] == "healthy"
        assert web.stop() == 0
        with pytest.raises(OSError, match="refused"):
            urllib.request.urlopen(address, timeout=5)
