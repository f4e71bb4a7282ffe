"""A stored fact as an auditor reads it: with all that is about a person withheld."""

from typing import Final, NoReturn
from uuid import UUID

from ledger.audit.rows import RawRow
from ledger.errors import LedgerError
from ledger.facts import RecordedFact
from ledger.store.mapper import FactMapper
from ledger.store.registry import FACT_TYPES
from ledger.store.rows import Row
from ledger.store.withheld import WithheldParts


def _no_ids() -> NoReturn:
    raise AssertionError("an auditor writes nothing")


_MAPPER: Final = FactMapper(FACT_TYPES, WithheldParts(), _no_ids)
UNREADABLE: Final = (LedgerError, TypeError, ValueError, AttributeError, LookupError)
"""What a row that is not ours may raise."""


def read_fact(row: RawRow) -> RecordedFact:
    """Return the fact that a row stores, with all that is about a person withheld.

    Raises:
        LedgerError: It cannot be read.
        TypeError, ValueError, AttributeError: A value has another type than ours.
    """
    stored = Row(
        row.position, UUID(bytes=row.event_id), UUID(bytes=row.stream_id), row.version, row.topic,
        row.state, row.entry,
    )  # fmt: skip
    return _MAPPER.recorded([stored])[0]


def readable(row: RawRow) -> RecordedFact | None:
    """Return the fact; None where the row stores none, which the row's own checks find."""
    try:
        return read_fact(row)
    except UNREADABLE:
        return None
