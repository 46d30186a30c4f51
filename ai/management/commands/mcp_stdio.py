"""`manage.py mcp_stdio`: the MCP server for a desktop program on this machine, over its standard input and output."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from ai import lazy
from ai.tools.registry import Caller
from tickets.models import User


class Command(BaseCommand):
    help = "Serve the tools over standard input and output, every call as the named user."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--user", required=True, help="e-mail address or username of whom the calls act as")

    def handle(self, *, user: str, **_: Any) -> None:
        people = User.objects.filter(is_active=True)
        who = people.filter(email__iexact=user).first() or people.filter(username__iexact=user).first()
        if who is None:
            raise CommandError(f"Nobody active is called {user}.")
        module = lazy.module(lazy.SERVER)
        module.ACTING.set(Caller(who))
        module.server(open_to="process").run(transport="stdio", show_banner=False)
