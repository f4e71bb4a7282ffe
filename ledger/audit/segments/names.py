"""A segment: the facts under one node of the log's tree, in one file that is named by that node.

    16-00000042-<root in hex>.parquet       level, number within the level, the node's hash

A closed segment has level 16, 65,536 facts. What came after the last one may stand in smaller
segments, the largest first, until it is closed too. No index beside the files: it could be wrong.
"""

import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from ledger.errors import InvalidInputError
from ledger.transparency.merkle import Node, subtrees

LEVEL: Final = 16
"""Of a closed segment: one full tile of level 1 over 256 full tiles of level 0."""
_HIGHEST: Final = 32
_NAME: Final = re.compile(r"([0-9]{2})-([0-9]{8,})-([0-9a-f]{64})\.parquet", re.ASCII)


class Segment(NamedTuple):
    """The facts of one complete subtree."""

    level: int
    number: int
    """From the left, within its level."""
    root: bytes
    """The node's hash; what the name says, nothing verified by it."""

    @property
    def node(self) -> Node:
        """Its place in the tree."""
        return Node(self.level, self.number)

    @property
    def facts(self) -> int:
        """How many it has."""
        return 1 << self.level

    @property
    def first(self) -> int:
        """Position of its first fact."""
        return (self.number << self.level) + 1

    @property
    def last(self) -> int:
        """Position of its last fact."""
        return (self.number + 1) << self.level

    @property
    def file_name(self) -> str:
        """The name of its file."""
        return f"{self.level:02d}-{self.number:08d}-{self.root.hex()}.parquet"


def parse_name(name: str) -> Segment:
    """Return the segment whose file has this ``name``.

    Raises:
        InvalidInputError: ``segment_name``.
    """
    found = _NAME.fullmatch(name)
    if found is not None:
        level, number, root = found.groups()
        segment = Segment(int(level), int(number), bytes.fromhex(root))
        if segment.file_name == name and segment.level <= _HIGHEST:
            return segment
    raise InvalidInputError("segment", "segment_name", "<level>-<number>-<root>.parquet")


def segments_in(folder: Path) -> list[Segment]:
    """Return every segment that a file in ``folder`` is named as, in order, the largest first."""
    found: list[Segment] = []
    for path in folder.glob("*.parquet"):
        try:
            found.append(parse_name(path.name))
        except InvalidInputError:
            continue
    return sorted(found, key=lambda one: (one.first, -one.level, one.root))


class Layout(NamedTuple):
    """Which segments of a folder make up its history."""

    used: tuple[Segment, ...]
    """One after the other, from the first that there is."""
    superseded: tuple[Segment, ...]
    """Those within a larger one: left when an export ended between writing and clearing."""
    doubled: tuple[Segment, ...]
    """Those that claim the place of one used, under another root."""

    @property
    def gap(self) -> int | None:
        """The first position that is missing before one that is there."""
        expected = 1
        for segment in self.used:
            if segment.first != expected:
                return expected
            expected = segment.last + 1
        return None

    @property
    def facts(self) -> int:
        """How many facts there are from the first position without a gap."""
        covered = 0
        for segment in self.used:
            if segment.first != covered + 1:
                break
            covered = segment.last
        return covered


def lay_out(segments: Sequence[Segment]) -> Layout:
    """Return how ``segments``, in their order, make up a history."""
    used: list[Segment] = []
    superseded: list[Segment] = []
    doubled: list[Segment] = []
    for segment in segments:
        if not used or segment.first > used[-1].last:
            used.append(segment)
        elif segment.node == used[-1].node:
            doubled.append(segment)
        else:
            superseded.append(segment)
    return Layout(tuple(used), tuple(superseded), tuple(doubled))


def wanted(size: int, *, level: int = LEVEL, tail: bool = False) -> Iterable[Node]:
    """Yield the nodes whose segments a ledger of ``size`` facts has.

    Args:
        size: Facts.
        level: Of the closed segments.
        tail: Whether also what is not closed yet, in smaller ones.
    """
    closed = size >> level
    for number in range(closed):
        yield Node(level, number)
    if tail:
        yield from subtrees(closed << level, size)
