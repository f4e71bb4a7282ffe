"""What is made of one received document: pieces that are taken in, refused, or left out."""

from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from ledger.clinical.findings import Finding, errors
from ledger.clinical.insurance_papers import UsedPaper
from ledger.commands.deliveries import Delivery
from ledger.errors import InvalidInputError, LedgerError


@dataclass(frozen=True, slots=True)
class Source:
    """Who sends, and what holds for all of it."""

    facility: str
    at: datetime
    """The moment of intake: nothing may have happened after it."""
    reason: str | None = None
    """Why what differs from before does."""
    expected: int | None = None
    """The revision that is corrected, where one visit is sent."""


@dataclass(frozen=True, slots=True)
class Ready:
    """It can be taken in."""

    delivery: Delivery
    used: UsedPaper | None = None
    """The referral paper or appointment that the visit says it used."""
    context: tuple[bytes, ...] = ()
    """Entries of the sender's Bundle that a cut out visit refers to: kept with it if it is refused,
    so that it can be read again by itself."""


@dataclass(frozen=True, slots=True)
class Rejected:
    """It is refused before anything is asked of the ledger; kept as it came."""

    received: bytes
    rule: str
    place: str
    expected: str
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A resource of a type that no health book shows, such as a bill; a hash of it is kept."""

    kind: str
    digest: bytes
    """SHA-256."""


Piece: TypeAlias = Ready | Rejected | LeftOut


def rejected(received: bytes, why: LedgerError | tuple[Finding, ...]) -> Rejected:
    """Return the refusal by an error, or by the first of the findings that is one."""
    if isinstance(why, tuple):
        first = errors(why)[0]
        return Rejected(received, first.rule, first.place, first.expected, why)
    if isinstance(why, InvalidInputError):
        return Rejected(received, why.rule, why.place, why.expected)
    return Rejected(received, getattr(why, "rule", why.code), "", str(why))
