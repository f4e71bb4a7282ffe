"""Files of a visit from a shell: listed, saved; each look is a fact before anything is shown.

REFERENCE is the visit's stream, as its receipt says, or FACILITY:KEY with the key under which the
facility sent it.
"""

from pathlib import Path
from typing import Final
from uuid import UUID

import click

from app import System
from ledger.commands.access import record_access
from ledger.commands.book_files import files_of
from ledger.commands.visit_files import open_file
from ledger.commands.visit_streams import load_visit, subject_of
from ledger.errors import InvalidInputError
from ledger.records.access import Channel, RecordKind
from ledger.records.visit import Visit
from shell.commands.book import FILE_HEAD, file_line, write_private
from shell.commands.visit import find_visit
from shell.home import Home
from shell.lines import as_json, pass_home, table, tell
from verify_api.book_file_json import file_json

ROLE: Final = "operator"
_basis = click.option("--legal-basis", required=True, help="On what law or order the look rests.")
_actor = click.option("--actor", default="shell", show_default=True, help="Who looks.")


@click.command("files")
@click.argument("reference")
@_basis
@_actor
@as_json
@pass_home
def list_files(home: Home, reference: str, *, legal_basis: str, actor: str, as_json: bool) -> None:
    """List the files of a visit, without what is in them."""
    with home.opened() as system:
        stream = find_visit(reference)
        _looked_at(system, stream, actor, legal_basis)
        files = files_of(system.facts, [stream])
    if as_json:
        tell([file_json(one) for one in files])
        return
    table([file_line(one) for one in files], head=FILE_HEAD)


@click.command("file")
@click.argument("reference")
@click.option("--address", required=True, help="As the list says it.")
@click.option("--to", "into", type=click.Path(dir_okay=False, path_type=Path), required=True)
@_basis
@_actor
@pass_home
def save_file(
    home: Home, reference: str, *, address: str, into: Path, legal_basis: str, actor: str
) -> None:
    """Save a file of a visit where only its owner can read it."""
    with home.opened() as system:
        stream, named = find_visit(reference), _address(address)
        state = _looked_at(system, stream, actor, legal_basis)
        _, content = open_file(system.files, stream, state, named)
    write_private(into, content)
    click.echo(str(into))


def _address(typed: str) -> bytes:
    try:
        return bytes.fromhex(typed)
    except ValueError:
        raise InvalidInputError("--address", "address_form", "64 hexadecimal digits") from None


def _looked_at(system: System, stream: UUID, actor: str, legal_basis: str) -> Visit:
    """Record the look, and return the visit."""
    found = load_visit(system.reading, stream)
    subject = subject_of(found.history)
    assert subject is not None, "a visit is about somebody"
    act = system.act(actor, ROLE, legal_basis=legal_basis)
    record_access(
        system.facts, subject=subject, kind=RecordKind.VISIT, purpose="read_book",
        channel=Channel.SHELL, act=act, reference=stream,
    )  # fmt: skip
    return load_visit(system.facts, stream).state


COMMANDS: Final = (list_files, save_file)
