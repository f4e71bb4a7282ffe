"""One person with two health books: joined, parted again, and what happened to them."""

import sys
from dataclasses import asdict
from typing import Final
from uuid import UUID

import click

from app import System
from ledger.commands import books
from ledger.commands.patients import STRENGTH, find_patient
from ledger.errors import NotFoundError
from ledger.identifiers import health_book_stream
from shell.home import Home
from shell.lines import as_json, pass_home, table, tell
from shell.persons import LONGEST_LINE, STANDARD_INPUT
from shell.references import find_stream
from shell.story import clear_history

ROLE: Final = "data_steward"
_reason = click.option("--reason", required=True, help="Why; sealed, as it may name a person.")
_actor = click.option("--actor", required=True, help="Reference of the steward's account.")
_number_kind = click.option(
    "--number-kind", type=click.Choice(STRENGTH), default=STRENGTH[0], show_default=True,
    help="What the numbers on standard input are.",
)  # fmt: skip


@click.group()
def person() -> None:
    """Work on persons whom two health books stand for.

    PERSON is any stream that is about them, or `-`: then their number is read from the next line
    of standard input, never from the command line.
    """


@person.command()
@click.argument("part")
@click.argument("whole")
@_reason
@_actor
@_number_kind
@pass_home
def merge(home: Home, part: str, whole: str, *, reason: str, actor: str, number_kind: str) -> None:
    """Let the book of PART read as part of the book of WHOLE; nothing is copied."""
    with home.opened() as system:
        one, other = (find_subject(system, named, number_kind) for named in (part, whole))
        books.link(system.facts, part=one, whole=other, reason=reason, act=system.act(actor, ROLE))


@person.command()
@click.argument("part")
@click.argument("whole")
@_reason
@_actor
@_number_kind
@pass_home
def unmerge(
    home: Home, part: str, whole: str, *, reason: str, actor: str, number_kind: str
) -> None:
    """Undo a merge: each book is as it was."""
    with home.opened() as system:
        one, other = (find_subject(system, named, number_kind) for named in (part, whole))
        books.unlink(
            system.facts, part=one, whole=other, reason=reason, act=system.act(actor, ROLE)
        )


@person.command()
@click.argument("named", metavar="PERSON")
@_number_kind
@as_json
@pass_home
def history(home: Home, named: str, *, number_kind: str, as_json: bool) -> None:
    """Show what happened to a person's book itself, and with which it reads as one."""
    with home.opened() as system:
        subject = find_subject(system, named, number_kind)
        together = books.subjects_of(system.reading, subject)
        facts = clear_history(system, health_book_stream(subject))
    if as_json:
        tell({
            "subject": str(subject),
            "reads_as_one": [str(one) for one in together],
            "facts": [asdict(fact) for fact in facts],
        })  # fmt: skip
        return
    click.echo(f"person {subject}")
    for one in together:
        if one != subject:
            click.echo(f"reads as one with {one}")
    table([(fact.position, fact.at, fact.topic, fact.actor) for fact in facts])


def find_subject(system: System, named: str, number_kind: str) -> UUID:
    """Return a person's pseudonym, also of somebody who is known to health records alone.

    Raises:
        NotFoundError: Nobody is known under it.
    """
    if named != STANDARD_INPUT:
        recorded = system.reading.history(find_stream(system, named)).recorded
        subject = recorded[0].subject
    else:
        line = sys.stdin.buffer.readline(LONGEST_LINE).decode("utf-8", "replace").strip()
        subject = find_patient(system.directory, number_kind, line)
    if subject is None:
        raise NotFoundError("nobody is known under this reference")
    return subject
