"""Proofs for many leaves at once: what the leaves of one tile share is read and computed once.

The way of a leaf is eight hashes inside its tile and then the way of the tile itself, which is the
same for all 256: so a proof in bulk costs a small part of a single one.
"""

from collections.abc import Iterator, Sequence
from itertools import groupby

from ledger.errors import ProofError
from ledger.transparency.log import LogReader, PublishedHead
from ledger.transparency.merkle import Node, inclusion_proof, node_hash
from ledger.transparency.proof import TlogProof
from ledger.transparency.tiles import HEIGHT, WIDTH, Tile, hashes_in, node_reader

_TILES_AT_ONCE = 32


def prove_many(
    log: LogReader, indexes: Sequence[int], head: PublishedHead
) -> Iterator[tuple[int, TlogProof]]:
    """Yield each index with the proof that its leaf is in the tree of ``head``, in order of index.

    Raises:
        ProofError: ``no_such_leaf``, ``no_such_tile``.
    """
    wanted = sorted(set(indexes))
    if wanted and not 0 <= wanted[0] <= wanted[-1] < head.size:
        raise ProofError("no_such_leaf", "the tree of this size has no leaf at this index")
    ways = _Ways(log, head.size)
    groups = [(number, list(some)) for number, some in groupby(wanted, lambda one: one // WIDTH)]
    for start in range(0, len(groups), _TILES_AT_ONCE):
        some = groups[start : start + _TILES_AT_ONCE]
        whole = [number for number, _ in some if (number + 1) * WIDTH <= head.size]
        held = dict(zip(whole, log.tiles([Tile(0, number) for number in whole]), strict=True))
        for number, leaves in some:
            if number in held:
                yield from _of_tile(leaves, held[number], ways.above(number), head)
            else:
                for index in leaves:
                    yield index, TlogProof(index, tuple(ways.of(index)), head.note)


def _of_tile(
    leaves: Sequence[int], data: bytes, above: tuple[bytes, ...], head: PublishedHead
) -> Iterator[tuple[int, TlogProof]]:
    levels = _pyramid(hashes_in(data))
    note = head.note
    for index in leaves:
        at = index % WIDTH
        within = tuple([hashes[(at >> level) ^ 1] for level, hashes in enumerate(levels)])
        yield index, TlogProof(index, within + above, note)


def _pyramid(hashes: list[bytes]) -> list[list[bytes]]:
    """Return the nodes below a whole tile's root, its leaves first."""
    levels = [hashes]
    while len(hashes) > 2:  # noqa: PLR2004 (the two below the root are its last ones)
        pairs = iter(hashes)
        hashes = [node_hash(left, right) for left, right in zip(pairs, pairs, strict=True)]
        levels.append(hashes)
    return levels


class _Ways:
    """Ways through one tree; what was read for one is kept for the next."""

    def __init__(self, log: LogReader, size: int) -> None:
        self._size = size
        self._read = node_reader(size, log.tiles)
        self._known: dict[Node, bytes] = {}

    def of(self, index: int) -> list[bytes]:
        """Return the whole way of a leaf."""
        return inclusion_proof(index, self._size, self._nodes)

    def above(self, number: int) -> tuple[bytes, ...]:
        """Return the way of a whole tile of level 0."""
        return tuple(inclusion_proof(number * WIDTH, self._size, self._above_tiles)[HEIGHT:])

    def _above_tiles(self, nodes: Sequence[Node]) -> list[bytes]:
        # The first eight are inside the tile: of those nothing is used here.
        return [*[b""] * HEIGHT, *self._nodes(nodes[HEIGHT:])]

    def _nodes(self, nodes: Sequence[Node]) -> list[bytes]:
        new = [node for node in nodes if node not in self._known]
        if new:
            self._known.update(zip(new, self._read(new), strict=True))
        return [self._known[node] for node in nodes]
