"""What people type at a shell to name a stream, a request or a certificate of a home."""

from uuid import UUID

from app import System
from ledger.calendar import local_day
from ledger.certificates.request_facts import RequestDrafted
from ledger.commands import references
from ledger.commands.loading import load_request
from ledger.commands.references import Known
from ledger.errors import NotFoundError


def find_stream(system: System, typed: str) -> UUID:
    """Return the stream that ``typed`` names.

    Raises:
        NotFoundError: Nothing is known under it.
    """
    authorities = [authority.code for authority in system.settings.authorities]
    year = local_day(system.clockwork.now()).year
    return references.find_stream(Known(system.reading, authorities, year), typed)


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
