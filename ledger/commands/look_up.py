"""What the register says of a certificate that somebody holds: a few short facts, and no view.

A question asked with a token's issuer, day and number; the answer is folded from the certificate's
own facts, so it is as new as the ledger and costs the same however large that has grown. Of those
facts only the steps are read, never the draft, the token or the page.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache, partial
from typing import Final, cast
from uuid import UUID

from ledger.calendar import local_day
from ledger.certificates.kind import Status
from ledger.certificates.lifecycle import Course, Phase, course
from ledger.certificates.lifecycle_facts import STEPS, CertificateIssued, Decision, Step
from ledger.commands.certificates import find_by_number
from ledger.errors import NotFoundError
from ledger.facts import Excerpt, FactStore, Leaf
from ledger.personal import Erased

MOST_NUMBERS: Final = 16_384
"""Numbers that a process remembers; about 6 MB."""
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

    id: UUID
    """The certificate's stream."""
    signed_digest: bytes | None
    """SHA-256 of the bytes that were signed, the identity of a paper: unlike its signature, which
    can be written in two ways. None once the person is forgotten."""
    status: Status
    since: datetime | None
    """Since when it is no longer valid."""
    decision: Decision | None
    """The decision that ended it."""
    superseded_by: tuple[str, ...]
    """Numbers of the certificates that took its place, one after the other."""
    no_longer_current_since: datetime | None
    as_of: int
    """The ledger's last position when this was read: what ended it up to there is known."""
    issue: Leaf | None = None
    """Where the log has its issue; None if it was withdrawn before that."""


class Numbers:
    """Which certificate has a number: read once, for a number is given once and for ever.

    Remembers those that were lately asked for and are given; holds nothing about a person. Threads
    may share one.
    """

    def __init__(self, facts: FactStore, *, most: int = MOST_NUMBERS) -> None:
        """Read from ``facts`` what is not among the last ``most``."""
        self._given = lru_cache(most)(partial(_given, facts))

    def find(self, authority: str, year: int, number: str) -> UUID | None:
        """Return the certificate with ``number`` as printed, None if it is not given yet."""
        try:
            return self._given(authority, year, number)
        except NotFoundError:  # which is not remembered: it may be given at any time
            return None


def _given(facts: FactStore, authority: str, year: int, number: str) -> UUID:
    certificate = find_by_number(facts, authority=authority, year=year, number=number)
    if certificate is None:
        raise NotFoundError("no certificate has this number")
    return certificate


def look_up(
    facts: FactStore,
    *,
    authority: str,
    issued_at: datetime,
    number: str,
    numbers: Numbers | None = None,
) -> RegisteredCertificate | None:
    """Return the certificate with ``number``, or None if its signature was never allowed.

    ``numbers`` is what a process that looks up many certificates remembers.
    """
    year = local_day(issued_at).year
    certificate = (numbers or Numbers(facts)).find(authority, year, number)
    if certificate is None:
        return None
    state, excerpt = _course(facts, certificate)
    status = _STATUS.get(state.phase)
    if status is None:
        return None  # its signature is not recorded: the intent may still be withdrawn
    assert state.intent is not None, "what has a number was signed"
    digest = state.intent.signed_digest
    return RegisteredCertificate(
        certificate,
        None if isinstance(digest, Erased) else digest,
        status,
        state.ended_at,
        state.decision,
        _successors(facts, state),
        state.no_longer_current_since,
        excerpt.as_of,
        _issue(excerpt),
    )


def _course(facts: FactStore, certificate: UUID) -> tuple[Course, Excerpt]:
    excerpt = facts.excerpt(certificate, STEPS)
    return course(cast("tuple[Step, ...]", excerpt.facts)), excerpt


def _issue(excerpt: Excerpt) -> Leaf | None:
    for fact, leaf in zip(excerpt.facts, excerpt.leaves, strict=True):
        if type(fact) is CertificateIssued:
            return leaf
    return None


def _successors(facts: FactStore, state: Course) -> tuple[str, ...]:
    numbers: list[str] = []
    while state.superseded_by is not None and len(numbers) < MAX_SUCCESSORS:
        state, _ = _course(facts, state.superseded_by)
        assert state.intent is not None, "what takes another's place was issued"
        numbers.append(state.intent.number)
    return tuple(numbers)
