"""The leaves of one part against the log's tiles, and the roots that they lead to.

Where the rows and the log's tiles disagree, the hash above them says who is right: whichever of the
two leads to it. Above the last tile, which is not full, that is the root of a published head. The
check then goes on with that one, so that one change is one finding.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final, NamedTuple

from ledger.audit.findings import Finding, Severity
from ledger.transparency.merkle import (
    HASH_BYTES,
    Frontier,
    complete_root,
    fold,
    node_hash,
    subtrees,
)
from ledger.transparency.tiles import WIDTH

_TILE_BYTES: Final = WIDTH * HASH_BYTES
Levels = list[list[bytes]]


class LoggedTiles(NamedTuple):
    """What the log has of one part."""

    leaves: list[bytes | None]
    """Tiles of level 0, the last perhaps partial; None for one that should be there and is not."""
    above: bytes
    """Hashes of level 1, one a full tile; empty where they cannot be read."""


NOT_LOGGED: Final = LoggedTiles([], b"")


class EdgeHead(NamedTuple):
    """A published head of a tree that ends within a tile."""

    size: int
    leads: Callable[[Sequence[bytes]], bool]
    """Whether these leaves, from the tile's first one to the tree's last, lead to its root."""


class TileRoots:
    """The roots of a part's tiles, of level 0, and of every tree that ends within the part."""

    def __init__(
        self, first: int, known: Sequence[bytes] = (), edge: EdgeHead | None = None
    ) -> None:
        """Begin at leaf ``first``, a multiple of 256, after tiles with the roots ``known``.

        ``edge`` is the newest head that is believed, if its tree ends in this part's last tile.
        """
        self.first = first
        self._edge = edge
        self.start = first - WIDTH * len(known)
        self.findings: list[Finding] = []
        self.roots: list[bytes] = list(known)
        self.leaves: list[bytes] = []
        """As the check went on with them."""
        self._skipped = len(known)
        self._whole = True

    def check(self, leaves: Sequence[bytes | None], logged: LoggedTiles, above_from: int) -> None:
        """Take in the part's leaves, as rows have them, from ``first`` on.

        Args:
            leaves: None where there is none.
            logged: What the log has of the same leaves.
            above_from: Where in ``logged.above`` the first of these tiles stands.
        """
        for number, start in enumerate(range(0, len(leaves), WIDTH)):
            ours = leaves[start : start + WIDTH]
            tile = logged.leaves[number] if number < len(logged.leaves) else b""
            at = (above_from + number) * HASH_BYTES
            self._check_tile(number, ours, tile, logged.above[at : at + HASH_BYTES])

    def _check_tile(
        self, number: int, ours: Sequence[bytes | None], tile: bytes | None, above: bytes
    ) -> None:
        first = self.first + number * WIDTH
        if tile is None:
            self._tile_changed(first, "no tile that can be read")
            self._go_on(first, ours, [], above, agreed=None not in ours)
            return
        if None not in ours and b"".join(ours[: len(tile) // HASH_BYTES]) == tile:  # type: ignore[arg-type]  # no None left
            self._go_on(first, ours, [], above, agreed=True)
            return
        theirs = [tile[at : at + HASH_BYTES] for at in range(0, len(tile), HASH_BYTES)]
        self._go_on(first, ours, theirs, above, agreed=False)

    def _go_on(
        self, first: int, ours: Sequence[bytes | None], theirs: list[bytes], above: bytes,
        *, agreed: bool,
    ) -> None:  # fmt: skip
        chosen = ours if agreed else self._settled(first, ours, theirs, above)
        if None in chosen:
            self._whole = False
            self.leaves += [leaf or b"" for leaf in chosen]
            return
        hashes: Sequence[bytes] = chosen  # type: ignore[assignment]  # none of them is None
        self.leaves += hashes
        if self._whole and len(hashes) == WIDTH:
            root = complete_root(hashes)
            if above and root != above and agreed:
                self._above_differs(first)
            self.roots.append(root)

    def _above_differs(self, first: int) -> None:
        number = first // WIDTH
        self.findings.append(
            Finding(
                "C2.tile",
                Severity.CRITICAL,
                {"level": 1, "tile": number // WIDTH, "row": number % WIDTH, "index": first,
                 "until": first + WIDTH},
                "the hash that the 256 leaves lead to",
                "another hash",
            )
        )  # fmt: skip

    def _settled(
        self, first: int, ours: Sequence[bytes | None], theirs: list[bytes], above: bytes
    ) -> list[bytes | None]:
        """Note where rows and tile disagree; return the leaves that lead to the hash above."""
        padded: list[bytes | None] = [*theirs, *([None] * (len(ours) - len(theirs)))]
        mixed = [leaf or other for leaf, other in zip(ours, padded, strict=True)]
        whole = len(ours) == WIDTH and bool(above)
        sure = self._sure(first, mixed, above)
        if sure:
            if any(
                one is not None and one != other
                for one, other in zip(ours, padded[:sure], strict=False)
            ):
                self._tile_changed(first, "others, which the rows contradict", len(ours))
            self._leaves_differ(first, ours, theirs, sure)
            return [*mixed[:sure], *padded[sure : len(theirs)], *ours[max(sure, len(theirs)) :]]
        if not theirs:
            if whole:
                self._above_differs(first)
            return mixed
        self._leaves_differ(first, ours, theirs, 0)
        logged = [*padded[: len(theirs)], *ours[len(theirs) :]]
        if whole and None not in logged and complete_root(logged) != above:  # type: ignore[arg-type]
            self._above_differs(first)
            return mixed
        return logged

    def _sure(self, first: int, leaves: Sequence[bytes | None], above: bytes) -> int:
        """Return how many of a tile's leaves lead to what stands above them; 0 if they do not."""
        known = [leaf for leaf in leaves if leaf is not None]
        if len(leaves) == WIDTH and above:
            return WIDTH if len(known) == WIDTH and complete_root(known) == above else 0
        count = self._edge.size - first if self._edge is not None else 0
        if self._edge is None or not 0 < count <= len(leaves) or None in leaves[:count]:
            return 0
        return count if self._edge.leads(known[:count]) else 0

    def _leaves_differ(
        self, first: int, ours: Sequence[bytes | None], theirs: list[bytes], start: int
    ) -> None:
        for index in range(start, len(theirs)):
            if ours[index] is not None and ours[index] != theirs[index]:
                self._leaf_differs(first + index)

    def _tile_changed(self, first: int, found: str, width: int = WIDTH) -> None:
        self.findings.append(
            Finding(
                "C2.tile",
                Severity.CRITICAL,
                {"level": 0, "tile": first // WIDTH, "index": first, "until": first + width},
                "the leaves that lead to the hash above",
                found,
            )
        )

    def _leaf_differs(self, index: int) -> None:
        self.findings.append(
            Finding(
                "C2.leaf",
                Severity.CRITICAL,
                {"position": index + 1, "index": index, "tile": index // WIDTH},
                "the entry that is in the log",
                "another entry",
            )
        )

    def ends(self, sizes: Iterable[int]) -> Iterator[tuple[int, bytes | None]]:
        """Yield, for trees of these ``sizes``, the hash above the leaves from the part's start on.

        ``sizes`` rise and lie within the part. None where a leaf on the way is not known.
        """
        frontier, taken = Frontier(), 0
        levels: Levels = []
        number = -1
        for size in sizes:
            tiles, rest = divmod(size - self.start, WIDTH)
            if tiles > len(self.roots):
                yield size, None
                continue
            frontier.extend(self.roots[taken:tiles])
            taken = tiles
            peaks = list(frontier.peaks)
            if rest:
                if number != tiles:
                    number, levels = tiles, self._levels(tiles)
                some = _peaks(levels, rest)
                if some is None:
                    yield size, None
                    continue
                peaks += some
            yield size, fold(peaks)

    def _levels(self, tile: int) -> Levels:
        """Return all complete nodes above the leaves of one tile; b"" where one is not known."""
        start = (tile - self._skipped) * WIDTH
        hashes = self.leaves[start : start + WIDTH] if start >= 0 else []
        levels = [hashes]
        while len(hashes) > 1:
            pairs = zip(hashes[::2], hashes[1::2], strict=False)
            hashes = [node_hash(left, right) if left and right else b"" for left, right in pairs]
            levels.append(hashes)
        return levels


def _peaks(levels: Levels, size: int) -> list[bytes] | None:
    """Return the hashes of the complete subtrees over a tile's first ``size`` leaves."""
    peaks: list[bytes] = []
    for node in subtrees(0, size):
        if node.level >= len(levels) or node.number >= len(levels[node.level]):
            return None
        peaks.append(levels[node.level][node.number])
    return peaks if all(peaks) else None
