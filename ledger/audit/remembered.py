"""What an auditor remembers of the tree, held against what is there now."""

from collections.abc import Iterator, Sequence
from typing import Protocol

from ledger.audit.findings import Finding, Severity
from ledger.audit.tile_check import TileRoots
from ledger.transparency.merkle import HASH_BYTES
from ledger.transparency.tiles import WIDTH


class Remembered(Protocol):
    """The tree as the auditor verified it before, part by part."""

    def tiles(self, part: int) -> Sequence[bytes]:
        """Return the hash above each full tile of a part, as far as it was verified."""
        ...

    def leaves(self, part: int) -> bytes:
        """Return the leaves of a part as far as they were kept, from its start on."""
        ...

    def edge(self) -> tuple[int, Sequence[bytes]]:
        """Return the index and the leaves of the tile that was not full yet."""
        ...


def compare_with_memory(memory: Remembered, part: int, tree: TileRoots) -> Iterator[Finding]:
    """Yield the tiles, or the very leaves where those were kept, that are others than before."""
    kept = memory.leaves(part)
    skipped = (tree.first - tree.start) // WIDTH
    for number, remembered in enumerate(memory.tiles(part)):
        if number < skipped or number >= len(tree.roots) or tree.roots[number] == remembered:
            continue
        first = tree.start + number * WIDTH
        at = (first - tree.start) * HASH_BYTES
        leaves = [
            kept[at + n : at + n + HASH_BYTES] for n in range(0, WIDTH * HASH_BYTES, HASH_BYTES)
        ]
        yield from _differing(first, leaves, tree) if leaves[-1] else [_tile(first)]
    first, edge = memory.edge()
    if tree.first <= first < tree.first + len(tree.leaves):
        yield from _differing(first, edge, tree)


def _differing(first: int, leaves: Sequence[bytes], tree: TileRoots) -> Iterator[Finding]:
    now = tree.leaves[first - tree.first :]
    for offset, (remembered, leaf) in enumerate(zip(leaves, now, strict=False)):
        if remembered != leaf:
            index = first + offset
            yield Finding(
                "C4.entry",
                Severity.CRITICAL,
                {"position": index + 1, "index": index, "tile": index // WIDTH},
                "the entry that was there at the last audit",
                "another entry",
            )


def _tile(first: int) -> Finding:
    return Finding(
        "C4.tile",
        Severity.CRITICAL,
        {"tile": first // WIDTH, "position": first + 1, "index": first, "until": first + WIDTH},
        "the 256 entries that were there at the last audit",
        "others among them",
    )
