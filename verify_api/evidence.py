"""Where standing and log entry come from: two ports, and the sources that read signed lists.

Online, a certificate's own facts answer (an adapter of the composition root); offline, a signed
snapshot does, with its age. A source says what it knows and never guesses: too old is unknown.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from ledger.certificates.kind import Status, Token
from verify_api.verdict import NO_STATUS, LogEvidence, StatusEvidence


class StatusSource(Protocol):
    """Knows the standing of certificates."""

    def status_of(self, token: Token, digest: bytes, at: datetime) -> StatusEvidence:
        """Return what is known at ``at``; ``digest`` is the SHA-256 of the signed payload."""
        ...


class LogSource(Protocol):
    """Knows the log entries of certificates."""

    def find(self, token: Token, digest: bytes, at: datetime) -> LogEvidence:
        """Return what is known at ``at``; ``digest`` is the SHA-256 of the signed payload."""
        ...


class NoStatus:
    """The source of a checker who has no list: nothing is known."""

    def status_of(self, token: Token, digest: bytes, at: datetime) -> StatusEvidence:
        """Return that nothing is known."""
        del token, digest, at
        return NO_STATUS


@dataclass(frozen=True, slots=True)
class RegisterEntry:
    """A certificate as its own facts have it."""

    digest: bytes
    """SHA-256 of the payload that was signed."""
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
        """Return what the register says; a number with other content is not that certificate."""
        entry = self.look_up(token)
        if entry is None:
            return StatusEvidence(as_of=at, online=True, registered=False)
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
