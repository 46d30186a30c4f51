"""The command itself: its group, and how every failure ends as a sentence and an exit code."""

import os
import sys
from pathlib import Path
from typing import Any, NoReturn

import click

from analytics.cli.lazy import LazyGroup, module
from analytics.cli.session import Session, pass_session
from analytics.failures import FAILED, INTERRUPTED, Failure

COMMANDS = {
    "analyze": ("analytics.cli.analyze", "Figures, trends and remarks of a period."),
    "report": ("analytics.cli.report", "A report with charts as a file: web page, PDF, Excel and others."),
    "metrics": ("analytics.cli.metrics", "What is measured: unit, formula and source of each metric."),
    "import": ("analytics.cli.importing", "Bring the tickets of a file into the desk."),
    "daemon": ("analytics.cli.daemon", "Reports by schedule, with health and metrics on a port."),
    "config": ("analytics.cli.config", "The settings, and where each comes from."),
}


class Analyzer(LazyGroup):
    def main(self, *args: Any, **extra: Any) -> NoReturn:
        """Run and exit: 0 done, 1 failed, 2 wrong usage, 130 interrupted."""
        session = Session()
        try:
            done = super().main(*args, **(extra | {"standalone_mode": False, "obj": session}))
        except click.exceptions.Exit as asked:
            sys.exit(asked.exit_code)
        except click.ClickException as error:
            error.show()
            sys.exit(error.exit_code)
        except (click.Abort, KeyboardInterrupt):
            _end("Interrupted. Nothing was left half-written.", INTERRUPTED)
        except BrokenPipeError:
            _end_unheard()
        except Failure as error:
            _end(str(error), error.code, error if session.verbose else None)
        except Exception as error:  # noqa: BLE001 - the last resort of a command: a sentence instead of a traceback
            said = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
            advice = "" if session.verbose else " Run it again as ticket-analyzer --verbose … to see where."
            _end(f"This should not happen: {said}.{advice}", FAILED, error if session.verbose else None)
        sys.exit(done if isinstance(done, int) else 0)


def _end(sentence: str, code: int, shown: Exception | None = None) -> NoReturn:
    if shown:
        sys.excepthook(type(shown), shown, shown.__traceback__)
    click.secho(sentence, fg="red", err=True)
    sys.exit(code)


def _end_unheard() -> NoReturn:
    """Whoever read the output has gone: say nothing, now or when Python flushes at its end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    sys.exit(FAILED)


@click.command(
    cls=Analyzer,
    commands_at=COMMANDS,
    name="ticket-analyzer",
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 120},
)
@click.option("--config", "-c", "path", type=click.Path(path_type=Path), help="A configuration file, .json or .ini.")
@click.option("--verbose", "-v", is_flag=True, help="Show where something failed.")
@click.option("--validate-config", is_flag=True, help="Check the settings, and stop.")
@click.option("--test-config", is_flag=True, help="Check the settings, reach the source, and stop.")
@click.version_option(package_name="ticketsite", prog_name="ticket-analyzer")
@pass_session
@click.pass_context
def cli(
    ctx: click.Context, session: Session, path: Path | None, verbose: bool, validate_config: bool, test_config: bool
) -> None:
    """The figures of a helpdesk: of its database, a file, its API or an MCP server.

    Settings come from the command line first, then from a configuration file, then from TICKET_ANALYZER_* variables.
    """
    session.path, session.verbose = path, verbose
    if validate_config or test_config:
        module("analytics.cli.checking").check(session.configuration, reach=test_config)
        ctx.exit()
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help())


def main() -> None:
    """Run the command; what `ticket-analyzer` is installed as."""
    cli()
