"""Calls of a SuperOps webhook. What they hold and how they are signed is documented nowhere, so nothing in them is believed: a call
has the desk ask what changed.
"""

from collections.abc import Mapping
from typing import Any

from integrations.provider import Call, Hint, Told
from integrations.providers.superops.models import SuperOpsSettings
from integrations.signing import believe

HEADER = "x-ticketsite-secret"


def verify(call: Call, credentials: Mapping[str, Any]) -> None:
    """The address is a secret already; where the webhook is given a header with another one, that has to be right, too."""
    believe(credentials.get("webhook_secret") or "", call.headers.get(HEADER, ""))


def told(call: Call, _: SuperOpsSettings) -> Told | None:
    return Told(call.now.isoformat(), record="", kind="hint", is_new=True)


def parse(_: bytes, __: SuperOpsSettings) -> Hint:
    return Hint()
