"""`ticket-analyzer metrics`."""

import json
import shutil

import click

from analytics.cli.lazy import module


@click.command(name="metrics")
@click.option("--format", "shape", type=click.Choice(["table", "json"]), default="table", show_default=True)
def command(shape: str) -> None:
    """What is measured: unit, formula and source of each metric."""
    found = module("analytics.metrics.registry").METRICS.values()
    rows = [
        {
            "name": m.name,
            "title": m.title,
            "unit": m.unit.value,
            "main": m.main,
            "formula": m.formula,
            "source": m.source,
        }
        for m in found
    ]
    if shape == "json":
        click.echo(json.dumps(rows, indent=2))
        return
    for row in rows:
        click.echo(click.style(row["name"], bold=True) + f"  {row['title']}, in {row['unit']}")
        click.echo(
            click.wrap_text(
                f"{row['formula']}. From {row['source']}.", shutil.get_terminal_size().columns, "    ", "    "
            )
        )
