"""`ticket-analyzer daemon`: reports by schedule."""

import logging
import os
import sys
from zoneinfo import ZoneInfo

import click

from analytics.cli.session import Session, pass_session
from analytics.configuration import Configuration, load
from analytics.daemon.health import Health, serve
from analytics.daemon.schedules import Schedule, schedules_of
from analytics.daemon.service import Daemon
from analytics.masking import MaskedLog
from analytics.reports.formats import FORMATS


@click.command("daemon", short_help="Write reports by schedule, with health and metrics on a port.")
@click.option("--port", "daemon_port", type=int, help="The port for /health and /metrics.")
@click.option("--address", "daemon_address", help="The address of that port; 127.0.0.1 unless told.")
@pass_session
def command(session: Session, daemon_port: int | None, daemon_address: str | None) -> None:
    """Write the reports of the configuration's schedules until told to end.

    SIGHUP reads the configuration again; SIGTERM ends.
    """
    _log(session.verbose)
    configuration = session.with_options(daemon_port=daemon_port, daemon_address=daemon_address)
    health = Health()
    daemon = Daemon(lambda: _schedules(load(os.environ, session.path)), _options(session), health)
    daemon.listen()
    daemon.start()
    server = serve(health, configuration["daemon_address"], configuration["daemon_port"])
    host, port = server.server_address[:2]
    click.echo(f"Health and metrics: http://{host!s}:{port}/health and /metrics", err=True)
    daemon.serve()
    server.shutdown()


def _schedules(configuration: Configuration) -> list[Schedule]:
    return schedules_of(configuration["schedules"], FORMATS, ZoneInfo(configuration["time_zone"]))


def _options(session: Session) -> list[str]:
    return ["--config", str(session.path)] if session.path else []


def _log(verbose: bool) -> None:
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    handler.addFilter(MaskedLog())
    logging.basicConfig(level=logging.DEBUG if verbose else logging.INFO, handlers=[handler], force=True)
