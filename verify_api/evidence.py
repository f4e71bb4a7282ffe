"""Where standing and log entry come from: two ports, and the sources that read signed lists.

Online, a certificate's own facts answer (an adapter of the composition root); offline, a signed
snapshot does, with its age. A source says what it knows and never guesses: too old is unknown.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Protocol

from ledger.certificates.kind import CertificateKind, Status, Token
from ledger.certificates.status_list import PublishedList
from verify_api.acceptance import NO_USE, UseEvidence
from verify_api.verdict import NO_STATUS, LogEvidence, StatusEvidence


class StatusSource(Protocol):
    """Knows the standing of certificates."""

    def status_of(self, token: Token, digest: bytes, at: datetime) -> StatusEvidence:
        """Return what is known at ``at``; ``digest`` is the SHA-256 of what was signed."""
        ...


class LogSource(Protocol):
    """Knows the log entries of certificates."""

    def find(self, token: Token, digest: bytes, at: datetime) -> LogEvidence:
        """Return what is known at ``at``; ``digest`` is the SHA-256 of what was signed."""
        ...


class UseSource(Protocol):
    """Knows the use of papers that are used up by it."""

    def use_of(self, token: Token, kind: CertificateKind) -> UseEvidence:
        """Return what is known now."""
        ...


def known_use(
    source: UseSource | None, token: Token, kind: CertificateKind, status: StatusEvidence
) -> UseEvidence:
    """Return what is known of a paper's use: nothing, unless the register has that very paper."""
    if source is None or not status.registered:
        return NO_USE
    return source.use_of(token, kind)


class NoStatus:
    """The source of a checker who has no list: nothing is known."""

    def status_of(self, token: Token, digest: bytes, at: datetime) -> StatusEvidence:
        """Return that nothing is known."""
        del token, digest, at
        return NO_STATUS


@dataclass(frozen=True, slots=True)
class RegisterEntry:
    """A certificate as its own facts have it."""

    digest: bytes | None
    """SHA-256 of what was signed (the Sig_structure), so that no second signature is another; None
    once the person is forgotten, and what was signed with them."""
    status: Status
    as_of: datetime
    since: datetime | None = None
    superseded_by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RegisterStatus:
    """The online source: one read of one short stream, through ``look_up``."""

    look_up: Callable[[Token], RegisterEntry | None]
    """Return the entry of issuer and number, or None if there was never one."""

    def status_of(self, token: Token, digest: bytes, at: datetime) -> StatusEvidence:
        """Return what the register says."""
        return told_by(self.look_up(token), digest, at)


def told_by(entry: RegisterEntry | None, digest: bytes, at: datetime) -> StatusEvidence:
    """Return what the register's ``entry`` says of a certificate with ``digest``, if it has one.

    A number with other content is not that certificate.
    """
    if entry is None:
        return StatusEvidence(as_of=at, online=True, registered=False)
    if entry.digest is None:
        # Whether this is what was signed can no longer be told; what ended it still counts.
        known = entry.status if entry.status in _FINAL else None
        return StatusEvidence(known, entry.as_of, entry.since, entry.superseded_by, online=True)
    if entry.digest != digest:
        return StatusEvidence(as_of=at, online=True, registered=False, same_content=False)
    return StatusEvidence(
        entry.status,
        as_of=entry.as_of,
        since=entry.since,
        superseded_by=entry.superseded_by,
        online=True,
        registered=True,
    )


_FINAL: Final = frozenset({Status.REVOKED, Status.SUPERSEDED})
"""What never becomes valid again: also an old list is believed about these."""


@dataclass(frozen=True, slots=True)
class SnapshotStatus:
    """The offline source: signed status lists, already read under a trust list."""

    lists: Mapping[str, PublishedList]
    """By the address that certificates name."""
    longest_age: timedelta | None = None
    """Oldest list that is relied on; None leaves it to the list's own expiry."""

    def status_of(self, token: Token, digest: bytes, at: datetime) -> StatusEvidence:
        """Return what the list says, or that it is missing, another issuer's, or too old."""
        del digest
        published = self.lists.get(token.status.uri)
        if published is None or published.issuer != token.issuer:
            return NO_STATUS
        status = published.status(token.status.index)
        as_of = published.issued_at
        if self._may_be_relied_on(published, at):
            return StatusEvidence(status, as_of=as_of)
        return StatusEvidence(status if status in _FINAL else None, as_of=as_of, stale=True)

    def _may_be_relied_on(self, published: PublishedList, at: datetime) -> bool:
        young = self.longest_age is None or at - published.issued_at <= self.longest_age
        return young and published.is_current(at)
