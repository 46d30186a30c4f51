"""Addresses of tickets' pages, as other systems are given them and show them again."""

from urllib.parse import urlsplit

from django.conf import settings
from django.urls import Resolver404, resolve, reverse

PAGES = frozenset({"ticket", "portal_ticket"})


def address_of(number: int) -> str:
    """Return the whole address of a ticket's page."""
    return f"{settings.SITE_URL}{reverse('ticket', args=[number])}"


def number_in(address: str) -> int | None:
    """Return the number of the ticket that an address of ours leads to; None for every other address."""
    try:
        here, there = urlsplit(settings.SITE_URL), urlsplit(address)
    except ValueError:
        return None
    if (there.scheme, there.netloc) != (here.scheme, here.netloc) or not there.path.startswith(here.path):
        return None
    try:
        match = resolve(there.path.removeprefix(here.path))
    except Resolver404:
        return None
    return int(match.kwargs["pk"]) if match.url_name in PAGES else None
