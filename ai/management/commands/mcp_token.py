"""`manage.py mcp_token`: a long-lived token for a desktop program."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from ai.actions.tokens import create_token
from tickets.errors import DomainError
from tickets.models import User


class Command(BaseCommand):
    help = "Make a personal token that is good for the MCP server only, and print it once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("user", help="e-mail address of whom it stands for")
        parser.add_argument("--name", default="Desktop client", help="the program that will use it")
        parser.add_argument("--days", type=int, default=90, help="how long it is good (90)")

    def handle(self, *, user: str, name: str, days: int, **_: Any) -> None:
        who = User.objects.filter(email__iexact=user, is_active=True).first()
        if who is None:
            raise CommandError(f"Nobody active has the address {user}.")
        try:
            _row, raw = create_token(by=who, name=name, days=days)
        except DomainError as error:
            raise CommandError(error.detail) from None
        self.stdout.write(raw)
