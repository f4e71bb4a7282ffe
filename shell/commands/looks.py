"""Who asked to see people's data and was refused: for an auditor. Accounts and pseudonyms alone."""

import click

from ledger.commands.refusals import refusals
from shell.home import Home
from shell.lines import as_json, moment, pass_home, table, tell
from verify_api.routes.refusals import refusal_told

_PAGE = 1000
_HEAD = ("POSITION", "AT", "ACCOUNT", "ROLE", "ORGANISATION", "PERSON", "WHAT")


@click.group()
def looks() -> None:
    """Who asked to see people's data."""


@looks.command()
@click.option("--after", type=click.IntRange(min=0), default=0, help="Behind this position.")
@click.option("--account", help="Only what this account asked for.")
@as_json
@pass_home
def refused(home: Home, *, after: int, account: str | None, as_json: bool) -> None:
    """List who was refused what: of an account and person once a day, of an account 50 a day."""
    with home.opened() as system:
        found = []
        while page := refusals(system.reading, after=after, limit=_PAGE):
            after = page[-1].position
            found += [one for one in page if account in {None, one.act.actor}]
    if as_json:
        tell([refusal_told(one) for one in found])
        return
    rows = [
        (
            told["position"], moment(one.act.at), told["account"], told["role"],
            told["organisation"], told["person"],
            told["kind"] or f"more than {told['more_than']} persons",
        )
        for one in found
        for told in (refusal_told(one),)
    ]  # fmt: skip
    table(rows, head=_HEAD)
