"""Values and arrays in PostgreSQL's binary form, packed in one go.

psycopg looks at every element of every list to find its type; that costs more than the rest of
an append. Here the columns' types are known.

    array = dimensions (i32) || has nulls (i32) || element type (u32)
            || length (i32) || lower bound (i32) || each element behind its length (i32)

Source: PostgreSQL, src/backend/utils/adt/arrayfuncs.c, array_recv.
"""

from collections.abc import Iterable, Sequence
from struct import Struct
from typing import Any
from uuid import UUID

from psycopg.pq.abc import PGresult

from ledger.store.rows import Batch, Row, StreamPoint, stream_of

_BYTEA, _BIGINT, _TEXT, _UUID = 17, 20, 25, 2950
"""Type numbers that are part of PostgreSQL's protocol. Source: pg_type.dat."""
_HEAD = Struct(">iiIii")
_EMPTY_HEAD = Struct(">iiI")
_LENGTH = Struct(">i")
_LONG = Struct(">iq")
_UUID_LENGTH = _LENGTH.pack(16)


def value_of(value: Any) -> bytes:
    """Return a uuid, text, bytea or bigint, or an array of the first two, in binary form.

    Raises:
        TypeError: The value is of another type.
    """
    match value:
        case UUID():
            return value.bytes
        case str():
            return value.encode()
        case bytes():
            return value
        case int():
            return value.to_bytes(8, signed=True)
        case [UUID(), *_]:
            return uuids([one.bytes for one in value])
        case list():
            return texts(value)
        case _:
            raise TypeError(f"no binary form for {type(value).__name__}")


def _array(element_type: int, length: int, elements: Iterable[bytes]) -> bytes:
    if not length:
        return _EMPTY_HEAD.pack(0, 0, element_type)
    return b"".join((_HEAD.pack(1, 0, element_type, length, 1), *elements))


def _bytes(values: Sequence[bytes], element_type: int = _BYTEA) -> bytes:
    pack = _LENGTH.pack
    elements = [part for value in values for part in (pack(len(value)), value)]
    return _array(element_type, len(values), elements)


def _integers(values: Sequence[int]) -> bytes:
    pack = _LONG.pack
    return _array(_BIGINT, len(values), [pack(8, value) for value in values])


def uuids(values: Sequence[bytes]) -> bytes:
    """Return an array of uuids, each given as its 16 bytes."""
    return _array(_UUID, len(values), [part for value in values for part in (_UUID_LENGTH, value)])


def texts(values: Sequence[str]) -> bytes:
    """Return an array of texts."""
    return _bytes([value.encode() for value in values], _TEXT)


def _points(points: Sequence[StreamPoint]) -> tuple[bytes, bytes]:
    if not points:
        return _NO_POINTS
    return (
        uuids([point.stream_id.bytes for point in points]),
        _integers([point.version for point in points]),
    )


_NO_POINTS = (uuids(()), _integers(()))
_NO_ANSWERS = (_bytes(()), _bytes(()), _integers(()), _integers(()))


def append_values(batch: Batch) -> list[bytes]:
    """Return the values for `ledger.store.postgres_schema.APPEND` that append ``batch``."""
    rows, answers = batch.rows, batch.answers
    packed = [
        uuids([row.event_id.bytes for row in rows]),
        uuids([row.stream_id.bytes for row in rows]),
        _integers([row.version for row in rows]),
        texts([row.topic for row in rows]),
        _bytes([row.state for row in rows]),
        _bytes([row.entry for row in rows]),
        *_points(batch.after),
        *_points(batch.absent),
    ]
    if not answers:
        return [*packed, *_NO_ANSWERS]
    return [
        *packed,
        _bytes([answer.key_hash for answer in answers]),
        _bytes([answer.digest for answer in answers]),
        _integers([answer.first for answer in answers]),
        _integers([answer.facts for answer in answers]),
    ]


def integer_of(answer: PGresult, row: int, column: int) -> int:
    """Return a bigint of ``answer``."""
    return int.from_bytes(_there(answer.get_value(row, column)), signed=True)


def text_of(answer: PGresult, row: int, column: int) -> str:
    """Return a text of ``answer``."""
    return bytes_of(answer, row, column).decode()


def bytes_of(answer: PGresult, row: int, column: int) -> bytes:
    """Return a bytea of ``answer``."""
    return _there(answer.get_value(row, column))


def _there(value: bytes | None) -> bytes:
    if value is None:
        raise ValueError("the column has no value")
    return value


def rows_of(answer: PGresult, column: int = 0) -> list[Row]:
    """Return the facts of an answer whose columns from ``column`` on are those of `Row`."""
    value: Any = answer.get_value  # the columns are NOT NULL
    number = int.from_bytes
    a, b, c, d, e, f, g = range(column, column + len(Row._fields))
    return [
        Row(
            number(value(i, a)), UUID(bytes=value(i, b)), stream_of(value(i, c)),
            number(value(i, d)), value(i, e).decode(), value(i, f), value(i, g),
        )
        for i in range(answer.ntuples)
    ]  # fmt: skip
