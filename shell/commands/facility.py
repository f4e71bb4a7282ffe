"""The register of facilities: which may send and issue, and under which name."""

from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime
from typing import Any, Final

import click

from app import System
from ledger.commands import facilities as commands
from ledger.records.facility import Facility, FacilityRegistered, Level
from shell.home import Home, operator
from shell.lines import as_json, pass_home, table, tell

PAGE: Final = 500
_REGISTERED: Final = ("facility.registered/1",)
_LEVELS: Final = {level.name.lower(): level for level in Level}
_name = click.option("--name", required=True, help="In Vietnamese.")
_name_en = click.option("--name-en", required=True, help="In English.")
_basis = click.option("--legal-basis", required=True, help="The decision, without a person.")


@click.group()
def facility() -> None:
    """Register facilities, rename, recode, suspend and resume them."""


@facility.command()
@click.argument("code")
@_name
@_name_en
@click.option("--province", required=True, help="Two digits.")
@click.option("--level", type=click.Choice(sorted(_LEVELS)), required=True, help="Technical level.")
@pass_home
def register(home: Home, code: str, *, name: str, name_en: str, province: str, level: str) -> None:
    """Let the facility CODE send and issue; the same again changes nothing."""
    with home.opened() as system:
        commands.register(
            system.facts, code=code, name=name, name_en=name_en, province=province,
            level=_LEVELS[level], act=operator(system),
        )  # fmt: skip


@facility.command()
@click.argument("code")
@_name
@_name_en
@pass_home
def rename(home: Home, code: str, *, name: str, name_en: str) -> None:
    """Record what the facility CODE is called from now on."""
    with home.opened() as system:
        commands.rename(system.facts, code=code, name=name, name_en=name_en, act=operator(system))


@facility.command()
@click.argument("code")
@click.argument("successor")
@pass_home
def recode(home: Home, code: str, successor: str) -> None:
    """Record that CODE goes on as SUCCESSOR, which is registered already."""
    with home.opened() as system:
        commands.recode(system.facts, code=code, successor=successor, act=operator(system))


@facility.command()
@click.argument("code")
@_basis
@pass_home
def suspend(home: Home, code: str, *, legal_basis: str) -> None:
    """Take nothing more from the facility CODE; what it sent stays."""
    with home.opened() as system:
        commands.suspend(system.facts, code=code, legal_basis=legal_basis, act=operator(system))


@facility.command()
@click.argument("code")
@_basis
@pass_home
def resume(home: Home, code: str, *, legal_basis: str) -> None:
    """Take again what the facility CODE sends."""
    with home.opened() as system:
        commands.resume(system.facts, code=code, legal_basis=legal_basis, act=operator(system))


@facility.command()
@click.argument("code")
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), required=True, help="First day.")
@pass_home
def synchronised(home: Home, code: str, *, since: datetime) -> None:
    """Record since when CODE sends through social insurance."""
    with home.opened() as system:
        commands.synchronise(system.facts, code=code, since=since.date(), act=operator(system))


@facility.command()
@click.argument("code")
@as_json
@pass_home
def show(home: Home, code: str, *, as_json: bool) -> None:
    """Show what is known of the facility CODE."""
    with home.opened() as system:
        state = commands.load_facility(system.reading, code).state
    if as_json:
        tell(_told(state))
        return
    table(_told(state).items())


@facility.command("list")
@as_json
@pass_home
def list_(home: Home, *, as_json: bool) -> None:
    """List all facilities, in the order of their registration."""
    with home.opened() as system:
        found = list(_all(system))
    if as_json:
        tell([_told(state) for state in found])
        return
    rows = [(state.code, state.name, state.province, _standing(state)) for state in found]
    table(rows, head=("code", "name", "province", "standing"))


def _all(system: System) -> Iterator[Facility]:
    after = 0
    while page := system.reading.read(after=after, limit=PAGE, topics=_REGISTERED):
        for recorded in page:
            assert isinstance(recorded.fact, FacilityRegistered)
            yield commands.load_facility(system.reading, recorded.fact.code).state
        after = page[-1].position


def _told(state: Facility) -> dict[str, Any]:
    told = asdict(state) | {"level": state.level.name.lower(), "standing": _standing(state)}
    return {name: value for name, value in told.items() if name != "suspended"}


def _standing(state: Facility) -> str:
    if state.successor is not None:
        return "recoded"
    return "suspended" if state.suspended else "may send"
