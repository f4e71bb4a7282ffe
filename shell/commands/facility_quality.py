"""How well the data of facilities are, month by month."""

import re
from typing import Final

import click

from projections.quality_figures import Quality, by_facility, by_month
from shell.home import Home
from shell.lines import as_json, pass_home, table, tell
from verify_api.quality_json import quality_json

_MONTH: Final = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])", re.ASCII)


def _month(_context: click.Context, _option: click.Parameter, typed: str) -> str:
    if typed and not _MONTH.fullmatch(typed):
        raise click.BadParameter("expected a month such as 2026-11")
    return typed


@click.command()
@click.argument("code", required=False)
@click.option("--from", "first", default="", callback=_month, help="First month, such as 2026-01.")
@click.option("--to", "last", default="", callback=_month, help="Last month.")
@as_json
@pass_home
def quality(home: Home, code: str | None, *, first: str, last: str, as_json: bool) -> None:
    """Say how good the data of the facility CODE are, by month; of all facilities without one."""
    with home.opened() as system:
        system.projector.catch_up()
        with system.views.database.reading() as session:
            span = {"first": first, "last": last or "9999-12"}
            found = (
                by_facility(session, **span)
                if code is None
                else by_month(session, facility=code, **span)
            )
    if as_json:
        tell([quality_json(one) for one in found])
        return
    table(
        [_row(one) for one in found],
        head=("FACILITY", "MONTH", "SCORE", "VISITS", "ASSESSED", "ERRORS", "WARNINGS", "LATE",
              "CORRECTED", "DOUBLED"),
    )  # fmt: skip
    for one in found:
        for rule in one.rules:
            click.echo(f"{rule.month}  {rule.rule}  {rule.times}")


def _row(one: Quality) -> tuple[object, ...]:
    shares = (
        one.error_share, one.warning_share, one.late_share, one.corrected_share,
        one.doubled_share,
    )  # fmt: skip
    return (
        one.sums.facility, one.sums.month or "all", one.score, one.sums.visits, one.sums.assessed,
        *(None if share is None else f"{share:.1%}" for share in shares),
    )  # fmt: skip
