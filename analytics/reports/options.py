"""What a report says about itself."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Options:
    """`about` are sentences on what was asked, such as "Only the team Network."."""

    title: str = "Ticket report"
    about: tuple[str, ...] = ()


PLAIN = Options()
