"""Who acts for a person: appointed on a document, dismissed.

PERSON and BY are any stream that is about them, a pseudonym with a health book, or `-` for PERSON:
then their number is read from standard input, and never from the command line.
"""

from datetime import datetime
from typing import Final

import click

from ledger.commands import books
from ledger.identifiers import NumberKind
from ledger.records.health_book.facts import Relation
from shell.commands.book import find_book
from shell.home import Home
from shell.lines import pass_home
from shell.persons import person_argument

ROLE: Final = "data_steward"
_DAY: Final = click.DateTime(["%Y-%m-%d"])
_PERSONAL: Final = NumberKind.PERSONAL.value
_actor = click.option("--actor", required=True, help="Reference of the account that records it.")
_by = click.option("--by", required=True, help="Who acts for them: a stream, or a pseudonym.")


@click.command("appoint-representative")
@_by
@click.option("--relation", type=click.Choice([one.value for one in Relation]), required=True)
@click.option("--until", type=_DAY, help="First day without it.")
@click.option("--evidence", required=True, help="Which document says so; sealed.")
@_actor
@person_argument
@pass_home
def appoint(
    home: Home, person: str, *, number_kind: str, by: str, relation: str, until: datetime | None,
    evidence: str, actor: str,
) -> None:  # fmt: skip
    """Let somebody act for a person: a parent, a guardian, whom they authorised."""
    with home.opened() as system:
        subject = find_book(system, person, number_kind)
        representative = find_book(system, by, _PERSONAL)
        books.appoint_representative(
            system.facts, subject=subject, representative=representative,
            relation=Relation(relation), until=None if until is None else until.date(),
            evidence=evidence, act=system.act(actor, ROLE),
        )  # fmt: skip
    click.echo(f"{representative} acts for {subject}")


@click.command("end-representation")
@_by
@click.option("--reason", required=True, help="Why; sealed.")
@_actor
@person_argument
@pass_home
def end(home: Home, person: str, *, number_kind: str, by: str, reason: str, actor: str) -> None:
    """Let somebody act for a person no longer."""
    with home.opened() as system:
        subject = find_book(system, person, number_kind)
        representative = find_book(system, by, _PERSONAL)
        books.end_representation(
            system.facts, subject=subject, representative=representative, reason=reason,
            act=system.act(actor, ROLE),
        )  # fmt: skip
    click.echo(f"{representative} acts for {subject} no longer")


COMMANDS: Final = (appoint, end)
