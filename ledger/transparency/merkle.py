"""The Merkle tree of a log: its hashes, its proofs, and how a stranger checks them.

A node is the root of a complete subtree: level 0 are leaves, `Node(level, number)` covers the
leaves from ``number << level`` on. Source: RFC 6962, section 2.1; checking by RFC 9162, sections
2.1.3.2 and 2.1.4.2, stricter in one point: a proof from an empty tree says nothing and is refused.
"""

from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256
from typing import Final, NamedTuple

from ledger.errors import ProofError

HASH_BYTES: Final = 32
EMPTY_ROOT: Final = sha256(b"").digest()
LEAF: Final = b"\x00"
"""Before an entry in its hash; `NODE` before two hashes: no leaf can pass for a node."""
NODE: Final = b"\x01"


class Node(NamedTuple):
    """The root of a complete subtree of ``1 << level`` leaves."""

    level: int
    number: int
    """From the left, within its level."""


ReadNodes = Callable[[Sequence[Node]], Sequence[bytes]]
"""Returns the hashes of nodes, in their order."""


def leaf_hash(entry: bytes) -> bytes:
    """Return the hash of a leaf."""
    return sha256(LEAF + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of the node above two."""
    return sha256(NODE + left + right).digest()


def complete_root(hashes: Sequence[bytes]) -> bytes:
    """Return the root above a power of two of hashes of one level."""
    while len(hashes) > 1:
        pairs = iter(hashes)
        hashes = [
            sha256(NODE + left + right).digest() for left, right in zip(pairs, pairs, strict=True)
        ]
    return hashes[0]


def fold(hashes: Sequence[bytes]) -> bytes:
    """Return the root above neighbouring complete subtrees, the largest and leftmost first."""
    root = hashes[-1]
    for left in reversed(hashes[:-1]):
        root = node_hash(left, root)
    return root


def subtrees(start: int, end: int) -> list[Node]:
    """Return the complete subtrees that make up the leaves from ``start`` to before ``end``.

    ``start`` is a multiple of the largest of them, as in every range of a proof.
    """
    found: list[Node] = []
    while start < end:
        level = (end - start).bit_length() - 1
        found.append(Node(level, start >> level))
        start += 1 << level
    return found


class Frontier:
    """A growing tree's root, from no more than one hash a level: what appending has to remember."""

    __slots__ = ("_peaks", "size")

    def __init__(self, size: int = 0, peaks: Sequence[bytes] = ()) -> None:
        """Go on from a tree of ``size`` leaves whose `subtrees` have the hashes ``peaks``."""
        if len(peaks) != size.bit_count():
            raise ValueError("one hash for every complete subtree is needed")
        self.size = size
        self._peaks = list(peaks)

    def append(self, leaf: bytes) -> None:
        """Take in the next leaf's hash."""
        peaks, below, size = self._peaks, leaf, self.size
        while size & 1:
            below = sha256(NODE + peaks.pop() + below).digest()
            size >>= 1
        peaks.append(below)
        self.size += 1

    def extend(self, leaves: Iterable[bytes]) -> None:
        """Take in the next leaves' hashes."""
        for leaf in leaves:
            self.append(leaf)

    @property
    def peaks(self) -> tuple[bytes, ...]:
        """The hashes of the tree's `subtrees`."""
        return tuple(self._peaks)

    @property
    def root(self) -> bytes:
        """The root of the tree as it is now."""
        return fold(self._peaks) if self._peaks else EMPTY_ROOT


def root_of(leaves: Iterable[bytes]) -> bytes:
    """Return the root of the tree over these leaf hashes."""
    tree = Frontier()
    tree.extend(leaves)
    return tree.root


def inclusion_proof(index: int, size: int, read: ReadNodes) -> list[bytes]:
    """Return the hashes from the leaf at ``index`` up to the root of a tree of ``size``.

    Raises:
        ProofError: ``no_such_leaf``.
    """
    if not 0 <= index < size:
        raise ProofError("no_such_leaf", "the tree of this size has no leaf at this index")
    ranges: list[tuple[int, int]] = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            ranges.append((middle, end))
            end = middle
        else:
            ranges.append((start, middle))
            start = middle
    return _hashes_of(reversed(ranges), read)


def consistency_proof(old: int, size: int, read: ReadNodes) -> list[bytes]:
    """Return the hashes that show a tree of ``old`` leaves to be the beginning of one of ``size``.

    Raises:
        ProofError: ``no_such_tree``: nothing follows from an empty tree, or from a larger one.
    """
    if not 0 < old <= size:
        raise ProofError("no_such_tree", "expected an older size from 1 to the newer one")
    ranges: list[tuple[int, int]] = []
    start, end = 0, size
    while end != old:
        middle = start + _split(end - start)
        if old <= middle:
            ranges.append((middle, end))
            end = middle
        else:
            ranges.append((start, middle))
            start = middle
    if start:  # otherwise the older root itself is where the way begins
        ranges.append((start, end))
    return _hashes_of(reversed(ranges), read)


def _split(size: int) -> int:
    """Return the largest power of two below ``size``."""
    return 1 << (size - 1).bit_length() - 1


def _hashes_of(ranges: Iterable[tuple[int, int]], read: ReadNodes) -> list[bytes]:
    """Return the root of each range; all their nodes are read at once."""
    parts = [subtrees(start, end) for start, end in ranges]
    hashes = iter(read([node for nodes in parts for node in nodes]))
    return [fold([next(hashes) for _ in nodes]) for nodes in parts]


def root_by_inclusion(index: int, size: int, leaf: bytes, proof: Sequence[bytes]) -> bytes:
    """Return the root that ``proof`` leads to from the hash ``leaf`` at ``index``.

    Raises:
        ProofError: ``no_such_leaf``, ``proof_length`` or ``hash_length``.
    """
    if not 0 <= index < size:
        raise ProofError("no_such_leaf", "the tree of this size has no leaf at this index")
    _check_lengths(leaf, *proof)
    number, last, root = index, size - 1, leaf
    for part in proof:
        if not last:
            raise ProofError("proof_length", "more hashes than lie between leaf and root")
        if number & 1 or number == last:
            root = node_hash(part, root)
            while not number & 1 and number:
                number >>= 1
                last >>= 1
        else:
            root = node_hash(root, part)
        number >>= 1
        last >>= 1
    if last:
        raise ProofError("proof_length", "fewer hashes than lie between leaf and root")
    return root


def verify_inclusion(
    *, index: int, size: int, leaf: bytes, root: bytes, proof: Sequence[bytes]
) -> None:
    """Refuse unless the tree with ``root`` has the leaf hash ``leaf`` at ``index``.

    Raises:
        ProofError: See `root_by_inclusion`; ``other_root``.
    """
    _check_lengths(root)
    if root_by_inclusion(index, size, leaf, proof) != root:
        raise ProofError("other_root", "the proof does not lead to this root")


def verify_consistency(
    *, old: int, size: int, old_root: bytes, root: bytes, proof: Sequence[bytes]
) -> None:
    """Refuse unless the tree of ``old`` leaves is the beginning of the tree of ``size``.

    Raises:
        ProofError: ``no_such_tree``, ``proof_length``, ``hash_length``, ``other_root``,
            ``other_old_root``.
    """
    if not 0 < old <= size:
        raise ProofError("no_such_tree", "expected an older size from 1 to the newer one")
    if old == size:
        if proof:
            raise ProofError("proof_length", "two trees of one size need no proof")
        if old_root != root:
            raise ProofError("other_root", "two trees of one size have two roots")
        return
    _check_lengths(old_root, root, *proof)
    path = [old_root, *proof] if not old & (old - 1) else list(proof)
    if not path:
        raise ProofError("proof_length", "fewer hashes than lie between the two trees")
    older, newer = _roots_by_consistency(old, size, path)
    if older != old_root:
        raise ProofError("other_old_root", "the proof does not lead to the older root")
    if newer != root:
        raise ProofError("other_root", "the proof does not lead to the newer root")


def _roots_by_consistency(old: int, size: int, path: Sequence[bytes]) -> tuple[bytes, bytes]:
    number, last = old - 1, size - 1
    while number & 1:
        number >>= 1
        last >>= 1
    older = newer = path[0]
    for part in path[1:]:
        if not last:
            raise ProofError("proof_length", "more hashes than lie between the two trees")
        if number & 1 or number == last:
            older, newer = node_hash(part, older), node_hash(part, newer)
            while not number & 1 and number:
                number >>= 1
                last >>= 1
        else:
            newer = node_hash(newer, part)
        number >>= 1
        last >>= 1
    if last:
        raise ProofError("proof_length", "fewer hashes than lie between the two trees")
    return older, newer


def _check_lengths(*hashes: bytes) -> None:
    if any(len(one) != HASH_BYTES for one in hashes):
        raise ProofError("hash_length", f"every hash has {HASH_BYTES} bytes")
