"""Links that people have made: which stand, and ending one; never what they show.

PERSON is any stream that is about them, or `-`: then their number is read from standard input.
"""

from typing import Final
from uuid import UUID

import click

from ledger.commands import sharing
from projections.columns import moment as moment_of
from projections.governing_queries import shares_of
from shell.home import Home
from shell.lines import as_json, moment, pass_home, table, tell
from shell.persons import find_person, person_argument

ROLE: Final = "data_protection_officer"


@click.group()
def share() -> None:
    """Links by which people show a part of their health book."""


@share.command("list")
@person_argument
@as_json
@pass_home
def list_(home: Home, person: str, *, number_kind: str, as_json: bool) -> None:
    """List a person's links: until when, how often opened, whether ended."""
    with home.opened() as system:
        subject = find_person(system, person, number_kind)
        system.projector.catch_up()
        with system.views.database.reading() as session:
            rows = shares_of(session, subject)
    if as_json:
        tell([row._asdict() for row in rows])
        return
    table(
        [
            (row.share, moment(moment_of(row.expires_at)), f"{row.opened}/{row.max_opens}",
             row.failures, bool(row.ended))
            for row in rows
        ],
        head=("LINK", "UNTIL", "OPENED", "WRONG PASSCODES", "ENDED"),
    )  # fmt: skip


@share.command()
@click.option("--share", "named", type=click.UUID, required=True, help="Its reference.")
@click.option("--actor", required=True, help="Reference of the officer's account.")
@person_argument
@pass_home
def revoke(home: Home, person: str, *, number_kind: str, named: UUID, actor: str) -> None:
    """End a link for the person, at once."""
    with home.opened() as system:
        subject = find_person(system, person, number_kind)
        act = system.act(actor, ROLE)
        sharing.revoke(system.facts, subject=subject, stream=named, act=act)
    click.echo(f"{named}: ended")
