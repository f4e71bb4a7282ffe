"""What a log shows to whoever asks: its published heads and its tiles; and proofs made of them.

The leaf at index i is the entry of the fact at position i + 1: positions have no gaps, and no fact
is ever removed.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple, Protocol

from ledger.errors import ProofError
from ledger.transparency import merkle
from ledger.transparency.proof import TlogProof
from ledger.transparency.tiles import Tile, node_reader


class PublishedHead(NamedTuple):
    """A head that its quorum has cosigned."""

    size: int
    root: bytes
    note: bytes
    """The checkpoint with every signature, as it was published."""
    quorum_at: datetime | None
    """When the quorum was complete; None where the policy asks for no witness."""


class LogReader(Protocol):
    """A log, as far as it is there."""

    def size(self) -> int:
        """Return how many leaves are in the tree, published or not yet."""
        ...

    def latest(self) -> PublishedHead | None:
        """Return the newest published head."""
        ...

    def covering(self, index: int) -> PublishedHead | None:
        """Return the oldest published head of a tree that has the leaf at ``index``."""
        ...

    def heads(self, *, after: int, limit: int) -> list[PublishedHead]:
        """Return published heads of more than ``after`` leaves, the smallest first."""
        ...

    def tiles(self, wanted: Sequence[Tile]) -> list[bytes]:
        """Return tiles, in their order; of a partial one as much as its name says.

        Raises:
            ProofError: ``no_such_tile``.
        """
        ...


def index_of(position: int) -> int:
    """Return the leaf of the fact at ``position``."""
    return position - 1


def prove(
    log: LogReader, index: int, head: PublishedHead, *, extra: bytes | None = None
) -> TlogProof:
    """Return the proof that the leaf at ``index`` is in the tree of ``head``.

    Raises:
        ProofError: ``no_such_leaf``, ``no_such_tile``.
    """
    hashes = merkle.inclusion_proof(index, head.size, node_reader(head.size, log.tiles))
    return TlogProof(index, tuple(hashes), head.note, extra)


def connect(log: LogReader, old: int, head: PublishedHead) -> list[bytes]:
    """Return the proof that the log's tree of ``old`` leaves is the beginning of ``head``'s.

    Raises:
        ProofError: ``no_such_tree``, ``no_such_tile``.
    """
    return merkle.consistency_proof(old, head.size, node_reader(head.size, log.tiles))


def cut(tile: Tile, data: bytes) -> bytes:
    """Return as much of a tile's bytes as its name says.

    Raises:
        ProofError: ``no_such_tile``: it holds fewer hashes.
    """
    wanted = tile.width * merkle.HASH_BYTES
    if len(data) < wanted:
        raise ProofError("no_such_tile", f"{tile.path}: the log has no such tile")
    return data[:wanted]
