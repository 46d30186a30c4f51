"""Configuration in the Django admin, a file per noun. Tickets and what happens to them are read-only here."""

from tickets.admin import (  # noqa: F401 - registering is what these are for
    articles,
    classification,
    foreign,
    imports,
    organizations,
    people,
    prepared,
    technicians,
    tickets,
    work,
)
