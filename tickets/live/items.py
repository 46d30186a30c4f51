"""What travels through the channel layer: one item for one event, with the messages for the sockets of each kind of group."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

LIVE = "live"  # the one group of the channel layer; every web process has one channel in it


@dataclass
class Item:
    """`texts` go to the sockets in `groups`, ready to be sent; `left` get `left_text` unless they are in `groups` too."""

    groups: list[str]
    texts: list[str]
    staff_only: bool = False
    skip_user: int = 0
    ticket_id: int = 0
    version: int = 0
    event_id: int = 0
    recheck: bool = False  # ask again who may see the ticket before anything is sent
    left: list[str] = field(default_factory=list)
    left_text: str = ""


def packed(items: list[Item]) -> dict[str, Any]:
    return {"type": "live.items", "items": [asdict(item) for item in items]}


def unpacked(message: Mapping[str, Any]) -> list[Item]:
    return [Item(**item) for item in message["items"]]


def ticket_group(ticket_id: int) -> str:
    """Name the group of those who follow a ticket."""
    return f"ticket.{ticket_id}"


def job_group(job_id: int) -> str:
    """Name the group of those who follow the processing of a file."""
    return f"job.{job_id}"


def access_group(ticket_id: int) -> str:
    """Name the group of those who must be asked again when the access to a ticket changes."""
    return f"access.{ticket_id}"


def person_group(user_id: int) -> str:
    """Name the group of one person's sockets."""
    return f"person.{user_id}"


def queue_group(audience: str) -> str:
    """Name the group of those whose lists hold the tickets of an audience."""
    return f"queue.{audience}"
