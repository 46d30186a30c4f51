"""Django, for what needs the desk itself. Nothing else of the command starts it."""

import os

import django

from analytics.failures import Failure

SETTINGS = "DJANGO_SETTINGS_MODULE"


def start() -> None:
    """Make models usable; a second call does nothing. Raises Failure where the project is not there."""
    os.environ.setdefault(SETTINGS, "ticketsite.settings")
    try:
        django.setup()
    except ModuleNotFoundError as error:
        raise Failure(f"The desk is not installed here: there is no {error.name}. Read a file or the API.") from None
