"""What a view's rows come to, in 4,096 buckets: for the daily seal, and to find what differs.

    bucket  = first 12 bits of SHA-256(canonical CBOR [table, key columns …])
    digest  = SHA-256 over canonical CBOR [table, every column …] of the bucket's rows, tables in
              the view's order, rows in the order of their keys
    root    = RFC 6962 tree over the 4,096 digests

A changed row stays in its bucket, since its key does. Rows come in the order of their keys from
either database, so a bucket is one running hash: no sum of row hashes, which could be forged by
rows chosen to cancel out, and nothing to sort.
"""

from collections import defaultdict
from collections.abc import Iterable
from hashlib import sha256
from typing import Any, Final, NamedTuple

from ledger import canonical
from ledger.transparency.merkle import HASH_BYTES, leaf_hash, node_hash
from projections.view import View

BUCKETS: Final = 4_096
_UNUSED_BITS: Final = 4
_EMPTY: Final = sha256().digest()


class ViewDigest(NamedTuple):
    """The digest of one view's rows."""

    rows: int
    buckets: bytes
    """4,096 digests of 32 bytes."""

    @property
    def root(self) -> bytes:
        """The root over the buckets."""
        return root_over(self.buckets)


def digest_of(view: View, rows: Iterable[list[Any]]) -> ViewDigest:
    """Return the digest of ``rows``: ``[table, column …]`` each, see `ViewStore.rows`."""
    keys = {table.name: table.keys + 1 for table in view.tables}
    running: defaultdict[int, Any] = defaultdict(sha256)
    count = 0
    for count, row in enumerate(rows, 1):  # noqa: B007 (counted to the end)
        running[bucket_of(row[: keys[row[0]]])].update(canonical.encode(row))
    digests = {bucket: one.digest() for bucket, one in running.items()}
    return ViewDigest(count, b"".join(digests.get(one, _EMPTY) for one in range(BUCKETS)))


def bucket_of(key: list[Any]) -> int:
    """Return the bucket of the row with ``key``: the table's name and the key's columns."""
    return int.from_bytes(sha256(canonical.encode(key)).digest()[:2]) >> _UNUSED_BITS


def root_over(buckets: bytes) -> bytes:
    """Return the root over the buckets' digests: a whole tree, so level by level.

    Most buckets of a small view are empty: what is equal is hashed once.
    """
    digests = _split(buckets)
    leaves = {one: leaf_hash(one) for one in set(digests)}
    level = [leaves[one] for one in digests]
    while len(level) > 1:
        pairs = list(zip(level[::2], level[1::2], strict=True))
        nodes = {pair: node_hash(*pair) for pair in set(pairs)}
        level = [nodes[pair] for pair in pairs]
    return level[0]


def differing(one: bytes, other: bytes) -> list[int]:
    """Return the numbers of the buckets in which two digests differ."""
    pairs = zip(_split(one), _split(other), strict=True)
    return [number for number, (left, right) in enumerate(pairs) if left != right]


def _split(buckets: bytes) -> list[bytes]:
    return [buckets[at : at + HASH_BYTES] for at in range(0, len(buckets), HASH_BYTES)]
