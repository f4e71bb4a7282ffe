"""The log's tree as its own tiles have it: nodes and roots of what was not read, upper tiles."""

from collections.abc import Iterator
from typing import Final

from ledger.audit.findings import Finding, Severity
from ledger.audit.part import read_tiles
from ledger.audit.raw_log import RawLog
from ledger.audit.whole import Whole
from ledger.errors import ProofError
from ledger.transparency.log import LogReader, PublishedHead
from ledger.transparency.merkle import EMPTY_ROOT, HASH_BYTES, Node, fold, subtrees
from ledger.transparency.tiles import HEIGHT, WIDTH, Tile, node_reader, width_at

_LOWEST: Final = 2
"""Lower levels are checked with the rows."""
_PAGE: Final = 64
"""Heads that are read together; each is some kilobytes."""


def logged_node(log: LogReader | None, size: int, level: int, number: int) -> bytes | None:
    """Return a node of the log's tree of ``size``, None where its tiles do not have it."""
    if log is None or (number + 1) << level > size:
        return None
    try:
        return node_reader(size, log.tiles)([Node(level, number)])[0]
    except (ProofError, TypeError, ValueError):
        return None


def logged_root(log: LogReader | None, size: int, at: int) -> bytes | None:
    """Return the root of the first ``at`` leaves by the log's tiles, None where they have none."""
    if log is None or at > size:
        return None
    try:
        return fold(node_reader(size, log.tiles)(subtrees(0, at))) if at else EMPTY_ROOT
    except (ProofError, TypeError, ValueError):
        return None


def head_before(log: LogReader, size: int) -> PublishedHead | None:
    """Return the largest published head of at most ``size`` leaves."""
    if isinstance(log, RawLog):
        return log.head_before(size)
    found, after = None, -1
    while page := [one for one in log.heads(after=after, limit=_PAGE) if one.size <= size]:
        found, after = page[-1], page[-1].size
    return found


def heads_within(log: LogReader, first: int, end: int) -> Iterator[PublishedHead]:
    """Yield published heads of trees of more than ``first`` and at most ``end`` leaves."""
    while page := [one for one in log.heads(after=first, limit=_PAGE) if one.size <= end]:
        yield from page
        if len(page) < _PAGE:
            return
        first = page[-1].size


def upper_tiles(log: LogReader, size: int, whole: Whole) -> Iterator[Finding]:
    """Yield hashes of the log's upper tiles that the parts do not lead to."""
    level = _LOWEST
    while size >> HEIGHT * level:
        hashes = list(whole.level(1 << HEIGHT * level))
        for number in range(-(-len(hashes) // WIDTH)):
            tile = Tile(level, number, min(width_at(level, number, size), len(hashes)))
            data = read_tiles(log, [tile])[0]
            yield from _upper_tile(tile, data, hashes[number * WIDTH : (number + 1) * WIDTH])
        level += 1


def _upper_tile(tile: Tile, data: bytes | None, hashes: list[bytes]) -> Iterator[Finding]:
    place: dict[str, str | int] = {"level": tile.level, "tile": tile.number}
    if data is None:
        yield Finding("C2.tile", Severity.CRITICAL, place, "a tile", "none that can be read")
        return
    for row, expected in enumerate(hashes[: tile.width]):
        if data[row * HASH_BYTES : (row + 1) * HASH_BYTES] != expected:
            yield Finding(
                "C2.tile", Severity.CRITICAL, {**place, "row": row},
                "the hash that the leaves lead to", "another hash",
            )  # fmt: skip
