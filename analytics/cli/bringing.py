"""What `import` does: the desk's own import, with its progress and its report."""

from collections.abc import Mapping
from typing import Any

from django.core.management import CommandError, call_command
from django.db import Error

from analytics.desk import start
from analytics.failures import Failure


def bring(file: str, form: str, options: Mapping[str, Any]) -> None:
    """Import a file. Raises Failure; Ctrl-C ends with 130 and leaves an import to go on with."""
    start()
    given = [f"--{name.replace('_', '-')}" for name, value in options.items() if value is True]
    given += [f"--{name}={value}" for name, value in options.items() if value and value is not True]
    try:
        call_command("import_tickets", file, f"--format={form}", *given)
    except CommandError as error:
        raise Failure(str(error)) from error
    except Error as error:
        first = (str(error).strip() or type(error).__name__).splitlines()[0]
        raise Failure(f"The database does not answer: {first}. Set DATABASE_URL, or run manage.py migrate.") from error
