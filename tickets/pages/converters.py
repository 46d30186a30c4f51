"""How a ticket is written in an address: /tickets/T-1042."""


class TicketNumber:
    """`T-1042` or `1042`; views get the id."""

    regex = r"(?:[Tt]-)?\d{1,18}"

    def to_python(self, value: str) -> int:
        return int(value.lstrip("Tt-"))

    def to_url(self, value: int) -> str:
        return f"T-{value}"
