"""Stored rows as typed columns: what every fact has, and the clear fields that figures need.

The columns are made of ``state`` alone, again whenever a segment is verified, so they can say
nothing that the logged bytes do not say.
"""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any, Final, NamedTuple

import pyarrow as pa

from ledger.audit.segments.fields import COLUMNS, FIELDS, Kind
from ledger.errors import TamperedError, UnknownFactError
from ledger.store.entry import ENTRY_BYTES, Envelope, read_state

_UUID_BYTES: Final = 16
_MOST: Final = (1 << 63) - 1
_EPOCH: Final = date(1970, 1, 1).toordinal()
_TIME: Final = pa.timestamp("us", tz="UTC")

_TYPES: Final = {
    Kind.TEXT: pa.string(),
    Kind.NUMBER: pa.int64(),
    Kind.DAY: pa.date32(),
    Kind.TIME: _TIME,
    Kind.STREAM: pa.uuid(),
}
_STORED: Final = (
    pa.field("position", pa.int64(), nullable=False),
    pa.field("event_id", pa.uuid(), nullable=False),
    pa.field("stream_id", pa.uuid(), nullable=False),
    pa.field("version", pa.int64(), nullable=False),
    pa.field("topic", pa.string(), nullable=False),
    pa.field("state", pa.binary(), nullable=False),
    pa.field("entry", pa.binary(ENTRY_BYTES), nullable=False),
)
"""As the ledger's table has them, in the order of `StoredRow`."""
_ENVELOPE: Final = {
    "recorded_at": Kind.TIME,
    "occurred_at": Kind.TIME,
    "actor": Kind.TEXT,
    "role": Kind.TEXT,
    "organisation": Kind.TEXT,
    "subject": Kind.STREAM,
    "correlation": Kind.STREAM,
}
"""By their names in `Envelope`."""
_PLACES: Final = tuple((name, Envelope._fields.index(name)) for name in _ENVELOPE)
DERIVED: Final = (*_ENVELOPE, *COLUMNS)
"""The columns that are made of ``state``, in their order."""

FORMAT: Final = {b"records-ledger.segment": b"1"}
"""In each file; other columns are another number."""
SCHEMA: Final = pa.schema(
    [
        *_STORED,
        *(pa.field(name, _TYPES[kind]) for name, kind in {**_ENVELOPE, **COLUMNS}.items()),
    ]
)


class StoredRow(NamedTuple):
    """One row of the ledger's table, as its bytes are; identifiers as 16 bytes."""

    position: int
    event_id: bytes
    stream_id: bytes
    version: int
    topic: str
    state: bytes
    entry: bytes


class Unreadable(NamedTuple):
    """A row of which no columns can be made."""

    at: int
    """Which of the rows given, from 0."""
    reason: str
    """Names a field, never a value."""


Cells = dict[str, list[Any]]


def _text(value: Any) -> str:
    if type(value) is not str:
        raise TamperedError("expected text")
    return value


def _number(value: Any) -> int:
    if type(value) is not int or not -_MOST <= value <= _MOST:
        raise TamperedError("expected a number")
    return value


def _stream(value: Any) -> bytes:
    if type(value) is not bytes or len(value) != _UUID_BYTES:
        raise TamperedError("expected an identifier")
    return value


def _day(value: Any) -> int:
    try:
        return date.fromisoformat(value).toordinal() - _EPOCH
    except (TypeError, ValueError) as error:
        raise TamperedError("expected a day") from error


_READ: Final[dict[Kind, Callable[[Any], Any]]] = {
    Kind.TEXT: _text,
    Kind.NUMBER: _number,
    Kind.DAY: _day,
    Kind.TIME: _number,
    Kind.STREAM: _stream,
}
_ENVELOPE_READ: Final = tuple(
    (name, place, _READ[_ENVELOPE[name]]) for name, place in _PLACES
)  # fmt: skip
_BODY_READ: Final = {
    topic: tuple((field.column, field.path, _READ[COLUMNS[field.column]]) for field in fields)
    for topic, fields in FIELDS.items()
}


def derive(rows: Sequence[StoredRow]) -> tuple[Cells, list[Unreadable]]:
    """Return the derived columns of ``rows``, and the rows that have none.

    Days are numbers since 1970, times microseconds since 1970 UTC. An unreadable row is empty in
    every column.
    """
    cells: Cells = {name: [None] * len(rows) for name in DERIVED}
    unreadable: list[Unreadable] = []
    for index, row in enumerate(rows):
        try:
            found = _values(row)
        except (TamperedError, UnknownFactError) as error:
            unreadable.append(Unreadable(index, str(error)))
            continue
        for name, value in found:
            cells[name][index] = value
    return cells, unreadable


def _values(row: StoredRow) -> list[tuple[str, Any]]:
    """Return what stands in the columns of one row, without the empty ones."""
    state = read_state(row.state)
    envelope, body = state.envelope, state.body
    name = ""
    found: list[tuple[str, Any]] = []
    try:
        for name, place, read in _ENVELOPE_READ:
            value = envelope[place]
            if value is not None:
                found.append((name, read(value)))
        for name, path, read in _BODY_READ.get(row.topic, ()):
            value = _at(body, path)
            if value is not None:
                found.append((name, read(value)))
    except TamperedError as error:
        raise TamperedError(f"{name}: {error}") from error
    return found


def _at(body: Any, path: Sequence[str]) -> Any:
    """Return what stands at ``path``; None where the way there is empty."""
    for step in path:
        if body is None:
            return None
        if not isinstance(body, dict) or step not in body:
            raise TamperedError("expected a field of this name")
        body = body[step]
    return body


def column_of(name: str, cells: Cells) -> pa.ChunkedArray:
    """Return one of the derived columns, as it stands in a segment."""
    return pa.chunked_array([pa.array(cells[name], SCHEMA.field(name).type)])


def table_of(rows: Sequence[StoredRow], cells: Cells) -> pa.Table:
    """Return the columns of a segment: the stored ones of ``rows``, and their derived ``cells``."""
    stored = dict(zip(StoredRow._fields, zip(*rows, strict=True), strict=True))
    arrays = [
        pa.array(stored[field.name] if field.name in stored else cells[field.name], field.type)
        for field in SCHEMA
    ]
    return pa.table(arrays, schema=SCHEMA)


def rows_of(table: pa.Table, only: Callable[[str, bytes], bool] | None = None) -> list[StoredRow]:
    """Return the stored rows in ``table``; ``only`` those that it says of topic and stream."""
    if only is not None:
        names = (plain_values(table.column(name)) for name in ("topic", "stream_id"))
        table = table.filter(pa.array(map(only, *names), pa.bool_()))
    columns = (plain_values(table.column(name)) for name in StoredRow._fields)
    return [StoredRow._make(values) for values in zip(*columns, strict=True)]


def plain_values(column: pa.ChunkedArray) -> list[Any]:
    """Return a column's values as a segment stores them: days and times numbers, streams bytes.

    So nothing is out of any range, and identifiers are ten times as fast as objects.
    """
    if pa.types.is_timestamp(column.type):
        column = column.cast(pa.int64())
    elif pa.types.is_date32(column.type):
        column = column.cast(pa.int32())
    found: list[Any] = []
    for chunk in column.chunks:
        found += (chunk.storage if isinstance(chunk, pa.ExtensionArray) else chunk).to_pylist()
    return found
