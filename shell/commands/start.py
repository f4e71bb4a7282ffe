"""Beginning: an empty ledger with keys, or a demonstration with people and a history."""

from functools import partial
from pathlib import Path
from typing import Final

import click

from shell import demo as demonstration
from shell import demo_launch, first_start, launch_settings
from shell.demo import Note
from shell.demo_launch_country import LAST_DAY
from shell.home import Home
from shell.launch_scale import FACTOR, LaunchScale, launch_scale, read_factor
from shell.lines import as_json, pass_home, table, tell


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
@click.option(
    "--scale",
    type=click.Choice(["town", "launch"]),
    default="town",
    show_default=True,
    help="A town of some fifty people, or the national launch of 2024, drawn smaller.",
)
@click.option("--factor", default=f"1:{FACTOR}", show_default=True, help="Of the launch.")
@as_json
@pass_home
def demo(home: Home, *, scale: str, factor: str, as_json: bool) -> None:
    """Fill the home with people who are nobody, once; say who can log in and what to scan."""
    figures: dict[str, int] = {}
    if scale == "launch":
        note, figures = _launched(home, launch_scale(read_factor(factor)))
    else:
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
                **({"figures": figures} if figures else {}),
            }
        )
        return
    if figures:
        click.echo(f"The launch came to these figures, up to {LAST_DAY}:")
        table((name.replace("_", " "), f"{figure:,}") for name, figure in figures.items())
        click.echo()
    _show(note, home.path)


def _launched(home: Home, scale: LaunchScale) -> tuple[Note, dict[str, int]]:
    launch_settings.prepare(home, scale)
    with home.begun() as system:
        note = demo_launch.fill(system, scale, tell=partial(click.echo, err=True))
        return note, demo_launch.came_to(system)


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
