"""Beginning: an empty ledger with keys, or a demonstration with people and a history."""

from pathlib import Path
from typing import Final

import click

from shell import demo as demonstration
from shell import first_start
from shell.demo import Note
from shell.home import Home
from shell.lines import as_json, pass_home, tell


@click.command()
@as_json
@pass_home
def init(home: Home, *, as_json: bool) -> None:
    """Make an empty ledger: officers, keys, the first trust list. Again: nothing changes."""
    with home.begun() as system:
        started = first_start.is_started(system)
        if not started:
            first_start.start(system, at=system.clockwork.now())
        answer = {"home": str(home.path), "made": not started}
    if as_json:
        tell(answer)
    else:
        click.echo(f"{home.path}: {'was there already' if started else 'made'}")


@click.command()
@as_json
@pass_home
def demo(home: Home, *, as_json: bool) -> None:
    """Fill the home with people who are nobody, once; say who can log in and what to scan."""
    with home.begun() as system:
        note = demonstration.fill(system)
    if as_json:
        tell(
            {
                "password": note.password,
                "accounts": note.accounts,
                "certificates": note.certificates,
                "texts": note.texts,
                "portal_token_file": str(home.path / demonstration.NOTE),
            }
        )
        return
    _show(note, home.path)


def _show(note: Note, home: Path) -> None:
    click.echo("A demonstration: nobody in it exists, and no paper of it proves anything.\n")
    click.echo(f"Sign in with the password {note.password} as")
    for name, title in note.accounts.items():
        click.echo(f"  {name:<12} {title}")
    click.echo("\nPapers to scan, to upload, or to give to `records verify`:")
    for title, file in note.certificates.items():
        click.echo(f"  {title:<14} {file}")
    note_file = home / demonstration.NOTE
    click.echo(
        f"\nA province's system calls with the token `portal_token` in {note_file},\n"
        "a hospital's with `facility_token`."
    )


COMMANDS: Final = (init, demo)
