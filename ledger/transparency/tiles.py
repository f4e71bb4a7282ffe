"""The tree at rest: tiles of up to 256 hashes, named by level and number, each written once.

A tile of level L holds the roots of complete subtrees of height 8 L. Only the rightmost tile of a
level is partial; it is published again, under another name, as it grows. Source: C2SP tlog-tiles.
"""

from collections.abc import Callable, Iterable, Sequence
from itertools import islice
from typing import Final, NamedTuple

from ledger.errors import InvalidInputError, ProofError
from ledger.transparency.merkle import (
    EMPTY_ROOT,
    HASH_BYTES,
    Node,
    complete_root,
    fold,
    subtrees,
)

HEIGHT: Final = 8
WIDTH: Final = 1 << HEIGHT
_TOP_LEVEL: Final = 63
"""Source: C2SP tlog-tiles, "0 <= L <= 63"."""
_GROUP: Final = 3
_LENGTH_BYTES: Final = 2


class Tile(NamedTuple):
    """One tile's name."""

    level: int
    number: int
    width: int = WIDTH
    """How many hashes it holds, 1 to 256."""

    @property
    def path(self) -> str:
        """Where it is published, below the log's address."""
        return f"tile/{self.level}/{_number_path(self.number)}{_partial(self.width)}"

    @property
    def is_full(self) -> bool:
        """Whether it will never change."""
        return self.width == WIDTH


class Bundle(NamedTuple):
    """The name of the up to 256 entries whose hashes stand in one tile of level 0."""

    number: int
    width: int = WIDTH

    @property
    def path(self) -> str:
        """Where it is published, below the log's address."""
        return f"tile/entries/{_number_path(self.number)}{_partial(self.width)}"


ReadTiles = Callable[[Sequence[Tile]], Sequence[bytes]]
"""Returns the tiles' bytes, in their order; a tile that is not there raises `ProofError`."""


def parse_path(path: str) -> Tile | Bundle:
    """Return what the ``path`` of a tile or a bundle names.

    Raises:
        InvalidInputError: ``tile_path``.
    """
    parts = path.split("/")
    width = WIDTH
    if len(parts) > _GROUP and parts[-2].endswith(".p"):
        width = _number(parts.pop())
        parts[-1] = parts[-1].removesuffix(".p")
        if not 0 < width < WIDTH:
            raise _no_path()
    if len(parts) < _GROUP or parts[0] != "tile":
        raise _no_path()
    number = _parse_number(parts[2:])
    if parts[1] == "entries":
        return Bundle(number, width)
    level = _number(parts[1])
    if level > _TOP_LEVEL:
        raise _no_path()
    return Tile(level, number, width)


def _no_path() -> InvalidInputError:
    return InvalidInputError("path", "tile_path", "tile/<level>/<number>[.p/<width>]")


def _number(text: str) -> int:
    """Return the number that ``text`` writes in its one form."""
    if not text.isascii() or not text.isdigit() or (text[0] == "0" and text != "0"):
        raise _no_path()
    return int(text)


def _number_path(number: int) -> str:
    groups = [f"{number % 1000:03d}"]
    while number := number // 1000:
        groups.append(f"x{number % 1000:03d}")
    return "/".join(reversed(groups))


def _parse_number(parts: Sequence[str]) -> int:
    groups = [part.removeprefix("x") for part in parts]
    digits = "".join(groups)
    if len(digits) != _GROUP * len(groups) or not digits.isascii() or not digits.isdigit():
        raise _no_path()
    number = int(digits)
    if _number_path(number) != "/".join(parts):
        raise _no_path()
    return number


def _partial(width: int) -> str:
    return "" if width == WIDTH else f".p/{width}"


def hashes_in(data: bytes) -> list[bytes]:
    """Return the hashes of a tile.

    Raises:
        ProofError: ``tile_length``.
    """
    count, rest = divmod(len(data), HASH_BYTES)
    if rest or not 0 < count <= WIDTH:
        raise ProofError("tile_length", "a tile holds 1 to 256 hashes of 32 bytes")
    return [data[start : start + HASH_BYTES] for start in range(0, len(data), HASH_BYTES)]


def width_at(level: int, number: int, size: int) -> int:
    """Return how many hashes this tile holds in a tree of ``size``; 0 if there is none."""
    return max(0, min(WIDTH, (size >> HEIGHT * level) - WIDTH * number))


def tiles_of(size: int, *, since: int = 0) -> Iterable[Tile]:
    """Yield the tiles of a tree of ``size`` that a tree of ``since`` does not have yet."""
    level = 0
    while size >> HEIGHT * level:
        hashes, old = size >> HEIGHT * level, since >> HEIGHT * level
        for number in range(old // WIDTH, -(-hashes // WIDTH)):
            width = width_at(level, number, size)
            if width and width != width_at(level, number, since):
                yield Tile(level, number, width)
        level += 1


def tile_holding(node: Node, size: int) -> tuple[Tile, slice]:
    """Return the tile of a tree of ``size`` whose hashes, those of the slice, make ``node``."""
    level, above = divmod(node.level, HEIGHT)
    first = node.number << above
    tile, offset = divmod(first, WIDTH)
    width = width_at(level, tile, size)
    return Tile(level, tile, width), slice(offset, offset + (1 << above))


def node_reader(size: int, read: ReadTiles) -> Callable[[Sequence[Node]], list[bytes]]:
    """Return what reads nodes of a tree of ``size`` from its tiles, each tile once a call."""

    def read_nodes(nodes: Sequence[Node]) -> list[bytes]:
        places = [tile_holding(node, size) for node in nodes]
        wanted = list(dict.fromkeys(tile for tile, _ in places))
        held = {tile: _whole(tile, data) for tile, data in zip(wanted, read(wanted), strict=True)}
        return [complete_root(held[tile][part]) for tile, part in places]

    return read_nodes


def _whole(tile: Tile, data: bytes) -> list[bytes]:
    hashes = hashes_in(data)
    if len(hashes) != tile.width:
        raise ProofError("tile_length", f"{tile.path}: another number of hashes than its name says")
    return hashes


class Edge:
    """The right edge of a growing tree: the partial tile of each level, and what it becomes."""

    def __init__(self, size: int = 0, partial: Sequence[Sequence[bytes]] = ()) -> None:
        """Go on from a tree of ``size`` whose partial tiles hold these hashes, level 0 first."""
        self.size = size
        self._levels = [list(hashes) for hashes in partial]

    @classmethod
    def of(cls, size: int, read: ReadTiles) -> "Edge":
        """Return the edge of a tree of ``size``, from its tiles."""
        levels = range(_levels(size))
        tiles = [
            Tile(level, number, width)
            for level in levels
            if (width := width_at(level, number := (size >> HEIGHT * level) // WIDTH, size))
        ]
        held = {
            tile.level: _whole(tile, data) for tile, data in zip(tiles, read(tiles), strict=True)
        }
        return cls(size, [held.get(level, []) for level in levels])

    def append(self, leaves: Iterable[bytes]) -> list[tuple[Tile, bytes]]:
        """Take in the next leaves' hashes; return every tile that is new with them."""
        written: list[tuple[Tile, bytes]] = []
        before = self.size
        fresh, level = iter(leaves), 0
        pending = list(fresh)
        self.size += len(pending)
        while pending:
            if level == len(self._levels):
                self._levels.append([])
            pending = self._fill(level, pending, before >> HEIGHT * level, written)
            level += 1
        return written

    def _fill(
        self, level: int, hashes: list[bytes], before: int, written: list[tuple[Tile, bytes]]
    ) -> list[bytes]:
        """Put ``hashes`` behind the ``before`` of ``level``; return the hashes of the one above."""
        held, number = self._levels[level], before // WIDTH
        above: list[bytes] = []
        source = iter(hashes)
        while part := list(islice(source, WIDTH - len(held))):
            held += part
            written.append((Tile(level, number, len(held)), b"".join(held)))
            if len(held) == WIDTH:
                above.append(complete_root(held))
                held.clear()
                number += 1
        return above

    @property
    def root(self) -> bytes:
        """The root of the tree as it is now."""
        peaks: list[bytes] = []
        for held in reversed(self._levels):
            peaks += [complete_root(held[_span(node)]) for node in subtrees(0, len(held))]
        return fold(peaks) if peaks else EMPTY_ROOT


def _span(node: Node) -> slice:
    return slice(node.number << node.level, node.number + 1 << node.level)


def _levels(size: int) -> int:
    return -(-size.bit_length() // HEIGHT)


def write_bundle(entries: Iterable[bytes]) -> bytes:
    """Return the bytes of a bundle: each entry behind its length as a big-endian u16."""
    return b"".join([len(entry).to_bytes(_LENGTH_BYTES) + entry for entry in entries])


def entries_in(data: bytes) -> list[bytes]:
    """Return the entries of a bundle.

    Raises:
        ProofError: ``bundle_length``.
    """
    found: list[bytes] = []
    at = 0
    while at < len(data):
        start = at + _LENGTH_BYTES
        at = start + int.from_bytes(data[at:start])
        if at > len(data) or start > len(data) or len(found) == WIDTH:
            raise ProofError("bundle_length", "up to 256 entries, each behind its length")
        found.append(data[start:at])
    return found
