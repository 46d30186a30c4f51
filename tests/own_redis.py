"""Gives each test process a Redis database of its own, loaded before the settings are: clearing a cache empties all of one.

The first process takes the database that `REDIS_URL` names, the next one the next.
"""

import os
import re

if url := os.environ.get("REDIS_URL"):
    server, number = re.fullmatch(r"(.+?//[^/]+)/?(\d*)", url).groups()
    place = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    os.environ["REDIS_URL"] = f"{server}/{int(number or 0) + place}"
