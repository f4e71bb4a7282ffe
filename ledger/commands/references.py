"""What people type to name a stream: its identifier, a number, a short code, a dossier code."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from ledger.certificates.qr_text import normalise_short_code
from ledger.commands import certificates
from ledger.errors import InvalidInputError, NotFoundError
from ledger.facts import FactStore
from ledger.identifiers import request_stream

FIRST_YEAR: Final = 2024
"""No number of this system is older."""
_NUMBER: Final = re.compile(r"[1-9][0-9]*/(?:[^\s/]+-)?([A-Z0-9]{1,12})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Known:
    """Where a name is looked up: nothing about a person is opened for it."""

    facts: FactStore
    authorities: Sequence[str]
    """Whose dossier codes count."""
    year: int
    """The present one in Vietnam."""


def find_stream(known: Known, typed: str) -> UUID:
    """Return the stream that ``typed`` names.

    Raises:
        NotFoundError: Nothing is known under it.
    """
    ways: tuple[Callable[[Known, str], UUID | None], ...] = (
        _identifier, _numbered, _short_code, _dossier,
    )  # fmt: skip
    for find in ways:
        found = find(known, typed.strip())
        if found is not None:
            return found
    message = "nothing is known under this name: expected a stream, a number, a short code or a"
    raise NotFoundError(f"{message} dossier code")


def _identifier(known: Known, typed: str) -> UUID | None:
    try:
        stream = UUID(typed)
    except ValueError:
        return None
    return stream if known.facts.tip(stream).version else None


def _numbered(known: Known, typed: str) -> UUID | None:
    match = _NUMBER.fullmatch(typed)
    if match is None:
        return None
    # A number comes back each year: the newest certificate is meant.
    for year in range(known.year, FIRST_YEAR - 1, -1):
        found = certificates.find_by_number(
            known.facts, authority=match[1], year=year, number=typed
        )
        if found is not None:
            return found
    return None


def _short_code(known: Known, typed: str) -> UUID | None:
    try:
        code = normalise_short_code(typed)
    except InvalidInputError:
        return None
    return certificates.find_by_short_code(known.facts, code)


def _dossier(known: Known, typed: str) -> UUID | None:
    for authority in known.authorities:
        try:
            stream = request_stream(authority, typed)
        except InvalidInputError:
            return None
        if known.facts.tip(stream).version:
            return stream
    return None
