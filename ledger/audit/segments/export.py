"""Rows of a ledger become segments: those that are not there yet, each written whole or not at all.

A segment is written only if it is right: every row in its place and the one that its entry stands
for, the tree over the entries the log's, every state readable. Otherwise the findings come back
and its place stays empty, so that the next export tries again.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Final, NamedTuple

from ledger.audit.findings import Finding, Severity
from ledger.audit.rows import RowSource, open_rows
from ledger.audit.segments.archive import HEAD_FILE, tree_of
from ledger.audit.segments.columns import StoredRow, derive, table_of
from ledger.audit.segments.files import replace_durably, write_segment
from ledger.audit.segments.names import LEVEL, Segment, lay_out, segments_in, wanted
from ledger.audit.segments.verify import root_over, scanned, unreadable_row
from ledger.audit.segments.workers import Workers, in_order
from ledger.transparency.log import LogReader, PublishedHead, connect
from ledger.transparency.merkle import Node
from ledger.transparency.tiles import node_reader
from ledger.transparency.witness_request import write_request

_NODES_A_READ: Final = 256
"""So many segments' roots stand in one tile."""


class Task(NamedTuple):
    """One segment to be written."""

    ledger: str
    """Where its rows are: a database's address."""
    folder: Path
    node: Node
    root: bytes | None
    """What the log has in this place; None where no log is at hand."""


class Exported(NamedTuple):
    """What became of one segment."""

    node: Node
    segment: Segment | None
    """None if it was not written."""
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """What an export has to do."""

    tasks: tuple[Task, ...]
    held: int
    """Segments that are there already."""
    findings: tuple[Finding, ...]
    """Segments that are there and are not the log's."""
    head: PublishedHead | None


def plan(
    ledger: str, folder: Path, log: LogReader | None, *, level: int = LEVEL, tail: bool = False
) -> Plan:
    """Return what is missing in ``folder`` of the ledger at ``ledger``.

    Args:
        ledger: Address of its database.
        folder: Where segments are.
        log: With one, only facts under its newest published head count.
        level: Of closed segments; other than 16 only where little is to be cut small.
        tail: Whether also what is not closed yet.

    Raises:
        InvalidInputError: The address has another form.
        StoreUnavailableError: The ledger or the log does not answer.
        ProofError: The log has not the tiles that its head says.
    """
    source = open_rows(ledger)
    try:
        size = source.head()
    finally:
        source.close()
    head = None if log is None else log.latest()
    if log is not None:
        size = 0 if head is None else head.size
    nodes = list(wanted(size, level=level, tail=tail))
    roots = [None] * len(nodes) if log is None else _roots(log, size, nodes)
    held = {segment.node: segment for segment in segments_in(folder)}
    there = [(held[node], root) for node, root in zip(nodes, roots, strict=True) if node in held]
    tasks = (
        Task(ledger, folder, node, root)
        for node, root in zip(nodes, roots, strict=True)
        if node not in held
    )
    return Plan(
        tuple(tasks),
        len(there),
        tuple(_not_the_logs(one, root) for one, root in there if root not in {None, one.root}),
        head,
    )


def _roots(log: LogReader, size: int, nodes: Sequence[Node]) -> list[bytes | None]:
    read = node_reader(size, log.tiles)
    parts = (nodes[at : at + _NODES_A_READ] for at in range(0, len(nodes), _NODES_A_READ))
    return list(chain.from_iterable(read(part) for part in parts))


def _not_the_logs(segment: Segment, root: bytes | None) -> Finding:
    assert root is not None
    return Finding(
        "C2.segment",
        Severity.CRITICAL,
        {"segment": segment.file_name, "position": segment.first},
        f"the log's node {root.hex()}",
        f"a segment of {segment.root.hex()}",
    )


def carry_out(work: Plan, workers: Workers) -> Iterator[Exported]:
    """Write the segments of ``work``, in order; yield what became of each."""
    yield from in_order(workers, export_segment, work.tasks)


def export_segment(task: Task) -> Exported:
    """Write one segment, unless its rows are not right.

    Raises:
        StoreUnavailableError: The ledger does not answer.
        OSError: The folder cannot be written.
    """
    source = open_rows(task.ledger)
    try:
        return write_rows(task, source)
    finally:
        source.close()


def write_rows(task: Task, source: RowSource) -> Exported:
    """Write the segment of ``task`` from the rows of ``source``, unless they are not right."""
    place = Segment(*task.node, task.root or b"")
    rows = [row for batch in source.batches(place.first, place.last) for row in batch]
    scan = scanned(place, rows)
    if scan.findings:
        return Exported(task.node, None, tuple(scan.findings))
    root = root_over(place, scan)
    assert root is not None, "a scan without findings has every leaf"
    segment = Segment(*task.node, root)
    if task.root is not None and task.root != root:
        return Exported(task.node, None, (_not_the_logs(segment, task.root),))
    stored = [StoredRow._make(row) for row in rows]
    cells, unreadable = derive(stored)
    if unreadable:
        found = tuple(unreadable_row(stored[one.at], one.reason) for one in unreadable)
        return Exported(task.node, None, found)
    write_segment(task.folder, segment, table_of(stored, cells))
    return Exported(task.node, segment, ())


def finish(folder: Path, log: LogReader | None, head: PublishedHead | None) -> int:
    """Clear away what larger segments hold now, and put the log's head beside the segments.

    Returns:
        How many facts the segments have from the first without a gap.

    Raises:
        ProofError: The log has not the tiles that its head says.
    """
    layout = lay_out(segments_in(folder))
    for segment in layout.superseded:
        (folder / segment.file_name).unlink(missing_ok=True)
    covered = tree_of(layout).size
    if log is not None and head is not None and 0 < covered <= head.size:
        way = connect(log, covered, head)
        part = folder / f".{HEAD_FILE}.part"
        part.write_bytes(write_request(covered, way, head.note))
        replace_durably(part, folder / HEAD_FILE)
    return covered
