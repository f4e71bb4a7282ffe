r"""How far every stream goes, in one sorted tree: what is in it can be shown, and what is not.

A log shows that an entry is there; it cannot show that nothing else is. This tree has one leaf a
stream, in the order of blinded names, so a leaf says "these are all facts of your stream", two
neighbours say "there is no stream of this name", and a leaf a person says which streams are theirs.

    secret = HMAC-SHA256(key, "stream\0" || stream)        the key is the home's
    blind  = SHA-256(LABEL || "stream\0" || stream || secret)
           | SHA-256(LABEL || "person\0" || person)
    leaf   = blind (32) || version (u64) || digest (32)    72 bytes, hashed as a leaf of RFC 6962
    bucket = count (u64) || root over its leaves           40 bytes; 65,536 of them, by the blind's
                                                           first two bytes
    root   = root over all buckets

A day changes few buckets, so its root costs few hashes. A person computes the blind of their own
leaf from their pseudonym, which is random and known to few: there is one such leaf or none. Its
chain names the blind of each of their streams, and with the stream's secret they compute that, too.
Nobody else can tell whose leaf one is. Scheme 1, of seals from before, had HMACs for blinds.
"""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from enum import Enum
from hashlib import sha256
from itertools import pairwise
from typing import Final, NamedTuple
from uuid import UUID

from ledger.errors import ProofError
from ledger.transparency.merkle import (
    EMPTY_ROOT,
    HASH_BYTES,
    Node,
    complete_root,
    inclusion_proof,
    leaf_hash,
    node_hash,
    root_by_inclusion,
    root_of,
)

SCHEME: Final = 2
"""How leaves are named, and persons' streams chained, in seals of today."""
BY_HMAC: Final = 1
"""How they were in `seal.day_sealed/1`: nobody without the key could check a blind."""
_LABEL: Final = b"records-ledger stream heads 2\x00"
BUCKETS: Final = 1 << 16
BUCKET_BYTES: Final = 2
_COUNT_BYTES: Final = 8
_LARGEST: Final = (1 << 63) - 1


class Kind(Enum):
    """Whose leaf it is; the value goes before the identifier."""

    STREAM = b"stream\x00"
    """Version and digest: the stream's length, and SHA-256 of its last fact's entry."""
    PERSON = b"person\x00"
    """Version and digest: how many streams are about them, and `chained` over those streams."""


class Head(NamedTuple):
    """One leaf."""

    blind: bytes
    version: int
    digest: bytes

    @property
    def entry(self) -> bytes:
        """The bytes that are hashed."""
        return self.blind + self.version.to_bytes(_COUNT_BYTES) + self.digest


class Placed(NamedTuple):
    """A leaf with its place in its bucket."""

    at: int
    """From 0."""
    head: Head
    hashes: tuple[bytes, ...]
    """From the leaf up to the bucket's root."""


class HeadProof(NamedTuple):
    """What a tree says of one blind: its leaf, or the leaves between which it is missing."""

    size: int
    """Leaves of the bucket."""
    placed: tuple[Placed, ...]
    """The leaf itself; or the one or two neighbours of what is missing; none in an empty bucket."""
    path: tuple[bytes, ...]
    """From the bucket up to the tree's root: 16 hashes."""


def secret_message(stream: UUID) -> bytes:
    """Return what a stream's secret is the HMAC-SHA256 of."""
    return Kind.STREAM.value + stream.bytes


def stream_blind(stream: UUID, secret: bytes) -> bytes:
    """Return the name of a stream's leaf; with another secret it would be another leaf's."""
    return sha256(_LABEL + Kind.STREAM.value + stream.bytes + secret).digest()


def person_blind(person: UUID) -> bytes:
    """Return the name of a person's leaf; it can have no other."""
    return sha256(_LABEL + Kind.PERSON.value + person.bytes).digest()


def chained(before: bytes | None, stream: UUID, blind: bytes = b"") -> bytes:
    """Return the digest of a person's streams after ``stream`` came, behind ``before``.

    ``blind`` is the name of the stream's leaf; scheme 1 left it out.
    """
    return sha256((before or bytes(HASH_BYTES)) + stream.bytes + blind).digest()


def chain(streams: Iterable[tuple[UUID, bytes]]) -> bytes:
    """Return the digest of a person's streams, with their blinds, in the order as they came."""
    digest: bytes | None = None
    for stream, blind in streams:
        digest = chained(digest, stream, blind)
    return digest or bytes(HASH_BYTES)


def bucket_of(blind: bytes) -> int:
    """Return the number of the bucket."""
    return int.from_bytes(blind[:BUCKET_BYTES])


def bucket_hash(heads: Sequence[Head]) -> bytes:
    """Return the hash of a bucket, which holds ``heads`` in the order of their blinds.

    Raises:
        ProofError: ``heads_order``: they are not in that order, or one comes twice.
    """
    blinds = [head.blind for head in heads]
    if any(left >= right for left, right in pairwise(blinds)):
        raise ProofError("heads_order", "the heads of a bucket stand in the order of their blinds")
    return _bucket_hash(len(heads), root_of(leaf_hash(head.entry) for head in heads))


def _bucket_hash(count: int, root: bytes) -> bytes:
    return leaf_hash(count.to_bytes(_COUNT_BYTES) + root)


EMPTY_BUCKET: Final = _bucket_hash(0, EMPTY_ROOT)


class HeadsTree:
    """The tree above the buckets: replaces some of them without touching the rest."""

    __slots__ = ("_nodes",)

    def __init__(self, buckets: Sequence[bytes] | None = None) -> None:
        """Build the tree over the hashes of all buckets; without them, over empty ones."""
        if buckets is None:
            self._nodes = _empty_nodes()
            return
        if len(buckets) != BUCKETS:
            raise ValueError(f"expected {BUCKETS} buckets")
        nodes = [b""] * BUCKETS + list(buckets)
        for number in range(BUCKETS - 1, 0, -1):
            nodes[number] = node_hash(nodes[2 * number], nodes[2 * number + 1])
        self._nodes = nodes

    @property
    def root(self) -> bytes:
        """The root over everything."""
        return self._nodes[1]

    @property
    def buckets(self) -> list[bytes]:
        """The hashes of all buckets."""
        return self._nodes[BUCKETS:]

    def bucket(self, number: int) -> bytes:
        """Return the hash of bucket ``number``."""
        return self._nodes[BUCKETS + number]

    def replace(self, number: int, bucket: bytes) -> None:
        """Put the hash of bucket ``number``."""
        at = BUCKETS + number
        self._nodes[at] = bucket
        while at := at // 2:
            self._nodes[at] = node_hash(self._nodes[2 * at], self._nodes[2 * at + 1])

    def path(self, number: int) -> tuple[bytes, ...]:
        """Return the hashes from bucket ``number`` up to the root."""
        at, found = BUCKETS + number, []
        while at > 1:
            found.append(self._nodes[at ^ 1])
            at //= 2
        return tuple(found)


def _empty_nodes() -> list[bytes]:
    """Return the nodes above empty buckets: those of one level are all the same."""
    nodes, node, width = [EMPTY_BUCKET] * BUCKETS, EMPTY_BUCKET, BUCKETS
    while width > 1:
        node, width = node_hash(node, node), width // 2
        nodes = [node] * width + nodes
    return [b"", *nodes]


def tree_of(heads: Iterable[Head]) -> HeadsTree:
    """Return the tree over ``heads``, which come in any order."""
    held: dict[int, list[Head]] = {}
    for head in heads:
        held.setdefault(bucket_of(head.blind), []).append(head)
    tree = HeadsTree()
    for number, some in held.items():
        tree.replace(number, bucket_hash(sorted(some)))
    return tree


def prove(blind: bytes, bucket: Sequence[Head], path: tuple[bytes, ...]) -> HeadProof:
    """Return what there is, or that nothing is, under ``blind``.

    Args:
        blind: What is asked for.
        bucket: All heads of its bucket, in order.
        path: The bucket's way up, see `HeadsTree.path`.
    """
    at = bisect_left([head.blind for head in bucket], blind)
    if at < len(bucket) and bucket[at].blind == blind:
        indices: tuple[int, ...] = (at,)
    else:
        indices = tuple(index for index in (at - 1, at) if 0 <= index < len(bucket))
    leaves = [leaf_hash(head.entry) for head in bucket]

    def read(nodes: Sequence[Node]) -> list[bytes]:
        return [
            complete_root(leaves[node.number << node.level : node.number + 1 << node.level])
            for node in nodes
        ]

    placed = tuple(
        Placed(index, bucket[index], tuple(inclusion_proof(index, len(bucket), read)))
        for index in indices
    )
    return HeadProof(len(bucket), placed, path)


def verify_member(head: Head, proof: HeadProof, *, root: bytes) -> None:
    """Refuse unless the tree with ``root`` has exactly this leaf.

    Raises:
        ProofError: ``other_head``, ``other_bucket``, ``other_root``, and those of
            `ledger.transparency.merkle.root_by_inclusion`.
    """
    if len(proof.placed) != 1 or proof.placed[0].head != head:
        raise ProofError("other_head", "the proof is about another leaf")
    _check_root(head.blind, proof, root)


def verify_absent(blind: bytes, proof: HeadProof, *, root: bytes) -> None:
    """Refuse unless the tree with ``root`` has no leaf under ``blind``.

    Raises:
        ProofError: ``not_absent``: the leaves shown are not the neighbours of what is missing;
            ``other_bucket``, ``other_root``, and those of
            `ledger.transparency.merkle.root_by_inclusion`.
    """
    left = [one for one in proof.placed if one.head.blind < blind]
    right = [one for one in proof.placed if one.head.blind > blind]
    if [*left, *right] != list(proof.placed) or max(len(left), len(right)) > 1:
        raise ProofError("not_absent", "expected the neighbours of what is missing, in order")
    after = left[0].at + 1 if left else 0
    before = right[0].at if right else proof.size
    if after != before:
        raise ProofError("not_absent", "there is room for a leaf between those that are shown")
    _check_root(blind, proof, root)


def _check_root(blind: bytes, proof: HeadProof, root: bytes) -> None:
    """Refuse unless the leaves stand in the bucket of ``blind`` of the tree with ``root``."""
    if any(bucket_of(one.head.blind) != bucket_of(blind) for one in proof.placed):
        raise ProofError("other_bucket", "a leaf stands in a bucket that is not its own")
    if not 0 <= proof.size <= _LARGEST or not all(_formed(one.head) for one in proof.placed):
        raise ProofError("head_form", "a blind and a digest of 32 bytes, a version from 1")
    roots = {
        root_by_inclusion(one.at, proof.size, leaf_hash(one.head.entry), one.hashes)
        for one in proof.placed
    } or {EMPTY_ROOT}
    found = [
        root_by_inclusion(bucket_of(blind), BUCKETS, _bucket_hash(proof.size, one), proof.path)
        for one in roots
    ]
    if found != [root]:
        raise ProofError("other_root", "the proof does not lead to this root")


def _formed(head: Head) -> bool:
    lengths = len(head.blind) == HASH_BYTES and len(head.digest) == HASH_BYTES
    return lengths and 0 < head.version <= _LARGEST
