"""Backup and restore of a whole home."""

from pathlib import Path

import click

from shell.backup import back_up
from shell.backup import restore as restore_backup
from shell.home import Home
from shell.lines import pass_home

_FOLDER = click.Path(file_okay=False, path_type=Path)
_WARNING = """\
{secrets} holds the root key and the passphrase: who has it and the backup can read everything.
Carry it to another place now. After an erasure, back up anew and destroy what was here before:
an old backup with its old secrets would bring back whom the ledger has forgotten."""


@click.command()
@click.argument("folder", type=_FOLDER)
@click.option("--secrets-to", "secrets", type=_FOLDER, required=True,
              help="Another folder, for root key and passphrase.")  # fmt: skip
@pass_home
def backup(home: Home, folder: Path, secrets: Path) -> None:
    """Back the home up to FOLDER while it is in use; views are left out."""
    with home.opened() as system:
        manifest = back_up(system, folder, secrets=secrets, at=system.clockwork.now())
    click.echo(f"{folder}: {len(manifest.files)} files, {manifest.head.position} facts")
    click.echo(_WARNING.format(secrets=secrets), err=True)


@click.command()
@click.argument("folder", type=click.Path(file_okay=False, exists=True, path_type=Path))
@click.option("--secrets", type=click.Path(file_okay=False, exists=True, path_type=Path),
              required=True, help="Where root key and passphrase are.")  # fmt: skip
@pass_home
def restore(home: Home, folder: Path, secrets: Path) -> None:
    """Restore a backup from FOLDER into an empty home, check every fact, and rebuild the views."""
    head = restore_backup(home, folder, secrets=secrets)
    click.echo(f"{home.path}: {head.position} facts, every entry as it was written")
