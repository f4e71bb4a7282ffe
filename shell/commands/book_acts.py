"""What is written into a health book itself at a counter: the person's own words, a death.

PERSON is the book's pseudonym, any stream that is about them, or `-`: then their number is read
from standard input, and never from the command line.
"""

from datetime import datetime
from typing import Final
from uuid import UUID

import click

from ledger.commands import books, integration
from shell.commands.book import find_book
from shell.home import Home
from shell.lines import pass_home
from shell.persons import person_argument

ROLE: Final = "data_steward"
_DAY: Final = click.DateTime(["%Y-%m-%d"])
_actor = click.option("--actor", required=True, help="Reference of the account that records it.")


@click.command()
@click.option("--words", required=True, help="In the person's words; sealed.")
@_actor
@person_argument
@pass_home
def note(home: Home, person: str, *, number_kind: str, words: str, actor: str) -> None:
    """Write a note of the person's into their book; prints its name."""
    with home.opened() as system:
        receipt = books.enter_note(
            system.facts, subject=find_book(system, person, number_kind), note=words,
            act=system.act(actor, ROLE),
        )  # fmt: skip
    click.echo(str(receipt.event_ids[-1]))


@click.command("withdraw-note")
@click.option("--note", "named", type=click.UUID, required=True, help="Its name.")
@_actor
@person_argument
@pass_home
def withdraw_note(home: Home, person: str, *, number_kind: str, named: UUID, actor: str) -> None:
    """Take a note back for the person: it is shown no longer."""
    with home.opened() as system:
        subject = find_book(system, person, number_kind)
        books.withdraw_note(system.facts, subject=subject, note=named, act=system.act(actor, ROLE))
    click.echo(f"{named}: withdrawn")


@click.command()
@click.option("--on", type=_DAY, required=True, help="The day of death.")
@click.option("--evidence", required=True, help="Which document says so; sealed.")
@click.option("--facility", help="Code of the facility that says so, where it is one.")
@click.option("--legal-basis", required=True, help="The law or decision; no person.")
@_actor
@person_argument
@pass_home
def death(
    home: Home, person: str, *, number_kind: str, on: datetime, evidence: str,
    facility: str | None, legal_basis: str, actor: str,
) -> None:  # fmt: skip
    """Record that the person died; nothing new is allowed in their name from then on."""
    with home.opened() as system:
        books.record_death(
            system.facts, subject=find_book(system, person, number_kind), on=on.date(),
            evidence=evidence, act=system.act(actor, ROLE, facility, legal_basis=legal_basis),
        )  # fmt: skip
    click.echo(f"death on {on.date()} recorded")


@click.command("withdraw-death")
@click.option("--reason", required=True, help="Why it was an error; sealed.")
@click.option("--legal-basis", required=True, help="The law or decision; no person.")
@_actor
@person_argument
@pass_home
def withdraw_death(
    home: Home, person: str, *, number_kind: str, reason: str, legal_basis: str, actor: str
) -> None:
    """Take back a death that was recorded in error."""
    with home.opened() as system:
        books.withdraw_death(
            system.facts, subject=find_book(system, person, number_kind), reason=reason,
            act=system.act(actor, ROLE, legal_basis=legal_basis),
        )  # fmt: skip
    click.echo("the recorded death is taken back")


@click.command()
@click.option("--app", required=True, help="Short name of the app, such as vneid.")
@click.option("--end", is_flag=True, help="It is shown there no longer.")
@_actor
@person_argument
@pass_home
def integrate(
    home: Home, person: str, *, number_kind: str, app: str, end: bool, actor: str
) -> None:
    """Record that the person sees their book in an app, or no longer does."""
    with home.opened() as system:
        subject, act = find_book(system, person, number_kind), system.act(actor, ROLE)
        change = integration.end_integration if end else integration.integrate
        change(system.facts, subject=subject, app=app, act=act)
    click.echo(f"{app}: {'shown no longer' if end else 'shown'}")


COMMANDS: Final = (note, withdraw_note, death, withdraw_death, integrate)
