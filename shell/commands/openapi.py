"""The interface of the service, as it describes itself."""

import json

import click

from shell.interface import interface


@click.command()
@click.option("--server", default="/", show_default=True, help="Address of the service.")
def openapi(server: str) -> None:
    """Print the description of every address of the service, as OpenAPI 3.1 in JSON."""
    click.echo(json.dumps(interface(server), ensure_ascii=False, indent=2))
