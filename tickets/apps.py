from importlib import import_module

from django.apps import AppConfig
from django.db import connection


class TicketsConfig(AppConfig):
    name = "tickets"
    verbose_name = "Tickets"

    def ready(self) -> None:
        if connection.vendor == "postgresql":
            import_module("tickets.moments").read_fast()  # which needs the driver
