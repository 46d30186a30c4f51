"""What a report holds beside the figures of its question."""

from dataclasses import dataclass

from analytics.metrics.outlook import Outlook


@dataclass(frozen=True)
class Options:
    """`about` are sentences on what was asked, such as "Only the team Network."; `outlook` is there where it was asked for."""

    title: str = "Ticket report"
    about: tuple[str, ...] = ()
    outlook: Outlook | None = None


PLAIN = Options()
