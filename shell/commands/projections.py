"""Views: how far they are, and building them anew beside the old ones."""

import click

from app import System
from projections.projector import Progress
from projections.view_store import Generation
from projections.views import NAMES
from shell.home import Home
from shell.lines import as_json, pass_home, table, tell

_NAMES = click.Choice(NAMES)


@click.group()
def projections() -> None:
    """Look at the views, and rebuild them."""


@projections.command()
@click.option("--digests", is_flag=True, help="Also SHA-256 over each view's rows.")
@as_json
@pass_home
def status(home: Home, *, digests: bool, as_json: bool) -> None:
    """Say how far each view has come."""
    with home.opened() as system:
        head = system.reading.head()
        rows = [
            {
                "view": generation.view,
                "generation": generation.number,
                "version": generation.version,
                "in_force": generation.in_force,
                "position": generation.position,
                "behind": head - generation.position,
                **({"digest": _digest(system, generation)} if digests else {}),
            }
            for generation in system.views.generations()
        ]
    if as_json:
        tell({"head": head, "views": rows})
        return
    click.echo(f"head of the ledger: {head}")
    table([tuple(row.values()) for row in rows], head=[name.upper() for name in rows[0]])


@projections.command()
@click.argument("names", nargs=-1, type=_NAMES)
@click.option("--all", "every", is_flag=True, help="Every view.")
@as_json
@pass_home
def rebuild(home: Home, names: tuple[str, ...], *, every: bool, as_json: bool) -> None:
    """Build views anew from the facts, beside those in force, then swap.

    The one in force is caught up first, so that the digests of old and new can be compared.
    """
    chosen = list(NAMES) if every else list(dict.fromkeys(names))
    if not chosen:
        raise click.UsageError("name a view, or say --all")
    with home.opened() as system:
        system.projector.catch_up()
        answers = [_rebuilt(system, name) for name in chosen]
    if as_json:
        tell(answers)
    else:
        table([tuple(one.values()) for one in answers], head=[name.upper() for name in answers[0]])


def _rebuilt(system: System, name: str) -> dict[str, object]:
    before = system.views.in_force(name)
    old = _digest(system, before)
    after = system.projector.rebuild(name, report=_report)
    new = _digest(system, after)
    return {
        "view": name,
        "generation": after.number,
        "position": after.position,
        # With more facts than before the rows may well differ; then nothing is said.
        "same": new == old if after.position == before.position else None,
        "digest": new,
    }


def _report(progress: Progress) -> None:
    click.echo(
        f"{progress.view}: {progress.position}/{progress.head} facts, "
        f"{progress.rate:,.0f}/s, {progress.eta_seconds:.0f} s to go",
        err=True,
    )


def _digest(system: System, generation: Generation) -> str:
    return system.views.digest(system.views.views[generation.view], generation.number).hex()
