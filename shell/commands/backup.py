"""Backup and restore of a whole home."""

from pathlib import Path

import click

from app import System
from shell.backup import back_up
from shell.backup import restore as restore_backup
from shell.checking import read_policy
from shell.errors import BackupError
from shell.home import Home, read
from shell.lines import pass_home
from shell.local_witness import LOST, home_of, is_lost
from shell.restored_history import check_history, held_by_witnesses

_FOLDER = click.Path(file_okay=False, path_type=Path)
_FILE = click.Path(dir_okay=False, path_type=Path)
_WARNING = """\
{secrets} holds the root key and the passphrase: who has it and the backup can read everything.
Carry it to another place now. After an erasure, back up anew and destroy what was here before:
an old backup with its old secrets would bring back whom the ledger has forgotten."""


_NO_WITNESS = """\
This home's own witness is not in the backup: a witness is never put back, it would forget what it
has cosigned. After a restore: `records log witness local`."""


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
    if home_of(home.path) is not None:
        click.echo(_NO_WITNESS, err=True)


@click.command()
@click.argument("folder", type=click.Path(file_okay=False, exists=True, path_type=Path))
@click.option("--secrets", type=click.Path(file_okay=False, exists=True, path_type=Path),
              required=True, help="Where root key and passphrase are.")  # fmt: skip
@click.option(
    "--verify",
    "held",
    is_flag=True,
    help="Ask the log's witnesses: refuse what is older than they know.",
)
@click.option(
    "--checkpoint",
    "files",
    multiple=True,
    type=_FILE,
    help="A head of the log that somebody else kept: the same, without a network.",
)
@click.option(
    "--policy",
    type=_FILE,
    help="Whose heads count (C2SP tlog-policy); the backup's own if left out.",
)
@pass_home
def restore(
    home: Home,
    folder: Path,
    secrets: Path,
    files: tuple[Path, ...],
    policy: Path | None,
    *,
    held: bool,
) -> None:
    """Restore a backup from FOLDER into an empty home, check every fact, and rebuild the views.

    With --verify or --checkpoint nothing is restored that is older than the newest head that others
    hold, or has another history.
    """
    notes = [read(file) for file in files]
    lost: list[str] = []

    def check(system: System) -> None:
        if is_lost(system):
            lost.append(LOST)
        if not held and not notes:
            return
        counts = system.policy if policy is None else read_policy(policy)
        if counts is None:
            raise BackupError("log", "this backup has no log, so nobody holds a head of it")
        origin = system.log_files.origin()
        asked = held_by_witnesses(counts, origin) if held else []
        size = check_history(system.reading, counts, origin, [*notes, *asked])
        click.echo(f"goes on from the head over {size} facts that is held outside")

    head = restore_backup(home, folder, secrets=secrets, check=check)
    click.echo(f"{home.path}: {head.position} facts, every entry as it was written")
    for told in lost:
        click.echo(told, err=True)
