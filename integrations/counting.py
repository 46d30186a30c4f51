"""What this room counts for Prometheus; `ticketsite/metrics.py` shows it."""

import os

from prometheus_client import Counter

# With PROMETHEUS_MULTIPROC_DIR set, values lie in files that one collector reads; without, the figures are registered by name.
webhooks = Counter(
    "ticketsite_webhooks", "Calls of webhooks, by what became of them.", ["provider", "outcome"], registry=None
)
put_aside = Counter(
    "ticketsite_put_aside",
    "Rows of other systems' answers that could not be read, each time.",
    ["provider", "kind"],
    registry=None,
)
COUNTED = () if "PROMETHEUS_MULTIPROC_DIR" in os.environ else (webhooks, put_aside)
TAKEN = "taken"
IGNORED = "ignored"
ANSWERED = "answered"
