"""What the register says of a certificate that somebody holds: three short streams, no view.

A question asked with a token's issuer, day and number; the answer is folded from the certificate's
own facts, so it is as new as the ledger and costs the same however large that has grown.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Final

from ledger.calendar import local_day
from ledger.certificates.kind import CertificateKind, Status
from ledger.certificates.kinds import KINDS
from ledger.certificates.lifecycle import Certificate, Phase
from ledger.certificates.lifecycle_facts import Decision
from ledger.certificates.token import write_claims
from ledger.commands.certificates import CertificateOnFile, find_by_number, load
from ledger.commands.issuing import claims_of
from ledger.errors import RefusedError
from ledger.facts import FactStore

MAX_SUCCESSORS: Final = 8
"""Longest chain of corrections that an answer names."""

_STATUS: Final[Mapping[Phase, Status]] = {
    Phase.ACTIVE: Status.VALID,
    Phase.SUPERSEDED: Status.SUPERSEDED,
    Phase.RECALLED: Status.REVOKED,
    Phase.CANCELLED: Status.REVOKED,
    Phase.WITHDRAWN: Status.REVOKED,
}
"""Phases in which somebody may hold the code; withdrawn, if its signature was made and lost."""


@dataclass(frozen=True, slots=True)
class RegisteredCertificate:
    """A certificate as the register has it."""

    found: CertificateOnFile
    payload_digest: bytes | None
    """SHA-256 of the payload that was signed; None once the person is forgotten."""
    status: Status
    since: datetime | None
    """Since when it is no longer valid."""
    decision: Decision | None
    """The decision that ended it."""
    superseded_by: tuple[str, ...]
    """Numbers of the certificates that took its place, one after the other."""
    no_longer_current_since: datetime | None


def look_up(
    facts: FactStore,
    *,
    authority: str,
    issued_at: datetime,
    number: str,
    kinds: Mapping[str, CertificateKind] = KINDS,
) -> RegisteredCertificate | None:
    """Return the certificate with ``number``, or None if its signature was never allowed."""
    year = local_day(issued_at).year
    certificate = find_by_number(facts, authority=authority, year=year, number=number)
    if certificate is None:
        return None
    found = load(facts, certificate)
    state = found.certificate
    status = _STATUS.get(state.phase)
    if status is None:
        return None
    return RegisteredCertificate(
        found,
        payload_digest(state, kinds),
        status,
        state.ended_at,
        state.decision,
        _successors(facts, state),
        state.no_longer_current_since,
    )


def payload_digest(state: Certificate, kinds: Mapping[str, CertificateKind]) -> bytes | None:
    """Return the SHA-256 of what was signed: the identity of a paper, unlike its signature."""
    kind = kinds.get(state.drafted.kind)
    if kind is None:
        return None
    try:
        return sha256(write_claims(claims_of(state, kind))).digest()
    except RefusedError:
        return None  # erased: nobody can say any more what it said


def _successors(facts: FactStore, state: Certificate) -> tuple[str, ...]:
    numbers: list[str] = []
    while state.superseded_by is not None and len(numbers) < MAX_SUCCESSORS:
        state = load(facts, state.superseded_by).certificate
        assert state.intent is not None, "what takes another's place was issued"
        numbers.append(state.intent.number)
    return tuple(numbers)
