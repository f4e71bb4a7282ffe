"""What goes to whoever checks a part of the ledger, and what comes back, also as plain values.

A part is a run of leaves, by default 65,536 of them. Checking one needs nothing of the others, so
parts are read in any order by any number of processes; what spans parts is in the result.
"""

from dataclasses import dataclass
from typing import Any, Final

from ledger.audit.findings import Finding, finding_from_json
from ledger.audit.heads import HeadJudgement, judgement_from_json
from ledger.transparency.log import PublishedHead
from ledger.transparency.merkle import HASH_BYTES

PART_ROWS: Final = 1 << 16


@dataclass(frozen=True, slots=True)
class PartTask:
    """What is to be checked."""

    number: int
    start: int
    """Index of the part's first leaf: a multiple of the part's size."""
    first: int
    """Index of the first leaf to be read, a multiple of 256."""
    end: int
    """Index after the last one."""
    known: tuple[bytes, ...] = ()
    """Roots of the tiles from ``start`` to ``first``."""
    size: int = 0
    """Leaves in the log's tree."""
    heads: tuple[PublishedHead, ...] = ()
    """Those of trees that end within (first, end]."""
    before: PublishedHead | None = None
    after: PublishedHead | None = None
    """The published heads next to the part, on either side."""
    judged: frozenset[int] | None = None
    """Sizes of the heads whose signatures are checked; None for all."""
    asked: tuple[int, ...] = ()
    """Sizes of further trees whose roots are wanted."""
    edge_at: int = 0
    """Size of the tree whose last tile's leaves are wanted, if that tile is not full."""


@dataclass(frozen=True, slots=True)
class PartResult:
    """What was found, and what the whole needs of it."""

    number: int
    start: int
    first: int
    end: int
    rows: int
    findings: tuple[Finding, ...]
    root: bytes | None
    """Of a whole part; None for one at the end, or with an unknown leaf in it."""
    tiles: tuple[bytes, ...]
    """The hash above each full tile from the part's start on, as far as known."""
    ends: dict[int, bytes | None]
    """By size, the hash above the leaves from the part's start to there."""
    heads: tuple[HeadJudgement, ...]
    latest: int | None
    """The latest time of recording, microseconds since 1970."""
    earliest: tuple[tuple[int, int], ...]
    """Of each 256 rows the index and time of the earliest recording."""
    streams: int
    edge: tuple[bytes, ...] = ()
    """The leaves that `PartTask.edge_at` asks for."""

    def as_json(self) -> dict[str, Any]:
        """Return it in plain values: what is kept of a scan that may be interrupted."""
        return {
            "number": self.number,
            "start": self.start,
            "first": self.first,
            "end": self.end,
            "rows": self.rows,
            "findings": [one.as_json() for one in self.findings],
            "root": None if self.root is None else self.root.hex(),
            "tiles": b"".join(self.tiles).hex(),
            "ends": {str(size): root and root.hex() for size, root in self.ends.items()},
            "heads": [one.as_json() for one in self.heads],
            "latest": self.latest,
            "earliest": self.earliest,
            "streams": self.streams,
            "edge": b"".join(self.edge).hex(),
        }


def result_from_json(value: dict[str, Any]) -> PartResult:
    """Return the result that `PartResult.as_json` wrote."""
    return PartResult(
        number=value["number"],
        start=value["start"],
        first=value["first"],
        end=value["end"],
        rows=value["rows"],
        findings=tuple(map(finding_from_json, value["findings"])),
        root=None if value["root"] is None else bytes.fromhex(value["root"]),
        tiles=_hashes(value["tiles"]),
        ends={
            int(size): None if root is None else bytes.fromhex(root)
            for size, root in value["ends"].items()
        },
        heads=tuple(map(judgement_from_json, value["heads"])),
        latest=value["latest"],
        earliest=tuple((index, at) for index, at in value["earliest"]),
        streams=value["streams"],
        edge=_hashes(value["edge"]),
    )


def _hashes(text: str) -> tuple[bytes, ...]:
    data = bytes.fromhex(text)
    return tuple(data[at : at + HASH_BYTES] for at in range(0, len(data), HASH_BYTES))
