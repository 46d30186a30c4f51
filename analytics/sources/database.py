"""The desk's own database, wherever `DATABASE_URL` says that it is."""

from importlib import import_module

from analytics.configuration import Configuration
from analytics.desk import start
from analytics.sources import Source


def source(configuration: Configuration) -> Source:
    """Return the desk as a source, once models can be loaded. Raises Failure."""
    start()
    made: Source = import_module("analytics.sources.tickets").DeskSource(configuration["as_user"])
    return made
