"""The trust list: whose signatures count, for what, from when to when. Pure values.

It is published as a signed document (`keys.trust_document`). A verifier holds one version and
follows the updates (`keys.trust_update`); a token's key is judged against it
(`keys.trust_judgement`). Keys are never removed, a compromise is never undone.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from keys.algorithms import ESP256, ML_DSA_44, PublicKey
from keys.errors import TrustListError

GRACE: Final = timedelta(days=7)
"""How long after ``next_update`` answers still say yes, marked as stale; then: cannot tell."""

STATUS_USE: Final = "status"
CHECKPOINT_USE: Final = "checkpoint"
TRUST_USE: Final = "trust"
WEBHOOK_USE: Final = "webhook"
"""Signs notices to other systems (`verify_api.message_signature`)."""
SERVICE_USES: Final = frozenset({STATUS_USE, CHECKPOINT_USE, TRUST_USE, WEBHOOK_USE})


class KeyState(StrEnum):
    """Where a key is in its life; it only moves on."""

    PENDING = "pending"
    """Published, so that verifiers know it before its first signature; nothing counts yet."""
    ACTIVE = "active"
    RETIRED = "retired"
    """Signs no more; its signatures count until ``verify_until``."""
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True)
class TrustedKey:
    """One key: whose, for what, when. All times are aware and whole seconds."""

    public: PublicKey
    issuer: str
    """Authority code, at most 12 ASCII characters; a token's issuer must be the same."""
    names: tuple[str, str]
    """The issuer's name in Vietnamese and English."""
    uses: frozenset[int | str]
    """Document types as integers; ``status``, ``checkpoint``, ``trust`` or ``webhook``."""
    sign_from: datetime
    sign_until: datetime
    """Exclusive; with ``sign_from`` it binds when a token says that it was issued."""
    verify_until: datetime
    """Exclusive; it binds the moment of verification, and nothing else does."""
    state: KeyState
    revoked_at: datetime | None = None
    compromised_since: datetime | None = None
    """Signatures that the log has not seen before this instant prove nothing."""
    status_prefixes: tuple[str, ...] = ()
    """Where status lists of its tokens may be fetched from."""
    reason: str | None = None
    """Why it was revoked: a short code or sentence, without personal data."""


@dataclass(frozen=True, slots=True)
class Officer:
    """A person who approves trust lists, with two keys: an approval is good under both only."""

    person: str
    """A stable reference, such as ``officer-1``; a person counts once, whatever keys sign."""
    classical: PublicKey
    """ESP256: every browser can check it."""
    lasting: PublicKey
    """ML-DSA-44: stands when the first one falls."""

    def __post_init__(self) -> None:
        """Refuse keys of other algorithms."""
        if self.classical.algorithm != ESP256 or self.lasting.algorithm != ML_DSA_44:
            raise TrustListError("officer_keys", "an officer has an ESP256 and an ML-DSA-44 key")


@dataclass(frozen=True, slots=True)
class Root:
    """Who may say what the trust list is: pinned in a verifier's configuration, or in a list."""

    officers: tuple[Officer, ...]
    threshold: int
    """How many different persons must approve."""


@dataclass(frozen=True, slots=True)
class TrustList:
    """One version of the list."""

    version: int
    """1, 2, 3 …"""
    list_id: str
    issued: datetime
    next_update: datetime
    previous: bytes | None
    """SHA-256 of the previous version's payload; None for the first."""
    keys: tuple[TrustedKey, ...]
    officers: tuple[Officer, ...]
    threshold: int
    _by_kid: Mapping[bytes, TrustedKey] = field(init=False, repr=False, compare=False)
    _by_short_kid: Mapping[bytes, TrustedKey] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Index the keys; refuse two that a token could not tell apart."""
        by_short_kid = {key.public.short_kid: key for key in self.keys}
        if len(by_short_kid) != len(self.keys):
            raise TrustListError("short_kid_shared", "two keys share the 8 bytes of their kid")
        object.__setattr__(self, "_by_short_kid", by_short_kid)
        object.__setattr__(self, "_by_kid", {key.public.kid: key for key in self.keys})

    @property
    def root(self) -> Root:
        """Who approves the next version."""
        return Root(self.officers, self.threshold)

    def by_kid(self, kid: bytes) -> TrustedKey | None:
        """Return the key with the whole 32-byte kid."""
        return self._by_kid.get(kid)

    def key_by_short_kid(self, kid: bytes) -> TrustedKey | None:
        """Return the key that the 8 bytes in a token name."""
        return self._by_short_kid.get(kid)

    def is_stale(self, at: datetime) -> bool:
        """Return whether a newer version should be there by now."""
        return at >= self.next_update

    def is_beyond_grace(self, at: datetime) -> bool:
        """Return whether the list is too old to say yes to anything."""
        return at >= self.next_update + GRACE


def jwks(trust: TrustList) -> dict[str, list[dict[str, object]]]:
    """Return the keys as a JSON Web Key Set, for systems that read nothing else.

    It can say neither windows nor a compromise, so revoked keys are left out.
    """
    return {"keys": [key.public.jwk() for key in trust.keys if key.state is not KeyState.REVOKED]}
