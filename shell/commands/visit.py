"""A visit after it was sent: where it stands, voided, moved to the person whom it is about.

REFERENCE is the visit's stream, as its receipt says, or FACILITY:KEY with the key under which the
facility sent it (MA_LK, or the number of the encounter).
"""

import sys
from typing import Any, Final
from uuid import UUID

import click
from msgspec import to_builtins

from app import System
from doors import visit_desk
from ledger.commands.books import load_book
from ledger.commands.patients import STRENGTH
from ledger.commands.right_patient import GivenNumber
from ledger.commands.visit_streams import load_visit, sender_of
from ledger.errors import InvalidInputError
from ledger.identifiers import visit_stream
from shell.commands.person import find_subject
from shell.home import Home, operator
from shell.lines import as_json, pass_home, table, tell
from shell.persons import LONGEST_LINE, STANDARD_INPUT
from verify_api.desk.visits import Change
from verify_api.visit_json import VisitTold

ROLE: Final = "data_steward"
_reason = click.option("--reason", required=True, help="Why; sealed, as it may name a person.")
_actor = click.option("--actor", required=True, help="Reference of the account.")
_basis = click.option(
    "--legal-basis", required=True, help="The request or decision that it rests on; no person."
)
_revision = click.option(
    "--revision", type=click.IntRange(min=1), help="Only if this is the newest; else any."
)


@click.group()
def visit() -> None:
    """Look at a visit's receipt, void it, move it to the right person."""


@visit.command()
@click.argument("reference")
@as_json
@pass_home
def show(home: Home, reference: str, *, as_json: bool) -> None:
    """Show where a visit stands, with its receipt; nothing of what it says."""
    with home.opened() as system:
        stream = find_visit(reference)
        shown = visit_desk(system).show(stream, operator(system, role=ROLE))
    _say(shown, as_json=as_json)


@visit.command()
@click.argument("reference")
@_reason
@_actor
@_basis
@_revision
@as_json
@pass_home
def void(
    home: Home, reference: str, *, reason: str, actor: str, legal_basis: str,
    revision: int | None, as_json: bool,
) -> None:  # fmt: skip
    """Mark a visit as entered in error, for the facility that sent it."""
    with home.opened() as system:
        stream = find_visit(reference)
        sender = sender_of(load_visit(system.reading, stream).history)
        act = system.act(actor, ROLE, sender, legal_basis=legal_basis)
        shown = visit_desk(system).void(Change(stream, reason, revision), act)
    _say(shown, as_json=as_json)


@visit.command()
@click.argument("reference")
@click.option(
    "--to", required=True,
    help="The right person: a pseudonym, any stream about them, or - for their number.",
)  # fmt: skip
@click.option(
    "--number-kind", type=click.Choice(STRENGTH), default=STRENGTH[0], show_default=True,
    help="What the number on standard input is.",
)  # fmt: skip
@click.option("--new", is_flag=True, help="Nobody may be known under the number yet.")
@_reason
@_actor
@_basis
@_revision
@as_json
@pass_home
def reassign(
    home: Home, reference: str, *, to: str, number_kind: str, new: bool, reason: str, actor: str,
    legal_basis: str, revision: int | None, as_json: bool,
) -> None:  # fmt: skip
    """Move a visit to the person whom it is really about; who had read it is told."""
    with home.opened() as system:
        change = Change(find_visit(reference), reason, revision)
        act, desk = system.act(actor, ROLE, legal_basis=legal_basis), visit_desk(system)
        told = desk.reassign(change, _right(system, to, number_kind), act, new=new)
        shown = desk.show(change.visit, act)
    _say(shown, as_json=as_json, readers_told=told)


def find_visit(typed: str) -> UUID:
    """Return the stream that ``typed`` names, whether or not there is such a visit.

    Raises:
        InvalidInputError: It is no reference.
    """
    facility, separator, key = typed.partition(":")
    if separator and key:
        return visit_stream(facility, key)
    try:
        return UUID(typed)
    except ValueError:
        expected = "a visit's stream, or FACILITY:KEY"
        raise InvalidInputError("REFERENCE", "visit_reference", expected) from None


def _right(system: System, typed: str, number_kind: str) -> UUID | list[GivenNumber]:
    if typed == STANDARD_INPUT:
        line = sys.stdin.buffer.readline(LONGEST_LINE).decode("utf-8", "replace").strip()
        return [GivenNumber(number_kind, line)]
    try:
        pseudonym = UUID(typed)
    except ValueError:
        return find_subject(system, typed, number_kind)
    if load_book(system.reading, pseudonym).state.is_open:
        return pseudonym
    return find_subject(system, typed, number_kind)


def _say(shown: VisitTold, *, as_json: bool, **more: Any) -> None:
    told = {**to_builtins(shown), **more}
    if as_json:
        tell(told)
        return
    table(list(told.items()))
