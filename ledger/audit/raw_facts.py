"""The facts of a copy, read through the same mapper as everywhere, and never written.

For what needs facts rather than rows: replay, and an auditor's questions. A row that cannot be
read raises; the checks of `ledger.audit.row_check` say what is wrong with it.
"""

from collections.abc import Sequence
from hashlib import sha256
from typing import Any, Final
from uuid import UUID

from ledger.audit.rows import RawRow, RowSource
from ledger.errors import TamperedError
from ledger.facts import History, RecordedFact
from ledger.store.mapper import FactMapper, Seals
from ledger.store.registry import FACT_TYPES
from ledger.store.rows import Row
from ledger.store.withheld import WithheldParts

_AT_ONCE: Final = 1_000


def _no_id() -> UUID:
    raise AssertionError("a copy is only read")


class RawFacts:
    """Facts of a copy of the ledger, in order and by stream."""

    def __init__(self, source: RowSource, seals: Seals | None = None) -> None:
        """Read ``source``, opening with ``seals``; without them everything sealed is withheld."""
        self._source = source
        self._mapper = FactMapper(FACT_TYPES, seals or WithheldParts(), _no_id)

    def head(self) -> int:
        """Return the position of the last fact."""
        return self._source.head()

    def read(
        self, *, after: int, limit: int, topics: Sequence[str] | None = None
    ) -> list[RecordedFact]:
        """Return up to ``limit`` facts with a position above ``after``, in order.

        Raises:
            TamperedError: A row is not what was written.
            UnknownFactError: This program does not know a fact.
        """
        names = None if topics is None else frozenset(FACT_TYPES.spellings(topics))
        found: list[Row] = []
        head = self.head()
        while len(found) < limit and after < head:
            last = min(after + max(limit, _AT_ONCE if names else 1), head)
            for batch in self._source.batches(after + 1, last):
                rows = [_row(values) for values in batch]
                found += rows if names is None else [row for row in rows if row.topic in names]
            after = last
        return self._mapper.recorded(found[:limit])

    def history(self, stream_id: UUID) -> History:
        """Return the stream.

        Raises:
            TamperedError: A row is not what was written.
        """
        rows = [_row(row) for row in self._source.stream(stream_id.bytes)]
        if not rows:
            return History(stream_id, (), 0)
        head = sha256(rows[-1].entry).digest()
        return History(stream_id, tuple(self._mapper.recorded(rows)), rows[-1].version, head)


def _row(values: Sequence[Any]) -> Row:
    raw = RawRow(*values)
    try:
        event, stream = UUID(bytes=bytes(raw.event_id)), UUID(bytes=bytes(raw.stream_id))
    except (TypeError, ValueError) as error:
        raise TamperedError("a stored identifier has not 16 bytes") from error
    kinds = (int, int, str, bytes, bytes)
    parts = (raw.position, raw.version, raw.topic, raw.state, raw.entry)
    if any(not isinstance(part, kind) for part, kind in zip(parts, kinds, strict=True)):
        raise TamperedError("a stored column has another type than ours")
    return Row(raw.position, event, stream, raw.version, raw.topic, raw.state, raw.entry)
