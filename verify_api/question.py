"""What a verification is asked: one text, at one moment, and whom and what it may believe."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple, Protocol

from keys.algorithms import PublicKey
from keys.trust_list import TrustList
from ledger.calendar import WorkingCalendar, standard_calendar
from ledger.certificates.disclosure import Asked
from ledger.certificates.kind import CertificateKind
from verify_api.acceptance import Checker
from verify_api.evidence import LogSource, StatusSource, UseSource
from verify_api.profiles.foreign import NO_FOREIGN_TRUST, ForeignTrust


class SignatureCheck(Protocol):
    """Whether a key made a signature."""

    def verify(self, key: PublicKey, signature: bytes, message: bytes) -> bool:
        """Return what ``key.verify(signature, message)`` returns."""
        ...


@dataclass(frozen=True, slots=True)
class Policy:
    """What a verifier has decided once, for all checks."""

    kinds: Mapping[int, CertificateKind]
    """The documents it knows, by document type."""
    hosts: frozenset[str] | None = None
    """The only addresses that a code may name; None accepts any and reads only the digits."""
    foreign: ForeignTrust = NO_FOREIGN_TRUST
    """Whose foreign credentials it believes."""
    calendar: WorkingCalendar = field(default_factory=standard_calendar)
    """In which the working days that are left are counted."""
    signatures: SignatureCheck | None = None
    """Saves computing a signature again (`verify_api.signature_memory`); None computes each."""


class Question(NamedTuple):
    """One text, and all that its answer depends on; see `verify_api.verification.verify`."""

    text: str
    """As scanned or pasted: our code, its digits alone, or a foreign code."""
    at: datetime
    """The moment to judge; aware."""
    trust: TrustList
    """Whose signatures count; the verifier's own, never anything from ``text``."""
    status: StatusSource
    """Who knows revocations."""
    policy: Policy
    """What this verifier accepts."""
    log: LogSource | None = None
    """Who knows the public register; None leaves that axis unchecked."""
    asked: Asked | None = None
    """What the checker knows of the person."""
    use: UseSource | None = None
    """Who knows which papers are used; None leaves that unknown."""
    checker: Checker | None = None
    """For which facility it is asked."""
