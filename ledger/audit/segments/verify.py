"""One segment against its own name: the tree over its entries, each row against its entry, columns.

A pure question of one file, so any process on any machine can ask it. Nothing in the file is
taken on trust: what cannot be read is a finding, never an exception. What spans segments comes
back with the answer, for `ledger.audit.segments.fold`.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Final, cast

import pyarrow as pa

from ledger.audit.findings import Finding, Severity
from ledger.audit.raw import AT_ONCE
from ledger.audit.rows import RowSource
from ledger.audit.scan import Scan
from ledger.audit.segments.columns import (
    DERIVED,
    StoredRow,
    column_of,
    derive,
    plain_values,
    rows_of,
)
from ledger.audit.segments.files import read_segment
from ledger.audit.segments.names import Segment, parse_name
from ledger.errors import TamperedError
from ledger.transparency.log import index_of
from ledger.transparency.merkle import complete_root

MOST_FINDINGS: Final = 1_000
"""Of one segment; a file of which nothing is right says so once more, not 65,536 times."""


@dataclass(frozen=True, slots=True)
class Fold:
    """What the facts of one segment add up to."""

    segment: Segment
    topics: Counter[str]
    """Facts by stored name."""
    ends: bytes
    """Where each stream in it begins and ends, as `ledger.audit.stream_ends` packs it."""


@dataclass(frozen=True, slots=True)
class SegmentResult:
    """What one segment is."""

    segment: Segment
    root: bytes | None
    """The hash over its entries; None if not all of them can be read."""
    findings: tuple[Finding, ...]
    fold: Fold

    @property
    def is_clean(self) -> bool:
        """Whether it is what its name says."""
        return not self.findings


def verify_segment(path: Path) -> SegmentResult:
    """Return what the file at ``path`` is, measured by its own name.

    Raises:
        InvalidInputError: The name is no segment's; nothing else is ever raised for its content.
    """
    segment = parse_name(path.name)
    try:
        table = read_segment(path)
        rows = rows_of(table)
    except (TamperedError, ValueError) as error:
        found = (unreadable_file(segment, str(error)),)
        return SegmentResult(segment, None, found, Fold(segment, Counter(), b""))
    within = [row for row in rows if segment.first <= row.position <= segment.last]
    scan = scanned(segment, within)
    root = root_over(segment, scan)
    findings = [] if root == segment.root else [_other_root(segment, root)]
    if len(within) < len(rows):
        findings.append(_strays(segment, len(rows) - len(within)))
    findings += scan.findings
    findings += islice(_column_findings(table, rows), MOST_FINDINGS + 1)
    if len(findings) > MOST_FINDINGS:
        findings[MOST_FINDINGS:] = [_too_many(segment)]
    return SegmentResult(segment, root, tuple(findings), _fold(segment, rows, scan))


def fold_segment(path: Path) -> Fold:
    """Return what the segment at ``path`` adds up to, whether or not it is what its name says.

    Raises:
        InvalidInputError: The name is no segment's.
        TamperedError: The file cannot be read.
    """
    segment = parse_name(path.name)
    rows = rows_of(read_segment(path, StoredRow._fields))
    if any(not segment.first <= row.position <= segment.last for row in rows):
        raise TamperedError("expected positions within the segment")
    return _fold(segment, rows, scanned(segment, rows))


def _fold(segment: Segment, rows: Sequence[StoredRow], scan: Scan) -> Fold:
    return Fold(segment, Counter(row.topic for row in rows), b"".join(scan.ends()))


class _Held:
    """Rows at hand, as a source that a scan reads."""

    def __init__(self, rows: Sequence[tuple[Any, ...]]) -> None:
        self._rows = rows

    def batches(self, _first: int, _last: int) -> Iterator[list[tuple[Any, ...]]]:
        for start in range(0, len(self._rows), AT_ONCE):
            yield list(self._rows[start : start + AT_ONCE])


def scanned(segment: Segment, rows: Sequence[tuple[Any, ...]]) -> Scan:
    """Return the reading of ``rows``, which should be those of ``segment``."""
    scan = Scan(index_of(segment.first), segment.last, judged=frozenset())
    scan.read(cast("RowSource", _Held(rows)))  # a scan asks for nothing but batches
    return scan


def root_over(segment: Segment, scan: Scan) -> bytes | None:
    """Return the hash over the entries that ``scan`` has read; None if one is missing."""
    leaves = [leaf for leaf in scan.leaves if leaf is not None]
    whole = len(leaves) == len(scan.leaves) == segment.facts
    return complete_root(leaves) if whole else None


def _column_findings(table: pa.Table, rows: Sequence[StoredRow]) -> Iterator[Finding]:
    cells, unreadable = derive(rows)
    for one in unreadable:
        yield unreadable_row(rows[one.at], one.reason)
    for name in DERIVED:
        yield from _other_cells(name, rows, table.column(name), column_of(name, cells))


def _other_cells(
    name: str, rows: Sequence[StoredRow], found: pa.ChunkedArray, expected: pa.ChunkedArray
) -> Iterator[Finding]:
    if found.equals(expected):
        return
    values = zip(rows, plain_values(found), plain_values(expected), strict=True)
    for row, one, other in values:
        if one != other:
            yield Finding(
                "C1.column",
                Severity.CRITICAL,
                {"position": row.position, "index": index_of(row.position), "column": name},
                "what the stored row says",
                "nothing" if one is None else "another value",
            )


def unreadable_file(segment: Segment, reason: str) -> Finding:
    """Return the finding of a file that cannot be read."""
    place: dict[str, str | int] = {"segment": segment.file_name, "position": segment.first}
    return Finding("C1.unreadable", Severity.CRITICAL, place, "a segment", reason)


def unreadable_row(row: StoredRow, reason: str) -> Finding:
    """Return the finding of a row of which no columns can be made."""
    place: dict[str, str | int] = {"position": row.position, "index": index_of(row.position)}
    return Finding("C1.unreadable", Severity.CRITICAL, place, "a fact's stored state", reason)


def _other_root(segment: Segment, root: bytes | None) -> Finding:
    return Finding(
        "C2.segment",
        Severity.CRITICAL,
        {"segment": segment.file_name, "position": segment.first},
        f"the root {segment.root.hex()} of its name",
        "entries that are not whole" if root is None else f"{root.hex()} over its entries",
    )


def _strays(segment: Segment, count: int) -> Finding:
    return Finding(
        "C5.position",
        Severity.CRITICAL,
        {"segment": segment.file_name, "position": segment.first, "until": segment.last},
        "positions within the segment",
        f"{count} others",
    )


def _too_many(segment: Segment) -> Finding:
    return Finding(
        "C1.more",
        Severity.CRITICAL,
        {"segment": segment.file_name, "position": segment.first},
        "no finding",
        f"more than {MOST_FINDINGS} in this segment; the others are not listed",
    )
