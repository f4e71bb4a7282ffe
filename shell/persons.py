"""Naming a person on the command line without typing their number there.

PERSON is any stream that is about them, or `-`: then their number is read from standard input, and
never from the command line, which other users of the machine can read.
"""

import sys
from collections.abc import Callable
from typing import Any, Final
from uuid import UUID

import click

from app import System
from ledger.commands import people
from ledger.errors import NotFoundError
from ledger.identifiers import NumberKind
from shell.references import find_stream

STANDARD_INPUT: Final = "-"
LONGEST_LINE: Final = 256
"""Bytes of standard input that are read; numbers are shorter."""

F = Callable[..., Any]


def person_argument(command: F) -> F:
    """Take a person: `find_person` finds them by what is typed."""
    number_kind = click.option(
        "--number-kind", type=click.Choice([kind.value for kind in NumberKind]),
        default=NumberKind.PERSONAL.value, show_default=True, help="On which paper the number is.",
    )  # fmt: skip
    command = number_kind(command)
    return click.argument("person")(command)


def find_person(system: System, person: str, number_kind: str) -> UUID:
    """Return a person's pseudonym.

    Raises:
        InvalidInputError: What was to be a number is none.
        NotFoundError: Nobody is known under it.
    """
    if person == STANDARD_INPUT:
        number = sys.stdin.buffer.readline(LONGEST_LINE).decode("utf-8", "replace").strip()
        kind = NumberKind(number_kind)
        found = people.find(system.reading, system.directory, number=number, kind=kind)
        return found.history.stream_id
    stream = find_stream(system, person)
    subject = system.reading.history(stream).recorded[0].subject
    if subject is None:
        raise NotFoundError("this stream is about nobody")
    return subject
