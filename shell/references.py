"""What people type to name a stream: its identifier, a number, a short code, a dossier code."""

import re
from typing import Final
from uuid import UUID

from app import System
from ledger.calendar import local_day
from ledger.certificates.qr_text import normalise_short_code
from ledger.certificates.request_facts import RequestDrafted
from ledger.commands import certificates
from ledger.commands.loading import load_request
from ledger.errors import InvalidInputError, NotFoundError
from ledger.identifiers import request_stream

FIRST_YEAR: Final = 2024
"""No number of this system is older."""
_NUMBER: Final = re.compile(r"[1-9][0-9]*/(?:[^\s/]+-)?([A-Z0-9]{1,12})", re.ASCII)


def find_stream(system: System, typed: str) -> UUID:
    """Return the stream that ``typed`` names.

    Raises:
        NotFoundError: Nothing is known under it.
    """
    for find in (_identifier, _numbered, _short_code, _dossier):
        found = find(system, typed.strip())
        if found is not None:
            return found
    message = "nothing is known under this name: expected a stream, a number, a short code or a"
    raise NotFoundError(f"{message} dossier code")


def find_request(system: System, typed: str) -> UUID:
    """Return the request that ``typed`` names: its stream or its dossier code.

    Raises:
        NotFoundError: There is none.
    """
    stream = find_stream(system, typed)
    if not isinstance(_first_fact(system, stream), RequestDrafted):
        raise NotFoundError("no request is known under this name")
    return stream


def find_certificate(system: System, typed: str) -> UUID:
    """Return the certificate that ``typed`` names, or that answers the request it names.

    Raises:
        NotFoundError: There is none.
    """
    stream = find_stream(system, typed)
    if isinstance(_first_fact(system, stream), RequestDrafted):
        certificate = load_request(system.reading, stream).state.certificate
        if certificate is None:
            raise NotFoundError("this request has no certificate")
        return certificate
    return stream


def _first_fact(system: System, stream: UUID) -> object:
    return system.reading.history(stream).facts[0]


def _identifier(system: System, typed: str) -> UUID | None:
    try:
        stream = UUID(typed)
    except ValueError:
        return None
    return stream if system.reading.history(stream).version else None


def _numbered(system: System, typed: str) -> UUID | None:
    match = _NUMBER.fullmatch(typed)
    if match is None:
        return None
    # A number comes back each year: the newest certificate is meant.
    for year in range(local_day(system.clockwork.now()).year, FIRST_YEAR - 1, -1):
        found = certificates.find_by_number(
            system.reading, authority=match[1], year=year, number=typed
        )
        if found is not None:
            return found
    return None


def _short_code(system: System, typed: str) -> UUID | None:
    try:
        code = normalise_short_code(typed)
    except InvalidInputError:
        return None
    return certificates.find_by_short_code(system.reading, code)


def _dossier(system: System, typed: str) -> UUID | None:
    for authority in system.settings.authorities:
        try:
            stream = request_stream(authority.code, typed)
        except InvalidInputError:
            return None
        if system.reading.history(stream).version:
            return stream
    return None
