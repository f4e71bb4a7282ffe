"""What can happen on the way to forgetting a person: facts, with their stored names.

Nothing in them is about the person: references, days, laws, officers' accounts, keys' identifiers.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TypeAlias
from uuid import UUID

from ledger.personal import Purpose


class HoldKind(StrEnum):
    """Why data must stay."""

    RETENTION = "retention"
    """A law orders to keep it for some time."""
    LEGAL = "legal"
    """A court or an investigation needs it."""


@dataclass(frozen=True, slots=True)
class RetentionHoldPlaced:
    """Data must stay, whatever else is decided."""

    hold: UUID
    kind: HoldKind
    purpose: Purpose
    legal_basis: str
    until: date | None
    """Exclusive; None until it is lifted."""


@dataclass(frozen=True, slots=True)
class RetentionHoldLifted:
    """A hold ended before its time."""

    hold: UUID
    legal_basis: str


@dataclass(frozen=True, slots=True)
class RetentionEnded:
    """The register's own duty to keep this person's data is over."""

    purpose: Purpose
    legal_basis: str


@dataclass(frozen=True, slots=True)
class ErasureRequested:
    """Somebody entitled asked to forget."""

    request: UUID
    purposes: tuple[Purpose, ...]
    legal_basis: str
    by: str
    due: date


@dataclass(frozen=True, slots=True)
class ErasureRefused:
    """The answer was no."""

    request: UUID
    rule: str
    purposes: tuple[Purpose, ...]
    """Those that must stay."""


@dataclass(frozen=True, slots=True)
class ErasureApproved:
    """An officer agreed."""

    request: UUID
    by: str


@dataclass(frozen=True, slots=True)
class ErasureWithdrawn:
    """Whose data it is took the request back before any officer had agreed."""

    request: UUID


@dataclass(frozen=True, slots=True)
class ErasureOrdered:
    """Enough officers agreed."""

    request: UUID
    purposes: tuple[Purpose, ...]
    legal_basis: str
    approvals: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ErasureBegun:
    """From here on it goes forward only: keys are being destroyed, no hold comes in time."""

    request: UUID


@dataclass(frozen=True, slots=True)
class DestroyedKey:
    """Which key is no more."""

    purpose: Purpose
    key_id: bytes | None
    """16 bytes; None if nothing was ever sealed for this purpose, and now never will be."""
    commitment: bytes | None
    """32 bytes."""


@dataclass(frozen=True, slots=True)
class SubjectErased:
    """The receipt: the procedure was followed. Nobody can prove that no copy exists anywhere."""

    request: UUID
    keys: tuple[DestroyedKey, ...]
    legal_basis: str
    approvals: tuple[str, ...]
    old_root: int
    """Generation of the destroyed root key: all key-store copies up to it are dead."""
    new_root: int
    provider: str
    """What the root key's provider said about the destruction."""
    copy: str | None
    """The fresh copy of the key store."""
    assurance: str
    """``software`` or ``hardware``."""


Fact: TypeAlias = (
    RetentionHoldPlaced
    | RetentionHoldLifted
    | RetentionEnded
    | ErasureRequested
    | ErasureRefused
    | ErasureApproved
    | ErasureOrdered
    | ErasureBegun
    | SubjectErased
    | ErasureWithdrawn
)

TOPICS: dict[str, type] = {
    "erasure.hold_placed/1": RetentionHoldPlaced,
    "erasure.hold_lifted/1": RetentionHoldLifted,
    "erasure.retention_ended/1": RetentionEnded,
    "erasure.requested/1": ErasureRequested,
    "erasure.refused/1": ErasureRefused,
    "erasure.approved/1": ErasureApproved,
    "erasure.ordered/1": ErasureOrdered,
    "erasure.begun/1": ErasureBegun,
    "erasure.subject_erased/1": SubjectErased,
    "erasure.withdrawn/1": ErasureWithdrawn,
}
"""Stored name with schema version, and the fact; never renamed once written."""
