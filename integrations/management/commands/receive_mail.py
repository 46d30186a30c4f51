"""`manage.py receive_mail --mailbox NAME < raw`: the pipe a mail server delivers to."""

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.db import DatabaseError

from integrations.actions.storing import receive_letter
from integrations.mail.mailboxes import PROVIDER
from integrations.models import Connection
from tickets.errors import DomainError

# sysexits.h, which mail servers understand: a bounce for bad data and an unknown mailbox, another try for a passing trouble.
EX_DATAERR, EX_NOUSER, EX_TEMPFAIL = 65, 67, 75


class Command(BaseCommand):
    help = "Take one raw mail from standard input. Exit codes: 0 stored, 65 bad data, 67 no such mailbox, 75 try again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--mailbox", required=True, help="The connection's name.")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            code, said = _receive(options["mailbox"])
        except DatabaseError as error:
            code, said = EX_TEMPFAIL, f"The database cannot be used at the moment: {type(error).__name__}."
        if said:
            self.stderr.write(said)
        if code:
            sys.exit(code)


def _receive(mailbox: str) -> tuple[int, str]:
    connection = Connection.objects.filter(provider=PROVIDER, name=mailbox).first()
    if connection is None:
        return EX_NOUSER, "There is no such mailbox."
    if not connection.is_enabled:
        return EX_TEMPFAIL, "The mailbox is switched off."
    try:
        receive_letter(connection=connection, raw=sys.stdin.buffer.read())
    except DomainError as error:
        return EX_DATAERR, error.sentence
    return 0, ""
