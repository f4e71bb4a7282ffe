"""Views folded from segments in Python, by as many processes as there are: each folds its streams.

A view of one row a stream, and one of sums, can be cut by stream: whoever folds a part sees all
facts of its streams in order and none of the others. The parts' rows are then put together, or
added up. Reading the columns of all segments is little beside the folding.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from ledger.audit.segments.columns import StoredRow, rows_of
from ledger.audit.segments.files import read_segment
from ledger.audit.segments.workers import Workers, in_order
from ledger.facts import RecordedFact
from ledger.store.mapper import FactMapper
from ledger.store.registry import FACT_TYPES
from ledger.store.rows import Row, stream_of
from ledger.store.withheld import WithheldParts
from projections.certificate_status import CERTIFICATES
from projections.certificate_status import VIEW as CERTIFICATE_STATUS
from projections.daily_figures import DAYS
from projections.daily_figures import VIEW as DAILY_FIGURES
from projections.memory_rows import MemoryRows, fold
from projections.view import AnyRow, Table

VIEWS: Final = (DAILY_FIGURES, CERTIFICATE_STATUS)
SUMS: Final = frozenset({DAYS})
"""Tables whose rows are sums over streams; in every other one a row belongs to one stream."""
TABLES: Final = (DAYS, CERTIFICATES)


@dataclass(frozen=True, slots=True)
class Part:
    """The streams that one process folds."""

    number: int = 0
    of: int = 1

    def has(self, stream: bytes) -> bool:
        """Whether the stream is one of them."""
        return self.of == 1 or int.from_bytes(stream[-4:]) % self.of == self.number


Folded = dict[str, list[AnyRow]]
"""Rows by the table's name, in order of their keys."""


def fold_segments(paths: Sequence[Path], workers: Workers) -> Folded:
    """Return the rows of `TABLES` as the segments at ``paths``, in order, make them.

    Raises:
        TamperedError: A segment or a fact in it cannot be read.
        UnknownFactError: A later program wrote a fact.
    """
    parts = [Part(number, workers.count) for number in range(workers.count)]
    folded = list(in_order(workers, partial(fold_part, tuple(paths)), parts))
    return {table.name: _together(table, [one[table.name] for one in folded]) for table in TABLES}


def fold_part(paths: Sequence[Path], part: Part) -> Folded:
    """Return the rows that the streams of ``part`` make."""
    rows = MemoryRows()
    for path in paths:
        fold(stored_facts(path, partial(_is_in, part)), VIEWS, rows)
    return {table.name: rows.sorted(table) for table in TABLES}


def stored_facts(
    path: Path, only: Callable[[str, bytes], bool] | None = None
) -> list[RecordedFact]:
    """Return the facts of the segment at ``path``, what is sealed withheld.

    Args:
        path: Where it is.
        only: Says of a stored name and a stream whether its facts are wanted; None wants all.

    Raises:
        TamperedError: The segment or a fact in it cannot be read.
        UnknownFactError: A later program wrote a fact.
    """
    rows = rows_of(read_segment(path, StoredRow._fields), only)
    return FactMapper(FACT_TYPES, WithheldParts(), _no_ids).recorded([
        Row(
            row.position, UUID(bytes=row.event_id), stream_of(row.stream_id), row.version,
            row.topic, row.state, row.entry,
        )
        for row in rows
    ])  # fmt: skip


def _is_in(part: Part, topic: str, stream: bytes) -> bool:
    return topic in WANTED and part.has(stream)


WANTED: Final = frozenset(
    topic
    for topic in FACT_TYPES.topics
    if any(FACT_TYPES.codec(FACT_TYPES.current(topic)).fact_class in v.handlers for v in VIEWS)
)
"""Stored names, old ones included, whose facts one of the views has a handler for."""


def _no_ids() -> UUID:
    raise AssertionError("a fold writes nothing")


def _together(table: Table, parts: Iterable[list[AnyRow]]) -> list[AnyRow]:
    found: dict[Any, AnyRow] = {}
    for rows in parts:
        for row in rows:
            key = table.key_of(row)
            before = found.get(key) if table in SUMS else None
            found[key] = row if before is None else _added(table, before, row)
    return [found[key] for key in sorted(found)]


def _added(table: Table, one: AnyRow, other: AnyRow) -> AnyRow:
    sums = (a + b for a, b in zip(one[table.keys :], other[table.keys :], strict=True))
    return table.row_of((*one[: table.keys], *sums))
