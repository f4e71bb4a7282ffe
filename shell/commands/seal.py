"""Daily seals: making one now, and listing them."""

from typing import Any

import click

from ledger.calendar import local_day
from ledger.commands import seals
from ledger.facts import RecordedFact
from ledger.records.seal import DaySealed
from shell.day_seals import seal_day
from shell.home import Home, operator
from shell.lines import as_json, moment, pass_home, table, tell


@click.group()
def seal() -> None:
    """Look after the daily seals of views and stream heads."""


@seal.command()
@as_json
@pass_home
def now(home: Home, *, as_json: bool) -> None:
    """Seal the present day at once; the worker then has nothing to seal at midnight."""
    with home.opened() as system:
        system.projector.catch_up()
        act = operator(system)
        sealed = seal_day(system, local_day(act.at), act=act)
    _show(sealed, as_json=as_json)


@seal.command("list")
@as_json
@pass_home
def list_(home: Home, *, as_json: bool) -> None:
    """List the seals."""
    with home.opened() as system:
        rows = [_row(one) for one in seals.all_seals(system.reading)]
    if as_json:
        tell(rows)
        return
    table([tuple(row.values()) for row in rows], head=("DAY", "AT", "FACT", "UP TO", "HEADS ROOT"))


def _row(recorded: RecordedFact) -> dict[str, Any]:
    fact = recorded.fact
    assert isinstance(fact, DaySealed)
    return {
        "day": fact.day.isoformat(),
        "at": moment(recorded.act.at),
        "fact": recorded.position,
        "position": fact.heads.position,
        "heads_root": fact.heads.root.hex(),
    }


def _show(sealed: DaySealed, *, as_json: bool) -> None:
    views = [
        (one.name, one.version, one.position, one.rows, one.root.hex()) for one in sealed.views
    ]
    head = ("view", "version", "position", "rows", "root")
    if as_json:
        log = sealed.log
        tell({
            "day": sealed.day.isoformat(),
            "heads": {
                "position": sealed.heads.position,
                "count": sealed.heads.count,
                "root": sealed.heads.root.hex(),
            },
            "log": None if log is None else {"size": log.size, "root": log.root.hex()},
            "views": [dict(zip(head, row, strict=True)) for row in views],
        })  # fmt: skip
        return
    click.echo(f"sealed {sealed.day}: {sealed.heads.count} heads, root {sealed.heads.root.hex()}")
    table(views, head=[name.upper() for name in head])
