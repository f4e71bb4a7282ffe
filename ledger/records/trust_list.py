"""The trust list's stream: which keys belong to it, and every version that was published."""

from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from typing import TypeAlias, assert_never

from keys.trust_list import TrustList
from ledger.errors import RefusedError


@dataclass(frozen=True, slots=True)
class SigningKeyRegistered:
    """A key belongs to the list from its next version on, for ever."""

    kid: bytes
    """32 bytes."""


@dataclass(frozen=True, slots=True)
class TrustListPublished:
    """A version was signed by enough officers and is what verifiers follow."""

    version: int
    sha256: bytes
    """Of the whole document."""
    document: bytes
    """The signed COSE_Sign, as handed to verifiers."""
    kids: tuple[bytes, ...]
    """The keys that it holds, 32 bytes each."""
    published_at: datetime


Fact: TypeAlias = SigningKeyRegistered | TrustListPublished

TOPICS: dict[str, type] = {
    "trust_list.key_registered/1": SigningKeyRegistered,
    "trust_list.published/1": TrustListPublished,
}


@dataclass(frozen=True, slots=True)
class Publications:
    """What the list is made of and what was said last."""

    kids: tuple[bytes, ...] = ()
    """In the order of their registration."""
    version: int = 0
    """0 before the first version."""
    document: bytes | None = None
    """The newest version."""


def evolve(state: Publications, fact: Fact) -> Publications:
    """Return the list's story after ``fact``."""
    match fact:
        case SigningKeyRegistered():
            return replace(state, kids=(*state.kids, fact.kid))
        case TrustListPublished():
            return replace(state, version=fact.version, document=fact.document)
        case _:
            assert_never(fact)


def fold(facts: tuple[object, ...]) -> Publications:
    """Return the list's story after all ``facts`` of its stream."""
    state = Publications()
    for fact in facts:
        assert isinstance(fact, Fact)
        state = evolve(state, fact)
    return state


def register(state: Publications, *, kid: bytes) -> SigningKeyRegistered:
    """Return the registration, or refuse: a key is registered once."""
    if kid in state.kids:
        raise RefusedError("signing_key_exists", "this key is registered already")
    return SigningKeyRegistered(kid)


def publish(
    state: Publications, *, trust: TrustList, document: bytes, at: datetime
) -> TrustListPublished:
    """Return the publication of ``trust``, which ``document`` holds, or refuse.

    A version follows the last one, and no registered key may be left out.
    """
    if trust.version != state.version + 1:
        raise RefusedError("trust_list_version", f"expected version {state.version + 1}")
    kids = tuple(key.public.kid for key in trust.keys)
    if set(kids) != set(state.kids):
        raise RefusedError("trust_list_keys", "expected all registered keys and no others")
    return TrustListPublished(trust.version, sha256(document).digest(), document, kids, at)
