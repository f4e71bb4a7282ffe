"""Where standing and log entry come from: two ports, and the sources that read signed lists.

Online, a certificate's own facts answer (an adapter of the composition root); offline, a signed
snapshot does, with its age. A source says what it knows and never guesses: too old is unknown.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from ledger.certificates.kind import Status, Token
from verify_api.verdict import Logged


@dataclass(frozen=True, slots=True)
class StatusEvidence:
    """What a source knows of one certificate."""

    status: Status | None
    """None if it is not known now."""
    as_of: datetime | None = None
    """The moment for which that is known."""
    since: datetime | None = None
    superseded_by: tuple[str, ...] = ()
    online: bool = False
    stale: bool = False
    """True if something is known, but it is too old to rely on."""
    registered: bool | None = None
    """Whether the register has this number; None if the source cannot say."""
    same_content: bool = True
    """False if the register has this number with other content."""


class StatusSource(Protocol):
    """Knows the standing of certificates."""

    def status_of(self, token: Token, digest: bytes, at: datetime) -> StatusEvidence:
        """Return what is known at ``at``; ``digest`` is the SHA-256 of the signed payload."""
        ...


@dataclass(frozen=True, slots=True)
class LogEvidence:
    """What the transparency log says of one certificate."""

    logged: Logged
    index: int | None = None
    logged_at: datetime | None = None
    """When the witnesses' quorum on the earliest checkpoint over the issued fact was complete."""


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
        return StatusEvidence(None)


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
            return StatusEvidence(None, as_of=at, online=True, registered=False)
        if entry.digest != digest:
            return StatusEvidence(None, as_of=at, online=True, registered=False, same_content=False)
        return StatusEvidence(
            entry.status,
            as_of=entry.as_of,
            since=entry.since,
            superseded_by=entry.superseded_by,
            online=True,
            registered=True,
        )
