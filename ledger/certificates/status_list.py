"""A status list: two bits for each certificate, signed, small enough to hold the whole country.

Entries are random indices, most of them never used, so a list tells a stranger nothing about one
certificate, and whoever fetches it does not say which one is being checked. The least significant
bits come first: index 0 of a two-bit list is ``byte & 3``.

Source: draft-ietf-oauth-status-list (Token Status List), the CWT form.
"""

import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any, Final

from keys.algorithms import PublicKey
from keys.envelope import read_sign1, write_sign1
from keys.errors import EnvelopeError
from keys.trust_judgement import Finding, Signed, judge
from keys.trust_list import STATUS_USE, TrustedKey, TrustList
from ledger import canonical
from ledger.certificates.kind import Status
from ledger.certificates.token import ALG, EXP, IAT, KID, LATEST_SECOND, TYP
from ledger.errors import InvalidInputError

LIST_TYP: Final = "application/statuslist+cwt"
SUB: Final = 2
TTL: Final = 65534
STATUS_LIST: Final = 65533
BITS: Final = 2
SIZE: Final = 1 << 20
"""Entries of one list."""
MAX_INFLATED: Final = 1 << 20
"""Bytes. A bomb of half a megabyte would inflate to half a gigabyte."""
MAX_LIST_BYTES: Final = 1 << 20
"""Bytes of a signed list that are looked at."""
ISSUED_LEEWAY: Final = timedelta(seconds=300)
_WIDTHS: Final = frozenset({1, 2, 4, 8})


@dataclass(frozen=True, slots=True)
class StatusList:
    """The entries, packed."""

    bits: int
    """1, 2, 4 or 8 an entry."""
    packed: bytes

    @classmethod
    def of(cls, statuses: Mapping[int, int], *, bits: int = BITS, size: int = SIZE) -> "StatusList":
        """Return a list of ``size`` entries; those that ``statuses`` does not name are valid.

        Raises:
            InvalidInputError: An index beyond ``size``, or a value that ``bits`` cannot hold.
        """
        if bits not in _WIDTHS or size % (8 // bits):
            raise InvalidInputError("status_list.bits", "bits", "1, 2, 4 or 8, in whole bytes")
        packed = bytearray(size * bits // 8)
        for index, value in statuses.items():
            if not 0 <= index < size or not 0 <= value < 1 << bits:
                raise InvalidInputError("status_list", "entry", f"below {size}, in {bits} bits")
            place, shift = divmod(index * bits, 8)
            packed[place] = packed[place] & ~(((1 << bits) - 1) << shift) | value << shift
        return cls(bits, bytes(packed))

    def __len__(self) -> int:
        """Return the number of entries."""
        return len(self.packed) * 8 // self.bits

    def value(self, index: int) -> int | None:
        """Return the entry at ``index``, or None beyond the end."""
        place, shift = divmod(index * self.bits, 8)
        if not 0 <= place < len(self.packed):
            return None
        return self.packed[place] >> shift & (1 << self.bits) - 1


@dataclass(frozen=True, slots=True)
class PublishedList:
    """A status list with the claims around it."""

    uri: str
    """Where it is published, and what its certificates name."""
    issued_at: datetime
    expires_at: datetime
    ttl: timedelta
    """After which a verifier with a network asks for a newer one."""
    statuses: StatusList
    issuer: str | None = None
    """Authority code of the key that signed it; None until a signature was checked."""

    def is_current(self, at: datetime) -> bool:
        """Return whether it may be relied on at ``at``; the issuer's clock may be ahead a bit."""
        return self.issued_at - ISSUED_LEEWAY <= at < self.expires_at

    def status(self, index: int) -> Status | None:
        """Return the standing at ``index``; None beyond the end, or a value that has no meaning."""
        value = self.statuses.value(index)
        return None if value is None or value not in _MEANINGS else Status(value)


_MEANINGS: Final = frozenset(int(status) for status in Status)


def write_status_list_token(
    published: PublishedList, *, key: PublicKey, sign: Callable[[bytes], bytes]
) -> bytes:
    """Return ``published`` signed: a CWT in COSE_Sign1, deterministic CBOR around zlib.

    Args:
        published: Its times are aware and of whole seconds.
        key: The signing key's public half.
        sign: Returns the raw signature of a message by that key.
    """
    payload = canonical.encode(
        {
            SUB: published.uri,
            EXP: int(published.expires_at.timestamp()),
            IAT: int(published.issued_at.timestamp()),
            STATUS_LIST: {
                "bits": published.statuses.bits,
                "lst": zlib.compress(published.statuses.packed, 9),
            },
            TTL: int(published.ttl.total_seconds()),
        }
    )
    protected = canonical.encode({ALG: key.algorithm.cose, KID: key.kid, TYP: LIST_TYP})
    return write_sign1(protected, payload, sign)


def read_status_list_token(
    data: bytes, *, uri: str, trust: TrustList, at: datetime
) -> PublishedList:
    """Return the list in ``data``, if it is for ``uri`` and a trusted key for that may sign it.

    Whether it is still current is the reader's question: see `PublishedList.is_current`.

    Raises:
        InvalidInputError: ``status_list`` or a place in it, with what was wrong: not a signed
            list (``layout``, ``header``), no key for it (``key``), signature, form, another uri.
    """
    if len(data) > MAX_LIST_BYTES:
        raise InvalidInputError("status_list", "too_long", f"at most {MAX_LIST_BYTES} bytes")
    try:
        envelope = read_sign1(data)
        header = canonical.decode(envelope.protected)
        claims = canonical.decode(envelope.payload)
    except (EnvelopeError, canonical.NotCanonicalError) as error:
        raise InvalidInputError("status_list", "layout", "a deterministic COSE_Sign1") from error
    key = _key(header, trust)
    if not envelope.signed_by(key.public):
        raise InvalidInputError("status_list.signature", "signature", "the key's signature")
    published = read_status_list_claims(claims)
    if published.uri != uri or not uri.startswith(key.status_prefixes):
        raise InvalidInputError("status_list.sub", "uri", "the address that it was asked for")
    signed = Signed(key.public.algorithm.cose, STATUS_USE, key.issuer, published.issued_at)
    judgement = judge(trust, key, signed, at=at)
    if judgement.finding is not Finding.COUNTS:
        raise InvalidInputError("status_list.key", judgement.reason, "a key that counts now")
    return PublishedList(
        published.uri,
        published.issued_at,
        published.expires_at,
        published.ttl,
        published.statuses,
        key.issuer,
    )


def _key(header: object, trust: TrustList) -> TrustedKey:
    match header:
        case {1: int() as algorithm, 4: bytes() as kid, 16: str() as typ, **rest} if not rest:
            key = trust.by_kid(kid)
        case _:
            raise InvalidInputError("status_list.protected", "header", "alg, kid and typ")
    if typ != LIST_TYP:
        raise InvalidInputError("status_list.protected", "header", LIST_TYP)
    if key is None or key.public.algorithm.cose != algorithm:
        raise InvalidInputError("status_list.key", "key", "a key of the trust list, its algorithm")
    return key


def read_status_list_claims(claims: Any) -> PublishedList:
    """Return the list that the decoded ``claims`` describe; other claims are ignored.

    Raises:
        InvalidInputError: A claim is missing or has another form; inflating would take too much.
    """
    match claims:
        case {
            2: str() as uri,
            6: int() as issued,
            4: int() as expires,
            65534: int() as ttl,
            65533: {"bits": int() as bits, "lst": bytes() as compressed},
        } if bits in _WIDTHS and 0 <= issued < expires <= LATEST_SECOND and 0 <= ttl <= expires:
            return PublishedList(
                uri,
                datetime.fromtimestamp(issued, UTC),
                datetime.fromtimestamp(expires, UTC),
                timedelta(seconds=ttl),
                StatusList(bits, inflate(compressed)),
            )
        case _:
            raise InvalidInputError("status_list", "claim_form", "sub, iat, exp, ttl, status list")


def inflate(compressed: bytes, limit: int = MAX_INFLATED) -> bytes:
    """Return what zlib ``compressed``, at any level; stops one byte after ``limit``.

    Raises:
        InvalidInputError: ``inflate``: broken, cut off, followed by anything, or too large.
    """
    inflater = zlib.decompressobj()
    try:
        data = inflater.decompress(compressed, limit + 1)
    except zlib.error as error:
        raise InvalidInputError("zlib", "inflate", "whole zlib data") from error
    if len(data) > limit or not inflater.eof or inflater.unused_data:
        raise InvalidInputError("zlib", "inflate", f"whole zlib data of at most {limit} bytes")
    return data


_ROUNDS: Final = 8


def shuffled_index(seed: bytes, ordinal: int, size: int = SIZE) -> int:
    """Return the ``ordinal``-th index of a list whose order is shuffled by the secret ``seed``.

    A permutation: different ordinals get different indices, and who does not know the seed cannot
    tell neighbours. A Feistel network over the smallest even number of bits that holds ``size``,
    walked on until it lands inside.

    Raises:
        InvalidInputError: ``ordinal`` is not below ``size``: the list is full.
    """
    if not 0 <= ordinal < size:
        raise InvalidInputError("ordinal", "list_full", f"below {size}")
    half = (max(size - 1, 1).bit_length() + 1) // 2
    index = _feistel(seed, ordinal, half)
    while index >= size:
        index = _feistel(seed, index, half)
    return index


def _feistel(seed: bytes, value: int, half: int) -> int:
    mask = (1 << half) - 1
    left, right = value >> half, value & mask
    for turn in range(_ROUNDS):
        mixed = sha256(b"records status index\x00" + bytes([turn]) + right.to_bytes(8) + seed)
        left, right = right, left ^ int.from_bytes(mixed.digest()[:8]) & mask
    return left << half | right
