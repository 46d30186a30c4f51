"""`ticket-analyzer import`."""

from typing import Any

import click

from analytics.cli.lazy import module


@click.command(name="import")
@click.argument("file", type=click.Path(exists=True))
@click.option("--format", "-f", "form", required=True, metavar="servicenow|jira|bugzilla|zendesk|csv")
@click.option("--source", default="", help="The name of the other system; by default the format.")
@click.option("--mapping", type=click.Path(exists=True, dir_okay=False), help="A JSON file: columns, values, zone.")
@click.option("--organization", type=int, help="The id of the organization of tickets that name none.")
@click.option("--dry-run", is_flag=True, help="Report what would be done and write nothing.")
@click.option("--resume", is_flag=True, help="Go on with the latest unfinished import of this file.")
def command(file: str, form: str, **options: Any) -> None:
    """Bring the tickets of a FILE into the desk. A second run changes nothing."""
    module("analytics.cli.bringing").bring(file, form, options)
