"""A signing key's life: made, active, retired, perhaps compromised. Facts, state, decisions.

Only the public half and what it may be used for; the private half stays with the signer. What a
verifier needs of it all is a `TrustedKey`, which the published trust list is made of.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Final, TypeAlias, assert_never

from keys.algorithms import PublicKey, by_cose
from keys.deterministic import decode, encode
from keys.errors import TrustListError
from keys.trust_form import check_key
from keys.trust_list import KeyState, TrustedKey
from ledger.errors import RefusedError

NOTICE: Final = timedelta(days=7)
"""How long a key is published before its first signature, so that every verifier knows it."""


@dataclass(frozen=True, slots=True)
class SigningKeyCreated:
    """A key was made. All times are whole seconds."""

    kid: bytes
    """32 bytes."""
    algorithm: int
    """COSE number."""
    cose_key: bytes
    """Deterministic CBOR of the public COSE key."""
    issuer: str
    name_vi: str
    name_en: str
    document_types: tuple[int, ...]
    services: tuple[str, ...]
    """``status``, ``checkpoint``, ``trust`` or ``webhook``."""
    sign_from: datetime
    sign_until: datetime
    verify_until: datetime
    status_prefixes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SigningKeyActivated:
    """The key may sign from now on, within its window."""

    activated_at: datetime
    immediately_because: str | None = None
    """Why verifiers were not given notice, as at a first start; None if they were."""


@dataclass(frozen=True, slots=True)
class SigningKeyRetired:
    """The key signs no more; what it signed stays good until ``verify_until``."""

    sign_until: datetime
    """Its window ends here, exclusive."""


@dataclass(frozen=True, slots=True)
class SigningKeyCompromised:
    """Somebody else may have signed with the key; only what the log saw before ``since`` counts."""

    since: datetime
    declared_at: datetime
    reason: str


Fact: TypeAlias = (
    SigningKeyCreated | SigningKeyActivated | SigningKeyRetired | SigningKeyCompromised
)

TOPICS: dict[str, type] = {
    "signing_key.created/1": SigningKeyCreated,
    "signing_key.activated/1": SigningKeyActivated,
    "signing_key.retired/1": SigningKeyRetired,
    "signing_key.compromised/1": SigningKeyCompromised,
}

SigningKey: TypeAlias = TrustedKey
"""The state is what a trust list says of the key."""


def evolve(state: SigningKey | None, fact: Fact) -> SigningKey:
    """Return the key after ``fact``."""
    match fact:
        case SigningKeyCreated():
            return _trusted(fact)
        case SigningKeyActivated():
            return replace(require(state), state=KeyState.ACTIVE)
        case SigningKeyRetired():
            return replace(require(state), state=KeyState.RETIRED, sign_until=fact.sign_until)
        case SigningKeyCompromised():
            key = require(state)
            return replace(
                key,
                state=KeyState.REVOKED,
                compromised_since=fact.since,
                revoked_at=key.revoked_at or fact.declared_at,
                reason=fact.reason,
            )
        case _:
            assert_never(fact)


def fold(facts: tuple[object, ...]) -> SigningKey | None:
    """Return the key after all ``facts`` of its stream, None if there are none."""
    state = None
    for fact in facts:
        assert isinstance(fact, Fact)
        state = evolve(state, fact)
    return state


def require(state: SigningKey | None) -> SigningKey:
    """Return the key, or refuse: nothing was ever made under that name."""
    if state is None:
        raise RefusedError("signing_key_unknown", "no such signing key was ever made")
    return state


def create(
    state: SigningKey | None,
    *,
    public: PublicKey,
    issuer: str,
    names: tuple[str, str],
    uses: frozenset[int | str],
    sign_from: datetime,
    sign_until: datetime,
    verify_until: datetime,
    status_prefixes: tuple[str, ...] = (),
) -> SigningKeyCreated:
    """Return the creation, or refuse: the key is there, or no trust list could hold it."""
    if state is not None:
        raise RefusedError("signing_key_exists", "this key is in the ledger already")
    fact = SigningKeyCreated(
        kid=public.kid,
        algorithm=public.algorithm.cose,
        cose_key=encode(public.cose_key),
        issuer=issuer,
        name_vi=names[0],
        name_en=names[1],
        document_types=tuple(sorted(use for use in uses if isinstance(use, int))),
        services=tuple(sorted(use for use in uses if isinstance(use, str))),
        sign_from=_whole(sign_from),
        sign_until=_whole(sign_until),
        verify_until=_whole(verify_until),
        status_prefixes=status_prefixes,
    )
    try:
        check_key(_trusted(fact))
    except TrustListError as error:
        raise RefusedError(f"signing_key_{error.rule}", str(error)) from error
    return fact


def activate(
    state: SigningKey | None,
    *,
    at: datetime,
    published_since: datetime | None,
    notice: timedelta = NOTICE,
    immediately_because: str | None = None,
) -> SigningKeyActivated:
    """Return the activation, or refuse.

    Args:
        state: The key; it must be pending.
        at: Now.
        published_since: When the first trust list that holds the key was published; None if none.
        notice: How long that must be ago.
        immediately_because: A reason to do without notice, as at a first start.
    """
    key = require(state)
    if key.state is not KeyState.PENDING:
        raise RefusedError("signing_key_not_pending", f"the key is {key.state}")
    if immediately_because is not None:
        return SigningKeyActivated(_whole(at), _reason(immediately_because))
    if published_since is None:
        raise RefusedError("signing_key_not_published", "no published trust list holds the key")
    if at < published_since + notice:
        raise RefusedError(
            "signing_key_notice", f"verifiers must know a key {notice.days} days before it signs"
        )
    return SigningKeyActivated(_whole(at))


def retire(state: SigningKey | None, *, at: datetime) -> SigningKeyRetired:
    """Return the retirement at the end of this second, or refuse: the key does not sign."""
    key = require(state)
    if key.state is not KeyState.ACTIVE:
        raise RefusedError("signing_key_not_active", f"the key is {key.state}")
    if at < key.sign_from:
        raise RefusedError("signing_key_window", "its window has not opened yet")
    # A token says its time in whole seconds: one of this very second must stay good.
    return SigningKeyRetired(min(key.sign_until, _whole(at) + timedelta(seconds=1)))


def declare_compromise(
    state: SigningKey | None, *, since: datetime, at: datetime, reason: str
) -> SigningKeyCompromised:
    """Return the declaration, or refuse: a compromise only ever moves earlier.

    ``since`` is an estimate: set it early, and issue again what the log saw after it.
    """
    key = require(state)
    if since > at:
        raise RefusedError("compromise_in_future", "expected an instant that is past")
    if key.compromised_since is not None and _whole(since) >= key.compromised_since:
        raise RefusedError("compromise_only_earlier", "it is known to be compromised before that")
    return SigningKeyCompromised(_whole(since), _whole(at), _reason(reason))


def check_successor(state: SigningKey | None, *, sign_from: datetime, overlap: timedelta) -> None:
    """Refuse a successor that starts too late to take over from the key without a gap."""
    key = require(state)
    if key.state is not KeyState.ACTIVE:
        raise RefusedError("signing_key_not_active", f"the key is {key.state}")
    if sign_from + overlap > key.sign_until:
        raise RefusedError(
            "signing_key_gap", f"the successor must start {overlap.days} days before it ends"
        )


def _trusted(fact: SigningKeyCreated) -> TrustedKey:
    return TrustedKey(
        public=_public(fact.cose_key, fact.algorithm),
        issuer=fact.issuer,
        names=(fact.name_vi, fact.name_en),
        uses=frozenset({*fact.document_types, *fact.services}),
        sign_from=fact.sign_from,
        sign_until=fact.sign_until,
        verify_until=fact.verify_until,
        state=KeyState.PENDING,
        status_prefixes=fact.status_prefixes,
    )


@lru_cache(maxsize=4096)
def _public(cose_key: bytes, algorithm: int) -> PublicKey:
    """Return the key; it is a value, and to make it from its bytes is most of folding a stream."""
    return PublicKey.from_cose_key(decode(cose_key), by_cose(algorithm))


def _reason(reason: str) -> str:
    if not reason.strip():
        raise RefusedError("reason_missing", "say why, in a few words")
    return reason


def _whole(at: datetime) -> datetime:
    return at.replace(microsecond=0)
